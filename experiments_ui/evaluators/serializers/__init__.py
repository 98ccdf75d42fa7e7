"""Evaluators and their configs on the wire."""
