"""Django's settings, all read from the environment (see `environment`). Safe by default; `safety` guards the start."""

from __future__ import annotations

from csp.constants import NONE, SELF

from remit import environment

REMIT_MODE = environment.mode()
DEMONSTRATION = REMIT_MODE == "demonstration"
REMIT_VAR = environment.var_folder()
REMIT_PACKS = environment.pack_folders()
#: Whether pictures are looked into by models (faces, words), which takes about a second and 250 MB.
REMIT_SIGHT = environment.flag("REMIT_SIGHT", "on")
#: Whether spelling and grammar are read, which takes some 15 MB.
REMIT_WRITING = environment.flag("REMIT_WRITING", "on")
#: Whether a model reads what sentences mean, which takes about 100 MB and a hundredth of a second a sentence.
REMIT_MEANING = environment.flag("REMIT_MEANING", "on")
REMIT_LEDGER_KEY = environment.ledger_key()
REMIT_WITNESSES = environment.witnesses()
REMIT_TIMESTAMPS = environment.timestamps()
REMIT_TIMESTAMP_ROOTS = environment.timestamp_roots()

SECRET_KEY = environment.secret_key()
CONNECTION_KEYS = environment.connection_keys()
BLUESKY_SERVICES = environment.bluesky_services()
DEBUG = environment.flag("DEBUG")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or (["127.0.0.1", "localhost"] if DEMONSTRATION else [])
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

#: Every room of Remit. A room with pages has a `urls` module holding whole paths from the root.
ROOMS = [
    "people",
    "ledger",
    "acts",
    "accounts",
    "posts",
    "inbox",
    "policies",
    "conduct",
    "research",
    "web",
    "evidence",
    "platforms",
    "platforms.practice",
    "operations",
]
INSTALLED_APPS = [
    *(f"remit.{room}" for room in ROOMS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "remit.operations.probes.Probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "remit.people.backend.OneReading",
    "remit.web.errors.RefusedActs",
]
ROOT_URLCONF = "remit.urls"
WSGI_APPLICATION = "remit.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["remit.people.backend.Register"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"
CSRF_FAILURE_VIEW = "remit.web.errors.csrf_failed"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# Static files come straight from the rooms: nothing to collect, so nothing that can be out of step with the code.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 300  # seconds

# Pictures are never served from a folder: a view of the posts room checks the force and reads them.
MEDIA_ROOT = REMIT_VAR / "media"
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o600

# No inline script or style anywhere: what an author types can never run in an approver's browser.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: a shift
if not DEMONSTRATION:
    # The demonstration is http on the loopback address; everything else is behind TLS.
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_SSL_REDIRECT = True
    if environment.flag("BEHIND_TLS_PROXY"):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

#: For Prometheus; without it there is no such page.
METRICS_TOKEN = environment.metrics_token()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "remit.operations.logs.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": environment.log_format()}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "remit": {"level": "INFO"},
        # One line a request, in the logs of a service; whoever runs the demonstration wants to see faults alone.
        "remit.requests": {"level": "WARNING" if DEMONSTRATION else "INFO"},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
