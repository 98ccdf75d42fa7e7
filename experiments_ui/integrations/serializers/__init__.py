"""The shapes of AI integrations on the wire."""
