"""The Arrow Flight edge."""
