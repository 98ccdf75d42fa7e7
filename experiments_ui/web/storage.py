"""Static files under names that hold their hash."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModules(CompressedManifestStaticFilesStorage):
    """Hashes what JavaScript modules import as well, so that all may be cached."""

    support_js_module_import_aggregation = True
