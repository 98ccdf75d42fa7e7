"""What a filter of a comparison may name, counts and gets wrong."""
