"""Every setting, from the environment; an empty environment is development. MODE=production refuses what is unsafe."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(env.text("DATA_DIR") or ROOT / "var")
MODE = env.text("MODE", "development")
if MODE not in {"development", "production"}:
    raise ImproperlyConfigured("MODE must be development or production")
PRODUCTION = MODE == "production"
DEBUG = False
DEMO = False  # `manage.py demo` alone turns it on, in its own process

SECRET_KEY = env.text("SECRET_KEY") or ("" if PRODUCTION else env.key_beside(DATA))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ([] if PRODUCTION else ["127.0.0.1", "localhost", "testserver"])
CSRF_TRUSTED_ORIGINS = env.words("ORIGINS")
TLS = env.flag("TLS", default=PRODUCTION)
DATABASES = {"default": env.database(env.text("DATABASE_URL") or f"sqlite:///{(DATA / 'db.sqlite3').resolve()}")}

if PRODUCTION:
    wanted = {
        "SECRET_KEY of 50 characters or more": len(SECRET_KEY) >= 50,
        "ALLOWED_HOSTS, without *": ALLOWED_HOSTS and "*" not in "".join(ALLOWED_HOSTS),
        "ORIGINS, each https://": CSRF_TRUSTED_ORIGINS
        and all(one.startswith("https://") and "*" not in one for one in CSRF_TRUSTED_ORIGINS),
        "DATABASE_URL": env.text("DATABASE_URL"),
        "EMAIL_HOST": env.text("EMAIL_HOST"),
        "MAIL_FROM": env.text("MAIL_FROM"),
        "TLS=true": TLS,
    }
    missing = [name for name, given in wanted.items() if not given]
    if missing:
        raise ImproperlyConfigured("MODE=production needs: " + "; ".join(missing))

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "taggit",
    "csp",
    "allauth",
    "allauth.account",
    "people",
    "forum",
    "moderation",
    "notifications",
    "realtime",
    "config",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.MembersOnlyHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.middleware.PersonLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.NoEmptyRefusal",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.frame",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
# Redis carries ids only. The pub/sub layer: once Redis has lost its memory, sockets on the other one stay deaf.
# Those who share a database hear each other, whoever else is on that Redis: its channels know no database numbers.
REDIS_URL = env.text("REDIS_URL")
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"half-a-word {DATABASES['default']['NAME']} "},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
PROCESSES = env.number("PROCESSES", 1)  # how many server processes share the database; see config/checks.py

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["people.auth.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # nobody signs up yet: accounts are made by the centre
ACCOUNT_ADAPTER = "people.auth.AccountAdapter"
ACCOUNT_RATE_LIMITS = {
    # A hospital's members may share one address; what is limited hard is guessing one person's password.
    "login": "300/m/ip",
    "login_failed": "60/m/ip,10/5m/key",
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("fr", _("French"))]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Brussels"

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [ROOT / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION  # no collectstatic before a first look
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

TRANSCRIPT_DAYS = env.number("TRANSCRIPT_DAYS", 30)  # how long those who were in a live session can read it again

# One submission is at most 10,000 characters; a form of this size is refused with a page, not read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.text("EMAIL_USER"), env.text("EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_TLS")
EMAIL_TIMEOUT = 20
# Without a mail server mails become files to look at.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "half-a-word@localhost")
SITE_URL = env.text("SITE_URL") or (CSRF_TRUSTED_ORIGINS[0] if CSRF_TRUSTED_ORIGINS else "http://127.0.0.1:8000")
MAIL_EMBEDDED = env.flag("MAIL_EMBEDDED", default=PROCESSES == 1)  # else `manage.py send_mail` runs beside the server

SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_NAME = "__Host-sessionid" if TLS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if TLS else "csrftoken"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "moderation.kept.csrf_failure"
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_words": {"()": "config.logging.NoWords"}},
    "formatters": {
        "plain": {
            "()": "config.logging.PlainFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_words"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Unknown addresses are everyday life, and an address may hold what somebody typed.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        # The Redis client gives a handler of its own to this one unless it is known already.
        "push_response": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
