"""Checks evidence from Remit on a plain Python 3.11 or newer: nothing to install, no network, nothing of Remit's.

    python verify.py                  in an unpacked evidence pack: checks it and tells what happened
    python verify.py --key KEY        the same, trusting KEY alone (ask the force for it; the pack brings its own)
    python verify.py --policy FILE    the same, demanding the witnesses that your own FILE names (C2SP tlog-policy)
    python verify.py FOLDER           the same for a pack, or a whole exported log, that is elsewhere

What is checked, in this order: the signature under the checkpoint (Ed25519, RFC 8032, as a C2SP signed note); which
witnesses cosigned it (C2SP tlog-cosignature), and whether they are enough; that each entry is in the log which the
checkpoint is over (Merkle proofs, RFC 6962); that each value shown is the one that its entry committed to (HMAC-SHA256
with the value's own salt); that each decision shown is the one its entry names (SHA-256); that index.html shows this
same evidence.

Exit code: 0 all of it holds, 1 something does not, 2 there is nothing to check.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Wrong(Exception):
    """Something does not hold; the message says what."""


Key = tuple[str, bytes, bytes]  # name, key id, public key
Point = tuple[int, int, int, int]


# Ed25519 (RFC 8032, section 5.1), for verifying only: nothing here is secret, so it need not be constant in time.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def point(encoded: bytes) -> Point:
    """A point of the curve from its 32 bytes, as extended coordinates (x, y, 1, xy)."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= P:
        raise Wrong("A key or signature is not a point of the curve.")
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Wrong("A key or signature is not a point of the curve.")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, p: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, p)
        p, scalar = add(p, p), scalar >> 1
    return result


def encode(p: Point) -> bytes:
    inverse = pow(p[2], -1, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is one of `message` by the key `public`."""
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or len(public) != 32 or scalar >= ORDER:
        return False
    challenge = hashlib.sha512(signature[:32] + public + message).digest()
    try:
        x, y, z, t = point(public)
    except Wrong:
        return False
    minus = (P - x, y, z, P - t)
    found = add(times(scalar, BASE), times(int.from_bytes(challenge, "little") % ORDER, minus))
    return encode(found) == signature[:32]


# The checkpoint: a signed note that says how long the log is and what its root is.


def read_key(text: str, kind: int = 1) -> Key:
    """A public key, "NAME+HASH+BASE64", as (name, key id, 32 bytes). `kind`: 1 a log's, 4 a witness's."""
    name, _, rest = text.strip().partition("+")
    key_hash, _, encoded = rest.partition("+")
    data = unbase64(encoded)
    if not name or len(data) != 33 or data[0] != kind:
        raise Wrong(f"This is not an Ed25519 key of a {'log' if kind == 1 else 'witness'}: {text}")
    key_id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if key_id.hex() != key_hash:
        raise Wrong(f"The key of {name} is damaged. Copy it again, whole.")
    return name, key_id, data[1:]


def read_checkpoint(note: str, keys: list[Key]) -> tuple[str, int, bytes, list[str]]:
    """(origin, size, root, names of the keys that signed it) of a note signed by at least one of `keys`."""
    text, blank, signatures = note.rpartition("\n\n")
    signers = []
    for line in signatures.splitlines():
        mark, name, encoded = [*line.split(" "), "", ""][:3]
        data = unbase64(encoded)
        for key in keys:
            if mark == "—" and (name, data[:4]) == key[:2]:
                if not signed(key[2], (text + "\n").encode(), data[4:]):
                    raise Wrong(f"The signature of {name} under the checkpoint is false.")
                signers.append(f"{name} (key {key[1].hex()})")
    if not blank or not signers:
        raise Wrong("The checkpoint is not signed by the key that is trusted.")
    lines = text.split("\n")
    if len(lines) < 3 or not re.fullmatch("[1-9][0-9]*", lines[1]):
        raise Wrong("The checkpoint cannot be read.")
    return lines[0], int(lines[1]), unbase64(lines[2]), signers


def unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong(f"This is not base64: {text[:60]}") from None


# Witnesses: who else has seen this checkpoint, and whether those are enough (C2SP tlog-policy and tlog-cosignature).


@dataclass
class Policy:
    """Which logs are trusted, which witnesses there are, and which of them are enough."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, tuple[Key, str]] = field(default_factory=dict)  # name -> key, address
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)  # name -> how many of whom
    quorum: str = ""

    def met(self, cosigned: dict[str, int], by: str = "") -> bool:
        """Whether the witnesses in `cosigned` are enough, for the whole policy or for the group `by`."""
        name = by or self.quorum
        if name in self.groups:
            enough, members = self.groups[name]
            return sum(self.met(cosigned, member) for member in members) >= enough
        return name == "none" or name in cosigned

    def words(self, by: str = "") -> str:
        """The quorum in words."""
        name = by or self.quorum
        if name not in self.groups:
            return "no witness" if name == "none" else name
        enough, members = self.groups[name]
        listed = ", ".join(f"({self.words(m)})" if m in self.groups else m for m in members)
        return f"{'all' if enough == len(members) else enough} of {listed}" if len(members) > 1 else listed


def read_policy(text: str) -> Policy:
    """A policy file, with lines such as

    log KEY [ADDRESS]
    witness NAME KEY [ADDRESS]
    group NAME 2|any|all NAME...
    quorum NAME|none
    """
    policy, members, keys = Policy(), set[str](), set[bytes]()

    def fresh(name: str) -> str:
        if name == "none" or name in policy.witnesses or name in policy.groups:
            raise Wrong(f'The name "{name}" is taken.')
        return name

    def key(text: str, kind: int) -> Key:
        found = read_key(text, kind)
        if found[2] in keys:
            raise Wrong(f"The key of {found[0]} is there twice.")
        keys.add(found[2])
        return found

    for at, line in enumerate(text.split("\n"), 1):
        words = [word for word in re.split("[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            match words:
                case _ if policy.quorum and words[0] == "quorum":
                    raise Wrong("There is a quorum already.")
                case ["log", vkey] | ["log", vkey, _]:
                    policy.logs.append(key(vkey, 1))
                case ["witness", name, vkey, *address] if len(address) < 2:
                    if address and not re.match("https?://", address[0]):
                        raise Wrong(f"An address begins with https://, not as {address[0]} does.")
                    policy.witnesses[fresh(name)] = key(vkey, 4), "".join(address)
                case ["group", name, count, *who] if who:
                    enough = {"any": 1, "all": len(who)}.get(count) or (int(count) if count.isdecimal() else 0)
                    if not 1 <= enough <= len(who):
                        raise Wrong(f"Say how many of {len(who)} are enough, not {count}.")
                    for member in who:
                        if member not in policy.witnesses | policy.groups or member in members:
                            raise Wrong(f"{member} is not named on a line before, or is in a group already.")
                        members.add(member)
                    policy.groups[fresh(name)] = enough, who
                case ["quorum", name] if name == "none" or name in policy.witnesses | policy.groups:
                    policy.quorum = name
                case _:
                    raise Wrong("This cannot be read.")
        except Wrong as wrong:
            raise Wrong(f"Line {at} of the policy of witnesses: {wrong}") from None
    if not policy.quorum:
        raise Wrong("The policy of witnesses does not say who is enough. Add a line such as: quorum none")
    return policy


def cosigned(note: str, policy: Policy) -> dict[str, int]:
    """The witnesses of `policy` that cosigned the checkpoint, with when they did, in seconds since 1970."""
    text, _, lines = note.rpartition("\n\n")
    found = {}
    for line in lines.splitlines():
        mark, key_name, encoded = [*line.split(" "), "", ""][:3]
        for name, (key, _) in policy.witnesses.items():
            data = unbase64(encoded)
            if mark != "—" or (key_name, data[:4]) != key[:2]:
                continue
            at = int.from_bytes(data[4:12], "big")
            if not signed(key[2], f"cosignature/v1\ntime {at}\n{text}\n".encode(), data[12:]):
                raise Wrong(f"The cosignature of {name} under the checkpoint is false.")
            found[name] = at
    return found


def tell_witnesses(note: str, policy: Policy, *, demanded: bool) -> list[str]:
    """Who cosigned, and whether the quorum was met; where it is `demanded` and was not, that is wrong."""
    found = cosigned(note, policy)
    lines = [f"Cosigned by {name} on {said_time(at)}." for name, at in found.items()]
    if policy.met(found):
        return [*lines, f"The policy of witnesses is met: {policy.words()}."]
    if demanded:
        raise Wrong(
            f"The policy of witnesses is not met: it wants {policy.words()}. Cosigned by: {', '.join(found) or 'none'}."
        )
    return [*lines, f"The policy of witnesses is NOT met: it wants {policy.words()}. The rest does not hang on it."]


def said_time(at: int) -> str:
    try:
        moment = datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        raise Wrong("A cosignature has no time that can be read.") from None
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


# The Merkle tree.


def leaf(body: bytes) -> bytes:
    return hashlib.sha256(b"\0" + body).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root_by_proof(index: int, size: int, body: bytes, proof: list[bytes]) -> bytes:
    """The root of a log of `size` entries in which `proof` puts `body` at `index`, counted from 0."""
    found, last, rest = leaf(body), size - 1, list(proof)
    if not 0 <= index < size:
        raise Wrong(f"The log of {size} entries has no entry {index + 1}.")
    while last:
        if index & 1 or index < last:
            if not rest:
                raise Wrong(f"The proof of entry {index + 1} is too short.")
            found = node(rest.pop(0), found) if index & 1 else node(found, rest.pop(0))
        index, last = index >> 1, last >> 1
    if rest:
        raise Wrong("A proof is too long.")
    return found


# A pack.


def check_pack(folder: Path, trusted: list[Key], policy: Policy | None = None) -> list[str]:
    """Check an evidence pack; returns the lines that tell what it shows. `policy` is the checker's own: demanded."""
    written = (folder / "evidence.json").read_text(encoding="utf-8")
    pack = json.loads(written)
    trusted = trusted or (policy.logs if policy else [])
    origin, size, root, signers = read_checkpoint(pack["checkpoint"], trusted or list(map(read_key, pack["keys"])))
    told = [f"The checkpoint of {origin} over {size} entries is signed by {' and '.join(signers)}."]
    if not trusted:
        told += ["The key came with the pack. Ask the force for its key, and run this again with --key:"]
        told += [f"  {key}" for key in pack["keys"]]
    told += check_witnesses(pack["checkpoint"], pack.get("witnesses", ""), policy)
    told += check_stamp(folder, pack["checkpoint"])
    values = 0
    for entry in pack["entries"]:
        body = entry["body"].encode()
        number = json.loads(body)["number"]
        if root_by_proof(number - 1, size, body, [unbase64(part) for part in entry["proof"]]) != root:
            raise Wrong(f"Entry {number} is not in the log that was signed.")
        values += check_values(folder, entry, json.loads(body))
    told += check_policies(folder, pack)
    check_page(folder, written)
    told.append(f"All {len(pack['entries'])} entries shown are in that log, and all {values} values are their own.")
    told += ["", "What happened:", ""]
    return told + [line for entry in pack["entries"] for line in tell(entry, pack["people"])]


def check_witnesses(note: str, brought: str, policy: Policy | None) -> list[str]:
    """Check the cosignatures: against the checker's own policy, else against the one that was brought along."""
    if policy is None and not brought:
        return ["No witness is named: that nobody was shown another log rests on the force's signature alone."]
    if policy is None:
        told = ["The policy of witnesses came along. To demand one of your own, run this again with --policy:"]
        return tell_witnesses(note, read_policy(brought), demanded=False) + told
    return tell_witnesses(note, policy, demanded=True)


def check_stamp(folder: Path, note: str) -> list[str]:
    """Check that what was stamped with the time is this checkpoint. The authority's own signature is for openssl."""
    stamped, answer = folder / "checkpoint.stamped", folder / "checkpoint.tsr"
    if not answer.exists():
        return ["No authority has stamped the checkpoint with the time."]
    data = stamped.read_bytes()
    if data.decode().partition("\n\n")[0] != note.partition("\n\n")[0]:
        raise Wrong("The time stamp is of another checkpoint.")
    if hashlib.sha256(data).digest() not in answer.read_bytes():
        raise Wrong("The time stamp is not of the file checkpoint.stamped.")
    command = "openssl ts -verify -data checkpoint.stamped -in checkpoint.tsr -CAfile CERTIFICATE-OF-THE-AUTHORITY"
    return [
        "A time stamp of this checkpoint is there (RFC 3161). Who gave it, and when, is for openssl to check:",
        f"  {command}",
    ]


def check_policies(folder: Path, pack: dict[str, Any]) -> list[str]:
    """Check that the policies' files are those which the entries name by their digest."""
    named = {(each["pack"], each["digest"]) for entry in pack["entries"] for each in json.loads(entry["body"])["packs"]}
    told = []
    for policy in pack["policies"]:
        words = f"{policy['title']}, version {policy['version']}"
        if not policy.get("files"):
            told.append(f"The policy {words} is not here as it was: its files were not kept.")
            continue
        if not re.fullmatch("policies/[0-9a-f]{16}", policy["files"]):
            raise Wrong(f"{policy['files']} is no folder of this pack.")
        files = {path.relative_to(folder / policy["files"]): path for path in (folder / policy["files"]).rglob("*")}
        read = {name.as_posix(): path.read_bytes() for name, path in files.items() if path.is_file()}
        if (policy["pack"], policy["digest"]) not in named or policy_digest(read) != policy["digest"]:
            raise Wrong(f"The policy in {policy['files']} is not the one that decided.")
        told.append(f"The policy {words} is in {policy['files']} as it was when it decided.")
    return told


def policy_digest(files: dict[str, bytes]) -> str:
    """The digest of a policy: SHA-256 over each file's name, length and content, in the order of their names."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return f"sha256:{digest.hexdigest()}"


def check_values(folder: Path, entry: dict[str, Any], said: dict[str, Any]) -> int:
    """Check what an entry's commitments are to; returns how many values are shown."""
    for name, value in entry["disclosed"].items():
        mac = hmac.new(bytes.fromhex(value["salt"]), value["payload"].encode(), hashlib.sha256)
        if not hmac.compare_digest(mac.hexdigest(), said["commitments"].get(name, "")):
            raise Wrong(f"The value {name} of entry {said['number']} is not the one it committed to.")
    file = folder / "decisions" / f"{said['number']}.json"
    if file.exists():
        named = entry["disclosed"].get("decision")
        if named is None or json.loads(named["payload"]) != hashlib.sha256(file.read_bytes()).hexdigest():
            raise Wrong(f"decisions/{file.name} is not the decision that entry {said['number']} names.")
    return len(entry["disclosed"])


def check_page(folder: Path, written: str) -> None:
    """Check that the page shows the same evidence."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    shown = re.search(r'<script type="application/json" id="evidence">(.*?)</script>', page, re.DOTALL)
    if shown is None or json.loads(shown[1]) != json.loads(written):
        raise Wrong("The page index.html shows something else than evidence.json.")


def tell(entry: dict[str, Any], people: dict[str, str]) -> list[str]:
    """An entry in a few lines. Names and the words for an action are Remit's; the rest is as it was recorded."""
    said = json.loads(entry["body"])
    who = people.get(said["actor"], said["actor"])
    lines = [f"{said['number']}. {said['at'][:16].replace('T', ' ')} UTC, {who}: {entry['words']} ({said['action']})"]
    for name in ("object", "outcome", "clauses", "about"):
        if said[name]:
            lines.append(f"   {name}: {said[name] if name in ('object', 'outcome') else json.dumps(said[name])}")
    for name, value in entry["disclosed"].items():
        lines.append(f"   {name}: {value['payload']}")
    withheld = sorted(set(said["commitments"]) - set(entry["disclosed"]))
    return lines + ([f"   not shown here: {', '.join(withheld)}"] if withheld else [])


# A whole log, as `remit ledger export --log FOLDER` writes it.


def check_log(folder: Path, trusted: list[Key], policy: Policy | None = None) -> list[str]:
    """Check a whole log from its entries alone; returns the lines that tell what it is."""
    brought = folder / "witnesses"
    keys = (
        trusted
        or (policy.logs if policy else [])
        or [read_key(line) for line in (folder / "keys").read_text(encoding="utf-8").splitlines()]
    )
    note = (folder / "checkpoint").read_text(encoding="utf-8")
    origin, size, root, signers = read_checkpoint(note, keys)
    peaks: list[bytes] = []  # the hashes of complete subtrees from the left, a pair merged as soon as it is one
    for number in range((size + 255) // 256):
        for at, body in enumerate(bodies(folder, number, min(256, size - number * 256)), number * 256):
            peaks.append(leaf(body))
            while at & 1:
                peaks[-2:] = [node(peaks[-2], peaks[-1])]
                at >>= 1
    while len(peaks) > 1:
        peaks[-2:] = [node(peaks[-2], peaks[-1])]
    if peaks != [root]:
        raise Wrong("The entries are not those that were signed.")
    told = [f"All {size} entries of {origin} are as they were signed by {' and '.join(signers)}."]
    return told + check_witnesses(note, brought.read_text(encoding="utf-8") if brought.exists() else "", policy)


def bodies(folder: Path, number: int, width: int) -> list[bytes]:
    """The first `width` entries of bundle `number`: each after its length in two bytes."""
    name = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        name = f"x{number % 1000:03}/{name}"
    path = folder / "tile" / "entries" / (f"{name}.p/{width}" if width < 256 else name)
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        found.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(found) != width:
        raise Wrong(f"{path} is damaged.")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks evidence from Remit.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--key", action="append", default=[], help="trust this public key and no other")
    parser.add_argument("--policy", type=Path, help="demand the witnesses that this file of yours names")
    given = parser.parse_args()
    try:
        check = check_log if (given.folder / "tile").is_dir() else check_pack
        policy = read_policy(given.policy.read_text(encoding="utf-8")) if given.policy else None
        told = check(given.folder, [read_key(key) for key in given.key], policy)
    except FileNotFoundError as missing:
        sys.stderr.write(f"There is no evidence to check: {missing.filename} is missing.\n")
        return 2
    except (Wrong, ValueError, KeyError, TypeError, AttributeError) as wrong:
        sys.stderr.write(f"NOT AS IT WAS RECORDED. {wrong}\n")
        return 1
    sys.stdout.write("\n".join(["THE EVIDENCE HOLDS.", *told, ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
