"""The environment variables that Remit reads, with their defaults. No Django here: the pure commands use it too."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

#: The key of a server that nobody configured. Commands run with it; a server outside demonstration mode does not.
DEFAULT_SECRET_KEY = "not-a-secret-set-SECRET_KEY"  # noqa: S105
#: The usernames of the demonstration's people begin so; outside demonstration mode a server refuses to start with one.
DEMONSTRATION_PREFIX = "demo-"

#: What `DATABASE_URL` need not say (libpq's parameters). Nobody waits for ever: not for a server that does not answer,
#: not for another's lock (as long as SQLite waits), not for the locks of a machine that went away in mid-transaction.
_POSTGRESQL_OPTIONS = {
    "connect_timeout": "5",  # seconds
    "keepalives_idle": "20",  # seconds
    "tcp_user_timeout": "30000",  # milliseconds, as those below
    "options": "-c lock_timeout=20000 -c idle_in_transaction_session_timeout=60000",
}

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


class BadSetting(Exception):
    """An environment variable holds something Remit cannot use. The message names it, what it holds and the remedy."""


def mode() -> str:
    """`REMIT_MODE`: "demonstration", or "production" (the default, so that nothing is open by accident)."""
    value = os.environ.get("REMIT_MODE", "production")
    if value not in ("demonstration", "production"):
        raise BadSetting(f'REMIT_MODE is "{value}". Set it to "demonstration" or "production".')
    return value


def var_folder() -> Path:
    """`REMIT_VAR`: where the embedded database, media and generated key live. Default: `var` in the working folder."""
    return Path(os.environ.get("REMIT_VAR", "var")).absolute()


def ledger_key() -> Path | None:
    """`REMIT_LEDGER_KEY`: the file of the key that signs the ledger. Default: beside the log, in the var folder."""
    given = os.environ.get("REMIT_LEDGER_KEY")
    return Path(given).absolute() if given else None


def witnesses() -> Path | None:
    """`REMIT_WITNESSES`: the file that names the witnesses of the ledger, as C2SP's tlog-policy writes it."""
    given = os.environ.get("REMIT_WITNESSES")
    return Path(given).absolute() if given else None


def timestamps() -> str:
    """`REMIT_TIMESTAMPS`: the address of an authority that stamps the ledger's checkpoints with the time (RFC 3161)."""
    given = os.environ.get("REMIT_TIMESTAMPS", "")
    if given and not given.startswith(("https://", "http://")):
        raise BadSetting(
            f'REMIT_TIMESTAMPS is "{given}". Set it to an address that begins with https://, or leave it out.'
        )
    return given


def timestamp_roots() -> Path | None:
    """`REMIT_TIMESTAMP_ROOTS`: a file with that authority's certificates (PEM), so that its answers can be checked."""
    given = os.environ.get("REMIT_TIMESTAMP_ROOTS")
    return Path(given).absolute() if given else None


def cache_folder() -> Path:
    """`REMIT_CACHE`: where loaded packs are kept between runs. Default: `remit` among the user's own caches."""
    given = os.environ.get("REMIT_CACHE")
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - no home is no fault
    return Path(given or f"{caches}/remit").absolute()


def pack_folders() -> list[Path]:
    """The shipped packs first, then each folder of `REMIT_PACKS` (separated as in PATH)."""
    source = Path(__file__).parents[2] / "packs"
    shipped = source if source.is_dir() else Path(__file__).parent / "packs"
    more = [Path(part) for part in os.environ.get("REMIT_PACKS", "").split(os.pathsep) if part]
    for folder in more:
        if not folder.is_dir():
            raise BadSetting(f'REMIT_PACKS names "{folder}", which is not a folder. Correct the path or leave it out.')
    return [shipped, *more]


def flag(name: str, default: str = "") -> bool:
    """A yes-or-no variable; not set is `default`, which is no."""
    value = os.environ.get(name, default).strip().lower()
    if value not in _TRUE | _FALSE:
        raise BadSetting(f'{name} is "{value}". Set it to 1 for yes or 0 for no.')
    return value in _TRUE


def log_format() -> str:
    """`LOG_FORMAT`: "json", a line an event without personal data (the default), or "plain", for a person to read."""
    value = os.environ.get("LOG_FORMAT") or ("plain" if mode() == "demonstration" else "json")
    if value not in ("json", "plain"):
        raise BadSetting(f'LOG_FORMAT is "{value}". Set it to "json" or "plain".')
    return value


def metrics_token() -> str:
    """`METRICS_TOKEN`: what Prometheus has to show at /metrics; not set, there is no such page."""
    token = os.environ.get("METRICS_TOKEN", "")
    if token and len(token) < 16:
        raise BadSetting("METRICS_TOKEN is too short to be secret. Use at least 16 characters, or leave it out.")
    return token


def words(name: str) -> list[str]:
    """A list separated by commas; not set is empty."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def secret_key() -> str:
    """`SECRET_KEY`; in demonstration mode one is made on first use and kept in the var folder for its owner alone."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    if mode() != "demonstration":
        return DEFAULT_SECRET_KEY
    return _kept("secret-key", secrets.token_urlsafe(50))


def connection_keys() -> list[bytes]:
    """`CONNECTION_KEYS`: the keys that encrypt sign-ins to networks, 32 bytes each; the first one encrypts.

    Several are separated by commas, so that a key can be replaced. In demonstration mode one is made on first use;
    elsewhere there is none, and nothing can be connected, until it is set.
    """
    given = words("CONNECTION_KEYS")
    if not given and mode() == "demonstration":
        given = [_kept("connection-key", base64.b64encode(secrets.token_bytes(32)).decode())]
    return [_key(word) for word in given]


def _key(word: str) -> bytes:
    try:
        key = base64.b64decode(word, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise BadSetting(
            "CONNECTION_KEYS holds something that is no key. Make one with `openssl rand -base64 32`; separate several "
            "by commas, the newest first."
        )
    return key


def bluesky_services() -> list[str]:
    """`BLUESKY_SERVICES`: the servers of Bluesky accounts that Remit may call. Default: https://bsky.social."""
    given = [word.rstrip("/") for word in words("BLUESKY_SERVICES")] or ["https://bsky.social"]
    for address in given:
        parts = urlsplit(address)
        here = mode() == "demonstration" and parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        if not (parts.scheme == "https" or here) or not parts.hostname or parts.path or parts.query or parts.username:
            raise BadSetting(
                f'BLUESKY_SERVICES holds "{address}". Write the address of a server alone, such as '
                "https://bsky.social; http is for a demonstration with a server on this machine."
            )
    return given


def _kept(name: str, fresh_text: str) -> str:
    """A secret of the demonstration: made on first use and kept in the var folder for its owner alone."""
    kept = var_folder() / name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_name(f"{name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(fresh_text, encoding="ascii")
        with contextlib.suppress(FileExistsError):
            os.link(fresh, kept)  # of two that start at once, the first to get here decides
        fresh.unlink()
    return kept.read_text(encoding="ascii")


def database() -> dict[str, Any]:
    """Django's description of the database: `DATABASE_URL` for PostgreSQL, else SQLite in the var folder."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return sqlite(var_folder() / "remit.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise BadSetting(
            "DATABASE_URL is not one Remit can use. Write postgresql://user:password@host:5432/name, "
            "or leave it out to use the embedded SQLite database."
        )
    try:
        port = parts.port
    except ValueError:
        raise BadSetting("DATABASE_URL has a port that is not a number. Write it as …@host:5432/name.") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": {**_POSTGRESQL_OPTIONS, **dict(parse_qsl(parts.query))},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite for a server: readers never wait for the writer (WAL), writers queue instead of failing half-way.

    `synchronous=FULL`, because the intent to publish must outlive a power cut that comes just after it.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": 60,  # seconds; a connection opened for each page would read the schema each time
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,  # seconds to wait for another writer
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
