"""Projects, and the spans and traces that arrive in them."""
