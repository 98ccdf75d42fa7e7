"""AI integrations: which models may be called, where, and with which key."""
