"""The REST endpoints of evaluators."""
