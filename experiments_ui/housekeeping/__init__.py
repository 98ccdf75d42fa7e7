"""Deleting a space, which takes from every subject below."""
