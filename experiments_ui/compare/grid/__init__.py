"""The place of rows: their order, heads, cells, and one of them in full."""
