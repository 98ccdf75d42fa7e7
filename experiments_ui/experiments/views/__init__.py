"""Pages: home, datasets with their experiments, experiments, uploads."""
