"""Annotation configs, and what people say about runs and examples."""
