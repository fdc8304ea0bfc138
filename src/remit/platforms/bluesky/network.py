"""Bluesky behind the Protocol. A post's address is known before it is sent, so it is there once or not at all.

Posts are written with `putRecord` and "nothing may be there yet": sent again, the same post changes nothing, and
another one in its place is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from remit.platforms import connections, counting
from remit.platforms.bluesky import facets, marks, neighbours, xrpc
from remit.platforms.bluesky.faults import explained
from remit.platforms.bluesky.pictures import fitting
from remit.platforms.bluesky.session import NAME, TITLE, Session, sign_in, sign_out
from remit.platforms.bluesky.xrpc import Answered, Blob, Json
from remit.platforms.limits import LIMITS, Limits, breaches, is_film
from remit.platforms.protocol import (
    Ask,
    Connected,
    Content,
    Found,
    Incoming,
    Later,
    Picture,
    Profile,
    Published,
    Refused,
    Shown,
)

POST, PROFILE = "app.bsky.feed.post", "app.bsky.actor.profile"
WEB = "https://bsky.app"
#: Posts read back in one call: as many as a service gives.
PAGE = 100


class BlueskyNetwork:
    """Accounts on the services of `BLUESKY_SERVICES`."""

    name = NAME
    title = TITLE
    idempotent = True
    readable = True
    settle = timedelta(seconds=120)

    def limits(self, network: str) -> Limits:
        if network != NAME:
            raise KeyError(network)
        return LIMITS[NAME]

    def count(self, text: str, network: str) -> int:
        return counting.count(text, network)

    def page(self, profile: Profile) -> str:
        connection = connections.find(NAME, profile.handle)
        if connection is not None and _local(connection.service):
            return f"{connection.service}/xrpc/com.atproto.repo.describeRepo?repo={connection.remote_id}"
        return f"{WEB}/profile/{connection.remote_id if connection else profile.handle}"

    def demand_ready(self, profile: Profile) -> None:
        connections.demand_working(NAME, TITLE, profile)

    def asks(self) -> tuple[Ask, ...]:
        hint = "In Bluesky: Settings, Privacy and security, App passwords. Never the account's own password."
        services = tuple((service, urlsplit(service).netloc) for service in settings.BLUESKY_SERVICES)
        return (
            Ask("service", "Service", "Where the account is held.", choices=services),
            Ask("app_password", "App password", hint, secret=True),
        )

    def connect(self, profile: Profile, given: Mapping[str, str]) -> Connected:
        return sign_in(given["service"], profile.handle, given["app_password"].strip())

    def disconnect(self, profile: Profile, connected: Connected) -> None:
        sign_out(connected)

    def check(self, profile: Profile) -> None:
        Session(profile).renew()

    def read_profile(self, profile: Profile) -> Shown:
        session = Session(profile)
        with explained():
            handle = str(session.query("com.atproto.repo.describeRepo", repo=session.did).get("handle", ""))
            try:
                kept = session.query("com.atproto.repo.getRecord", repo=session.did, collection=PROFILE, rkey="self")
            except Answered as fault:
                if fault.error != "RecordNotFound":
                    raise
                kept = {}
        value = kept.get("value")
        value = value if isinstance(value, dict) else {}
        return Shown(handle, str(value.get("displayName", "")), str(value.get("description", "")))

    def mark(self, key: UUID, at: datetime) -> str:
        return marks.mark(key, at)

    def publish(self, profile: Profile, content: Content, key: UUID, at: datetime) -> Published:
        _refuse_what_is_over_the_limits(self.limits(NAME), content)
        session = Session(profile)
        with explained():
            record = _record(session, content, at)
        rkey = marks.mark(key, at)
        body = {"repo": session.did, "collection": POST, "rkey": rkey, "record": record, "swapRecord": None}
        with explained(may_have_happened=True):
            answer = session.procedure("com.atproto.repo.putRecord", body)
        uri = f"at://{session.did}/{POST}/{rkey}"
        if answer.get("uri") != uri:
            with explained(may_have_happened=True):
                raise xrpc.Unanswered("an answer that makes no sense")
        return Published(uri, _address(session, uri))

    def delete(self, profile: Profile, remote_id: str) -> None:
        session = Session(profile)
        did, _, rkey = remote_id.removeprefix("at://").partition(f"/{POST}/")
        if did != session.did or not rkey:
            raise Refused(
                "That post is not on the account that is connected now.",
                "Take it down on Bluesky's own pages, and say so here.",
            )
        with explained(may_have_happened=True):
            session.procedure("com.atproto.repo.deleteRecord", {"repo": did, "collection": POST, "rkey": rkey})

    def read_back(self, profile: Profile, since: datetime) -> list[Found]:
        session = Session(profile)
        found: list[Found] = []
        cursor = marks.before(since)
        while cursor:
            with explained():
                answer = session.query(
                    "com.atproto.repo.listRecords",
                    repo=session.did,
                    collection=POST,
                    limit=str(PAGE),
                    reverse="true",
                    cursor=cursor,
                )
            try:
                page = [_found(session, each) for each in answer["records"]]
            except (LookupError, TypeError, ValueError, AttributeError):
                raise Later("Bluesky gave an answer that makes no sense.") from None
            found += page
            following = str(answer.get("cursor") or "")
            cursor = following if len(page) == PAGE and following > cursor else ""
        return found

    def messages(self, profile: Profile, since: datetime) -> list[Incoming]:
        return neighbours.messages(Session(profile), profile, since)

    def moderate(self, profile: Profile, measure: str, message: Incoming) -> None:
        raise Refused(
            "Remit does not do this on Bluesky: it needs Bluesky's own app.",
            "Do it in Bluesky's app, then mark the duty as done.",
        )


def _refuse_what_is_over_the_limits(limits: Limits, content: Content) -> None:
    attached = [picture.attached for picture in content.pictures]
    for breach in breaches(limits, content.text, counting.count(content.text, NAME), attached):
        raise Refused(breach.words, breach.remedy)


def _record(session: Session, content: Content, at: datetime) -> Json:
    """The post as Bluesky keeps it; its pictures are uploaded on the way."""
    record: Json = {"$type": POST, "text": content.text, "createdAt": _written(at)}
    if found := facets.record(content.text, lambda handle: _did_of(session, handle)):
        record["facets"] = found
    if content.after:
        record["reply"] = _reply(session, content.after)
    if content.pictures:
        record["embed"] = _embedded(session, content.pictures)
    return record


def _embedded(session: Session, pictures: Sequence[Picture]) -> Json:
    """The pictures, or the film, as a post of Bluesky holds them (lexicons app.bsky.embed.images and .video)."""
    images = []
    for picture in pictures:
        film = is_film(picture.type)
        blob, (width, height) = (Blob(picture.data, picture.type), picture.size) if film else fitting(picture)
        kept = session.procedure("com.atproto.repo.uploadBlob", blob).get("blob")
        if not isinstance(kept, dict):
            raise xrpc.Unanswered("an answer that makes no sense")
        said = {"alt": picture.alt_text, "aspectRatio": {"width": width, "height": height}}
        if film:
            return {"$type": "app.bsky.embed.video", "video": kept, **said}
        images.append({"image": kept, **said})
    return {"$type": "app.bsky.embed.images", "images": images}


def _reply(session: Session, parent: str) -> Json:
    """Where in its thread a part belongs: after `parent`, below the first part of all."""
    did, _, rkey = parent.removeprefix("at://").partition(f"/{POST}/")
    try:
        answer = session.query("com.atproto.repo.getRecord", repo=did, collection=POST, rkey=rkey)
    except Answered as fault:
        if fault.error != "RecordNotFound":
            raise
        raise Refused("What this answers is no longer on Bluesky.", "Publish it as a post of its own.") from None
    value = answer.get("value")
    before = {"uri": parent, "cid": answer.get("cid")}
    above = value.get("reply") if isinstance(value, dict) else None
    return {"root": above.get("root", before) if isinstance(above, dict) else before, "parent": before}


def _did_of(session: Session, handle: str) -> str:
    """The lasting id of a handle that is mentioned; "" for one that nobody has, which is then plain text."""
    try:
        return str(session.query("com.atproto.identity.resolveHandle", handle=handle).get("did", ""))
    except Answered as fault:
        if fault.status == 400 and fault.error == "InvalidRequest":
            return ""
        raise


def _found(session: Session, each: Mapping[str, Any]) -> Found:
    uri, value = str(each["uri"]), each["value"]
    embed = value.get("embed") or {}
    shown = embed.get("media") or embed
    images = shown.get("images") or [each for each in (shown.get("video"),) if each]
    at = datetime.fromisoformat(value["createdAt"])
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Found(uri, _address(session, uri), value["text"], at, len(images), uri.rpartition("/")[2])


def _address(session: Session, uri: str) -> str:
    """Where the public sees a post; a server on this machine has no pages, and shows the record itself."""
    did, _, rkey = uri.removeprefix("at://").partition(f"/{POST}/")
    if _local(session.service):
        return f"{session.service}/xrpc/com.atproto.repo.getRecord?repo={did}&collection={POST}&rkey={rkey}"
    return f"{WEB}/profile/{did}/post/{rkey}"


def _local(service: str) -> bool:
    return urlsplit(service).scheme == "http"


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


PLATFORM = BlueskyNetwork()
