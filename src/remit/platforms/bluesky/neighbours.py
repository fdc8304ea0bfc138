"""What people on the same service wrote to an account: replies and mentions, read from their repositories one by one.

Bluesky itself gathers answers in an AppView, which is none of the com.atproto calls that a service answers by itself.
So this reads what is on the account's own service, and says plainly that it cannot where too many live there.
Direct messages are another service of Bluesky's and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from remit.platforms.bluesky import marks
from remit.platforms.bluesky.faults import explained
from remit.platforms.bluesky.session import Session
from remit.platforms.protocol import Incoming, Profile, Refused

POST = "app.bsky.feed.post"
#: Accounts on a service that are read one by one; a public service has millions.
MOST = 100


def messages(session: Session, profile: Profile, since: datetime) -> list[Incoming]:
    """Replies to the account and mentions of it by others on its service, made at `since` or later, oldest first.

    Raises Refused where the service holds too many accounts to be read, or Later.
    """
    with explained():
        answer = session.query("com.atproto.sync.listRepos", limit=str(MOST))
    if answer.get("cursor") and len(answer.get("repos", [])) >= MOST:
        raise Refused(
            "Bluesky gathers replies and mentions in its AppView, which Remit does not use.",
            "Read them in Bluesky's app, and enter here what has to be dealt with.",
        )
    others = [
        repo["did"] for repo in answer.get("repos", []) if repo.get("active", True) and repo["did"] != session.did
    ]
    found = [each for did in others for each in _by(session, did, since)]
    return sorted(found, key=lambda each: (each.at, each.remote_id))


def _by(session: Session, did: str, since: datetime) -> Iterator[Incoming]:
    cursor, handle = marks.before(since), ""
    while cursor:
        with explained():
            answer = session.query(
                "com.atproto.repo.listRecords", repo=did, collection=POST, limit="100", reverse="true", cursor=cursor
            )
        for record in answer.get("records", []):
            channel, answers = _to(session.did, record.get("value") or {})
            if channel and not handle:
                with explained():
                    handle = str(session.query("com.atproto.repo.describeRepo", repo=did).get("handle", did))
            if channel:
                yield _incoming(session, record, channel, answers, handle)
        following = str(answer.get("cursor") or "")
        cursor = following if following > cursor else ""


def _to(ours: str, value: Mapping[str, Any]) -> tuple[str, str]:
    """How a post is to us, and what of ours it answers: a reply to a post of ours, or one that names us."""
    reply = value.get("reply") or {}
    for place in ("parent", "root"):
        uri = str((reply.get(place) or {}).get("uri", ""))
        if uri.startswith(f"at://{ours}/"):
            return "comment", uri
    features = (feature for facet in value.get("facets") or [] for feature in facet.get("features") or [])
    return ("mention", "") if any(feature.get("did") == ours for feature in features) else ("", "")


def _incoming(session: Session, record: Mapping[str, Any], channel: str, answers: str, handle: str) -> Incoming:
    value, uri = record["value"], str(record["uri"])
    at = datetime.fromisoformat(value["createdAt"])
    did, _, rkey = uri.removeprefix("at://").partition(f"/{POST}/")
    local = urlsplit(session.service).scheme == "http"
    record_url = f"{session.service}/xrpc/com.atproto.repo.getRecord?repo={did}&collection={POST}&rkey={rkey}"
    url = record_url if local else f"https://bsky.app/profile/{did}/post/{rkey}"
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Incoming(uri, channel, f"@{handle}", str(value.get("text", "")), at, url, answers)
