"""Datasets, their versions and their examples."""
