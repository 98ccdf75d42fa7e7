"""Static files under names that hold their hash."""

from whitenoise.storage import CompressedManifestStaticFilesStorage as Compressed


class HashedModules(Compressed):
    """Hashes what our own JavaScript modules import as well, so that all may be cached.

    Only ours: Django's switch for it stumbles over a module that django-htmx ships.
    """

    patterns = (
        *Compressed.patterns,
        ("js/*.js", Compressed._js_module_import_aggregation_patterns[1]),  # noqa: SLF001 -- no public name
    )
