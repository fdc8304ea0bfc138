"""Databases of their own for tests that start real processes: a SQLite file, or one more on the throw-away cluster."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

REMIT = Path(sys.executable).with_name("remit")
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "UV_CACHE_DIR", "CI")


def url(var: Path) -> str:
    """`DATABASE_URL` of the data in `var`; "" in the run on SQLite, whose file is in the folder itself."""
    given = os.environ.get("DATABASE_URL", "")
    return urlsplit(given)._replace(path=f"/{_name(var)}").geturl() if given else ""


def environment(var: Path, **more: str) -> dict[str, str]:
    """What a `remit` process needs to run as a demonstration on the data in `var`; nothing else of ours reaches it."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    models = {"REMIT_SIGHT": "off", "REMIT_MEANING": "off"}
    here = {"REMIT_MODE": "demonstration", "REMIT_VAR": str(var), "PYTHONUNBUFFERED": "1", **models}
    return kept | here | ({"DATABASE_URL": url(var)} if url(var) else {}) | more


def make(var: Path, like: Path | None = None) -> Path:
    """The folder `var` with an empty database of its own, or with a copy of all that is in `like`."""
    if like is None:
        var.mkdir(parents=True, exist_ok=True)
    else:
        shutil.copytree(like, var)
    if url(var):
        template = f' TEMPLATE "{_name(like)}"' if like else ""
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{_name(var)}"{template}')
    return var


def once(
    tmp_path_factory: pytest.TempPathFactory, name: str, *commands: tuple[str, ...], like: Path | None = None
) -> Path:
    """A folder that these `remit` commands have filled, made once for all workers of the run.

    Copy it with `make`; do not use it.
    """
    here = tmp_path_factory.getbasetemp()
    shared = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            try:
                make(folder, like)
                for arguments in commands:
                    subprocess.run([REMIT, *arguments], env=environment(folder), check=True)
            except BaseException:
                remove(folder)
                raise
    return folder


def remove(var: Path) -> None:
    """The database of `var`, with whoever is connected to it; and the folder."""
    if url(var):
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{_name(var)}" WITH (FORCE)')
    shutil.rmtree(var, ignore_errors=True)


def _name(var: Path) -> str:
    return "remit_" + hashlib.sha256(str(var).encode()).hexdigest()[:16]
