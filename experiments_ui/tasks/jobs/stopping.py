"""Asking what is at work in this process to end soon, and leave the rest to others."""

import threading

_asked = threading.Event()


def ask() -> None:
    """Batches at work here are recorded and put back within a second."""
    _asked.set()


def take_back() -> None:
    """Let this process work again."""
    _asked.clear()


def is_asked() -> bool:
    return _asked.is_set()
