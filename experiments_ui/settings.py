"""Every setting; each environment variable is read here, once, with its default."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from experiments_ui.environment import data_dir, encryption_keys, env, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

# The folder of the SQLite database, the secret key and the embedded server's lock.
DATA_DIR = data_dir(BASE_DIR)
SECRET_KEY = secret_key(DATA_DIR)
DEBUG = env.bool("EXPERIMENTS_UI_DEBUG", default=False)

# Names this server answers to. The default fits one machine and its own network.
ALLOWED_HOSTS = env.list(
    "EXPERIMENTS_UI_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"]
)
# Origins behind a TLS proxy, such as https://experiments.example.org.
CSRF_TRUSTED_ORIGINS = env.list("EXPERIMENTS_UI_TRUSTED_ORIGINS", default=[])
# True behind a proxy that speaks HTTPS: secure cookies, and its header is trusted.
BEHIND_HTTPS = env.bool("EXPERIMENTS_UI_HTTPS", default=False)

# Where the three transports listen in embedded mode and under the serve commands.
HOST = env.str("EXPERIMENTS_UI_HOST", default="127.0.0.1")
HTTP_PORT = env.int("EXPERIMENTS_UI_HTTP_PORT", default=8000)
FLIGHT_PORT = env.int("EXPERIMENTS_UI_FLIGHT_PORT", default=8815)
OTLP_PORT = env.int("EXPERIMENTS_UI_OTLP_PORT", default=4317)
# Load the sample dataset at the first start.
LOAD_SAMPLE = env.bool("EXPERIMENTS_UI_SAMPLE", default=True)
# Password of the first user; made and printed once when absent.
ADMIN_PASSWORD = env.str("EXPERIMENTS_UI_ADMIN_PASSWORD", default="")
# Bytes of vectors each process keeps ready.
COLUMN_CACHE_BYTES = env.int("EXPERIMENTS_UI_COLUMN_CACHE_MB", default=512) * 2**20
# Largest REST body: what the clients send before they turn to Flight, and some.
REST_BODY_BYTES = env.int("EXPERIMENTS_UI_REST_BODY_MB", default=10) * 2**20
# Largest file dropped on a page.
UPLOAD_BYTES = env.int("EXPERIMENTS_UI_UPLOAD_MB", default=512) * 2**20
# Seconds without a sign of life after which an upload counts as dead.
LOAD_SILENCE_SECONDS = env.int("EXPERIMENTS_UI_LOAD_SILENCE_SECONDS", default=120)
# Seconds of silence after which another worker takes a survey over.
SURVEY_SILENCE_SECONDS = env.int("EXPERIMENTS_UI_SURVEY_SILENCE_SECONDS", default=60)
# Seconds of silence after which another worker takes a batch of a task run over.
BATCH_LEASE_SECONDS = env.int("EXPERIMENTS_UI_BATCH_LEASE_SECONDS", default=60)
# Seconds that a judge's model may take for one answer.
JUDGE_TIMEOUT_SECONDS = env.int("EXPERIMENTS_UI_JUDGE_TIMEOUT_SECONDS", default=60)

# Where jobs are announced. In memory, everything is one process: `up`, whose operator
# is its user.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="memory://")
EMBEDDED = CELERY_BROKER_URL.startswith("memory:")
# What the keys of AI integrations are encrypted with; empty: made in the data folder.
ENCRYPTION_KEYS = encryption_keys(embedded=EMBEDDED)
# Variables that integrations may take their key from; a star ends a prefix.
KEY_VARIABLES = env.list("EXPERIMENTS_UI_KEY_VARIABLES", default=["LLM_KEY_*"])
# Hosts and networks that integrations may call although they are private.
ALLOWED_PRIVATE_HOSTS = env.list("EXPERIMENTS_UI_ALLOWED_PRIVATE_HOSTS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "experiments_ui.accounts",
    "experiments_ui.spaces",
    "experiments_ui.columns",
    "experiments_ui.datasets",
    "experiments_ui.tracing",
    "experiments_ui.integrations",
    "experiments_ui.experiments",
    "experiments_ui.annotations",
    "experiments_ui.evaluators",
    "experiments_ui.tasks",
    "experiments_ui.compare",
    "experiments_ui.web",
    "experiments_ui.embedded",
    "experiments_ui.flight",
    "experiments_ui.otlp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "experiments_ui.web.middleware.WireBoundary",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "experiments_ui.spaces.middleware.Principals",
    "experiments_ui.web.middleware.DomainErrors",
]

ROOT_URLCONF = "experiments_ui.urls"
WSGI_APPLICATION = "experiments_ui.wsgi.application"
# The wire's paths have no trailing slash, and a redirect would break its POSTs.
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "experiments_ui.spaces.context.shell",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.static",
                "experiments_ui.web.templatetags.shown",
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    """Return the connection: DATABASE_URL, or SQLite in the data folder."""
    sqlite = f"sqlite:///{DATA_DIR / 'experiments_ui.sqlite3'}"
    database = env.db_url("DATABASE_URL", default=sqlite)
    if database["ENGINE"].endswith("sqlite3"):
        # Writers take the lock at BEGIN and wait for it, rather than fail later.
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                # Of a new file only: texts of runs fill a larger page better.
                "PRAGMA page_size=8192;"
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
            ),
        }
    else:
        database["CONN_MAX_AGE"] = 60
        database["CONN_HEALTH_CHECKS"] = True
    return dict(database)


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
CSRF_FAILURE_VIEW = "experiments_ui.web.errors.csrf_failure"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # a proxy's work, and it would break the wire's POSTs
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
# Redirects to HTTPS, subdomains and preload lists are the operator's proxy's to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
X_FRAME_OPTIONS = "DENY"

# Plotly and htmx need nothing more; the hash is of the empty style element that
# Plotly adds and then fills through the style sheet's own interface.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "experiments_ui.web.storage.HashedModules"},
}
# Pages name files by their hash only; compressing the others takes twice as long.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = DATA_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# REST bodies are bounded by REST_BODY_BYTES before Django reads them.
DATA_UPLOAD_MAX_MEMORY_SIZE = REST_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "experiments_ui.spaces.authentication.BearerKey",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["experiments_ui.spaces.authentication.HasKey"],
    "DEFAULT_PARSER_CLASSES": ["experiments_ui.api.bodies.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["experiments_ui.api.bodies.JsonRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "experiments_ui.api.bodies.OneFormat",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "experiments_ui.api.problems.answer",
    "UNAUTHENTICATED_USER": None,
    # OPTIONS is refused like any other method an endpoint lacks.
    "DEFAULT_METADATA_CLASS": None,
    # A query member named `format` is nobody's business but the endpoint's.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Experiments UI",
    "DESCRIPTION": "The REST interface that the Arize AX clients speak.",
    "VERSION": "2",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/v2",
    "COMPONENT_SPLIT_REQUEST": True,
    # Choices stay where they are used: the wire has many that share a member's name.
    "POSTPROCESSING_HOOKS": ["experiments_ui.api.schema.add_problems"],
}

# Jobs. In embedded mode they run in this process; with a broker, in workers.
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "reconcile": {
        "task": "experiments_ui.experiments.jobs.reconcile",
        "schedule": 30.0,
    },
    "reconcile surveys": {
        "task": "experiments_ui.compare.jobs.reconcile",
        "schedule": 30.0,
    },
    "reconcile task runs": {
        "task": "experiments_ui.tasks.jobs.reconcile",
        "schedule": 30.0,
    },
}

LOG_LEVEL = env.str("EXPERIMENTS_UI_LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "experiments_ui": {"handlers": ["console"], "level": LOG_LEVEL},
        "django": {"handlers": ["console"], "level": "WARNING"},
    },
}
