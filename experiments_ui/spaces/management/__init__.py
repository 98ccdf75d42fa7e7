"""Commands about spaces and keys."""
