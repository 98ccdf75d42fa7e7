"""Asking language models: templates, providers' wires, a guarded client and judges."""
