"""Evaluators: judge templates and code checks, in versions that never change."""
