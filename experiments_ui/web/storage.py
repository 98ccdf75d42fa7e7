"""Static files under names that hold their hash."""

from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage as Compressed

# Beyond this size the last level of Brotli takes many seconds for a few per cent.
_LARGE_BYTES = 300_000
_QUICK, _BEST = 7, 11


class QuickCompressor(Compressor):
    """Compresses well, and large files still quickly: a fresh start waits for it."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        level = _QUICK if len(data) > _LARGE_BYTES else _BEST
        compressed: bytes = brotli.compress(data, quality=level)
        return compressed


class HashedModules(Compressed):
    """Hashes what our own JavaScript modules import as well, so that all may be cached.

    Only ours: Django's switch for it stumbles over a module that django-htmx ships.
    """

    patterns = (
        *Compressed.patterns,
        ("js/*.js", Compressed._js_module_import_aggregation_patterns[1]),  # noqa: SLF001 -- no public name
    )

    def create_compressor(self, **settings: Any) -> Compressor:
        return QuickCompressor(**settings)
