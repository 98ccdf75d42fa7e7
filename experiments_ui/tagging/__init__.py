"""Tags on the resources of every subject."""
