"""Experiments UI: log, compare, judge, label and promote LLM experiments."""

__version__ = "0.1.0"
