"""Views of evaluators: reading them, and writing them."""
