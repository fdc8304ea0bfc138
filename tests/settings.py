"""Settings of the test suite: the demonstration's, with its files in a folder of their own and cheap passwords."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["REMIT_MODE"] = "demonstration"
for model in ("REMIT_SIGHT", "REMIT_MEANING"):  # tests that look into pictures or meaning switch theirs on themselves
    os.environ[model] = "off"
os.environ.setdefault("REMIT_CACHE", str(Path(__file__).parents[1] / ".pytest_cache" / "packs"))
os.environ["REMIT_VAR"] = tempfile.mkdtemp(prefix="remit-tests-")
for name in ("DEBUG", "ALLOWED_HOSTS", "REMIT_PACKS", "SECRET_KEY", "CONNECTION_KEYS", "BLUESKY_SERVICES"):
    os.environ.pop(name, None)

from remit.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A file and not memory: tests with threads need the locks that a real database has. A crash may lose it.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": str(REMIT_VAR / "test.sqlite3")}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = (  # noqa: F405
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
