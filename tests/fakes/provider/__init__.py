"""A stand-in for model providers, on loopback, whose right answers tests know."""

from tests.fakes.provider.rules import right_label
from tests.fakes.provider.running import FakeProvider

__all__ = ["FakeProvider", "right_label"]
