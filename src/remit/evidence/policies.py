"""The policies as they were: the files of each pack that can decide, kept under the digest that entries name.

So whoever reads an entry years later can read the clause that it cites, though the policy has been changed since.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from remit.acts.packs import library
from remit.ledger import keys
from remit.ledger.offline.verify import policy_digest
from remit.ledger.tiles import write_whole
from remit.policy.packs import Pack

#: What a file in a kept pack is dated: the same files are the same bytes, whenever they were kept.
_DATED = (1980, 1, 1, 0, 0, 0)


def keep() -> None:
    """Keep the files of every pack that is loaded, where they are not kept yet."""
    for pack in library().packs.values():
        path = _file(pack.digest)
        files = {} if path.exists() else _read(pack)
        if files and policy_digest(files) == pack.digest:  # else they have been changed since they were loaded
            write_whole(path, _zipped(files))


def kept(digest: str) -> dict[str, bytes]:
    """The files of the pack with this digest, by name; empty where they were not kept, or are no longer those."""
    try:
        with zipfile.ZipFile(_file(digest)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        return {}
    return files if policy_digest(files) == digest else {}


def kept_digests() -> list[str]:
    """The digests of every pack that is kept."""
    return sorted(f"sha256:{path.stem}" for path in (keys.log_folder() / "policies").glob("*.zip"))


def _file(digest: str) -> Path:
    return keys.log_folder() / "policies" / f"{digest.removeprefix('sha256:')}.zip"


def _read(pack: Pack) -> dict[str, bytes]:
    """The pack's files as its digest is over them: line ends and a byte order mark make no difference."""
    try:
        found = {name: Path(path).read_bytes() for name, path in pack.files.items()}
    except OSError:
        return {}
    bom = b"\xef\xbb\xbf"
    plain = {name: text.removeprefix(bom).replace(b"\r\n", b"\n") for name, text in found.items()}
    return {name: text.replace(b"\r", b"\n") for name, text in plain.items()}


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _DATED), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
