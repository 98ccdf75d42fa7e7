"""The REST endpoints of annotation configs and annotations."""
