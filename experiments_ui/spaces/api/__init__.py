"""The REST endpoints of identity: spaces, people, API keys and tags."""
