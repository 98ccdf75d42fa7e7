"""Experiments, their runs and the evaluations of those runs."""
