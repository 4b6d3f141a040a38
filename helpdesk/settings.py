"""Every setting of an installation, read from the environment; nothing here decides a rule."""

from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF

# Lets annotations such as `ModelAdmin[Ticket]` stand in code that runs.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- What an installation is -------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
SECRET_KEY = env.str("SECRET_KEY")
SITE_NAME = env.str("SITE_NAME", "Prazo")
BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data")))
# The demo's clock is an offset in this file, so that web, worker and beat agree (common/clock.py).
CLOCK_FILE = DATA_DIR / "clock.json" if DEMO else None

INSTALLED_APPS = [
    "helpdesk.apps.HelpdeskConfig",
    "helpdesk.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "anymail",
    "channels",
    "csp",
    "django_fsm",
    "django_htmx",
    "django_prose_editor",
    "import_export",
    "pgtrigger",
    "rest_framework",
    "common",
    "calendars",
    "catalog",
    "outbox",
    "accounts",
    "knowledge",
    "tickets",
    "surveys",
    "notifications",
    "interfaces.web",
    "interfaces.portal",
    "interfaces.desk",
    "interfaces.api",
    "interfaces.inbox",
    "interfaces.live",
    "interfaces.company",
    "interfaces.help_center",
]

MIDDLEWARE = [
    "interfaces.web.requests.received_at",
    "helpdesk.health.probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "interfaces.web.sessions.renewed",
    "common.middleware.fresh_pages",
    "common.middleware.reader_time_zone",
    "common.middleware.Refusals",
]

ROOT_URLCONF = "helpdesk.urls"
ASGI_APPLICATION = "helpdesk.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["common.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context.site",
            ],
        },
    }
]

# Forms are drawn by templates/django/forms/, so `{{ form.title.as_field_group }}` is ours.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Stores ------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL")}
# Under ASGI a kept connection leaks one per thread; connecting over the socket costs 2 ms.
DATABASES["default"]["CONN_MAX_AGE"] = 0
# A form's choices are read in one statement instead of three; what is long is read by keys.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
# A server that is gone is told from a slow one.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# A page's statement joins a dozen tables to a few rows of the first: to weigh all orders takes
# longer than the statement (ADR 0008).
DATABASES["default"]["OPTIONS"].setdefault("options", "-c join_collapse_limit=4")
DATABASES["default"]["TEST"] = {"TEMPLATE": "template0"}
# Requests at work at once in a web process, and so its connections; further ones wait their turn.
WEB_CONCURRENCY_LIMIT = env.int("WEB_CONCURRENCY_LIMIT", 24)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
_REDIS_IS_SOCKET = REDIS_URL.startswith("unix://")


def _redis(db: int) -> str:
    """Address of one of Redis' numbered databases, for the cache and the channel layer."""
    return f"{REDIS_URL.split('?')[0]}?db={db}" if _REDIS_IS_SOCKET else f"{REDIS_URL}/{db}"


def _broker() -> str:
    """The same server in Celery's spelling, which differs for unix sockets."""
    if _REDIS_IS_SOCKET:
        path = REDIS_URL.removeprefix("unix://").split("?")[0]
        return f"redis+socket://{path}?virtual_host=1"
    return f"{REDIS_URL}/1"


CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": _redis(0),
        "OPTIONS": {
            # A store that is away slows nothing down and fails no page: presence and rate
            # limits pause until it is back.
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        },
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        # redis-py's own 5 s read timeout would kill every idle socket (channels_redis#422).
        "CONFIG": {"hosts": [{"address": _redis(2), "socket_timeout": None}]},
    }
}

# --- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
# From the last day that somebody was here (interfaces/web/sessions.py).
SESSION_COOKIE_AGE = 14 * 24 * 3600

# --- Language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", "Português (Brasil)")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["helpdesk.formats"]
TIME_ZONE = env.str("TIME_ZONE", "America/Sao_Paulo")
USE_TZ = True

# --- Files -------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "common.staticfiles.SheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(DATA_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_FILES_A_MESSAGE = 20
# Of a larger mail only the header is kept, and its sender is told.
MAX_MAIL_BYTES = 25 * 1024 * 1024
# What a request may bring (helpdesk/door.py): a stranger's; a file sent ahead of its message; any
# form of who is signed in, which where there are no scripts brings all its files.
_MIB = 1024 * 1024
MAX_BODY_BYTES = {
    "stranger": _MIB,
    "file": MAX_FILE_BYTES + _MIB,
    "form": MAX_FILES_A_MESSAGE * MAX_FILE_BYTES + _MIB,
    # From a mail provider that proves to be one: a mail, encoded in whichever way.
    "mail": 2 * MAX_MAIL_BYTES,
}
# Of a form without its files. A provider's webhook holds the mail in one field.
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES["mail"]
# In the admin a calendar posts six fields an exception, an organization as many a person.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Mail --------------------------------------------------------------------------------------
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
# A provider's own settings, by the names of django-anymail: MAILGUN_API_KEY=…,SENDER_DOMAIN=…
ANYMAIL = env.dict("ANYMAIL", default={})
# `user:password` that a provider's webhooks must bring; without one there are none.
ANYMAIL_WEBHOOK_SECRET = env.str("ANYMAIL_WEBHOOK_SECRET", "")
MAIL_FROM = env.str("MAIL_FROM", f"{SITE_NAME} <suporte@prazo.example>")
DEFAULT_FROM_EMAIL = MAIL_FROM
# Replies go to ticket+<signed token>@ this domain, and Message-IDs end in it.
MAIL_REPLY_DOMAIN = env.str("MAIL_REPLY_DOMAIN", "prazo.example")
# What one sender may cause in an hour; what is above waits in quarantine (interfaces/inbox/loops).
MAIL_MOST_AN_HOUR = env.int("MAIL_MOST_AN_HOUR", 60)

# --- Work in the background ----------------------------------------------------------------------
CELERY_BROKER_URL = _broker()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 10}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A request never waits for the broker: what no poke delivered, a sweep finds.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE

# --- The house -----------------------------------------------------------------------------------
# Who hears of a ticket's events, in this order, inside the same transaction (tickets/events.py).
TICKET_FOLLOWERS = [
    "surveys.followers.follow",
    "notifications.followers.follow",
    "interfaces.live.followers.follow",
]
# Asked before the clock moves a ticket: place what has been received, hold what must wait (B8).
TICKET_CLOCK_GATES = ["interfaces.inbox.gate.hold"]
# What the desk's first page says needs a person (interfaces/desk/alerts.py).
DESK_ALERTS = [
    "common.faults.waiting",
    "outbox.alerts.waiting",
]
DESK_LINES = ["interfaces.inbox.alerts.line"]

# --- Safety --------------------------------------------------------------------------------------
_HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Tries to sign in are counted by the address that the proxy saw, not by its own.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "EXCEPTION_HANDLER": "interfaces.api.errors.problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
