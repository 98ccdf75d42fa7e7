"""Organizations, spaces, roles and tags, and the one door to everything in them."""
