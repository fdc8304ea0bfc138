"""What goes wrong with Bluesky, in plain words with a remedy, and as what: never, later, or nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from remit.platforms.bluesky.xrpc import Answered, Unanswered, Unlisted, Unreached
from remit.platforms.protocol import Later, Refused, Unclear

#: The service says that the token is out of date or not one of its own; nothing was done.
STALE = frozenset({"ExpiredToken", "InvalidToken"})
#: Longest that a service is obeyed that says when to come back.
LONGEST_WAIT = timedelta(hours=24)

_RECONNECT = (
    "Bluesky no longer accepts the connection: the app password was deleted, or it was not used for too long.",
    "Make a new app password in Bluesky and connect the account again.",
)

#: Errors by the service's name for them.
_NAMED = {
    "AuthenticationRequired": (
        "Bluesky does not know that handle and app password together.",
        "Check the handle. If it is right, make a new app password in Bluesky and give that. Where Bluesky has taken "
        "the account down, it says the same.",
    ),
    "AuthMissing": _RECONNECT,
    "ExpiredToken": _RECONNECT,
    "InvalidToken": _RECONNECT,
    "AuthFactorTokenRequired": (
        "That is the account's own password, which Remit does not take.",
        "Make an app password in Bluesky, under Settings, Privacy and security, App passwords, and give that.",
    ),
    "AccountTakedown": (
        "Bluesky has taken the account down.",
        "Nothing can be published from it. Appeal to Bluesky's moderators from the account's own e-mail address.",
    ),
    "AccountDeactivated": (
        "The account is deactivated.",
        "Sign in to it on Bluesky's own pages and reactivate it; then connect it again.",
    ),
    "RepoNotFound": ("Bluesky has no such account.", "Check the handle in the register, and whether it was deleted."),
    "InvalidSwap": (
        "Another post stands where this one would have gone.",
        "Look at the account's page, then submit the post again.",
    ),
    "InvalidMimeType": ("Bluesky does not take a picture of that kind.", "Use a JPEG or PNG picture."),
    "MethodNotImplemented": (
        "The service does not know what Remit asked of it.",
        "Ask a system administrator whether BLUESKY_SERVICES names a Bluesky server.",
    ),
    "XRPCNotSupported": (
        "The service does not know what Remit asked of it.",
        "Ask a system administrator whether BLUESKY_SERVICES names a Bluesky server.",
    ),
}
_NAMED["RepoTakendown"] = _NAMED["AccountTakedown"]
_NAMED["RepoDeactivated"] = _NAMED["AccountDeactivated"]

#: What the service finds wrong with a post, by its words.
_INVALID = (
    (re.compile(r"grapheme too big|string too big"), "The text is too long for Bluesky.", "Shorten it to 300."),
    (re.compile(r"blob too big"), "A picture is larger than Bluesky takes.", "Use a smaller copy of it."),
    (re.compile(r"array too big.*images"), "There are more pictures than Bluesky takes.", "Leave four at most."),
    (re.compile(r"mimeType"), "Bluesky does not take a picture of that kind.", "Use a JPEG or PNG picture."),
    (
        re.compile(r"Could not find repo"),
        "Bluesky does not show the account: it was taken down, deactivated or deleted.",
        "Sign in to it on Bluesky's own pages to see which.",
    ),
)

_ABOUT_A_RECORD = re.compile(r"Invalid [\w.]+ record: ")
_NAME = re.compile(r"[A-Za-z]{1,40}")


def named(error: str) -> Refused:
    """What to tell about an error that the service has a name for. KeyError for a name that is not known."""
    return Refused(*_NAMED[error])


@contextmanager
def explained(*, may_have_happened: bool = False) -> Iterator[None]:
    """Turns the faults of calls in the block into Refused, Later or Unclear.

    Args:
        may_have_happened: the block makes the one call that publishes or removes, so that without an answer nobody
            knows whether it did. Any other call may be made again later.
    """
    try:
        yield
    except Unlisted as fault:
        raise Refused(
            f"Remit may not call {fault}.", "Ask a system administrator to name it in BLUESKY_SERVICES."
        ) from None
    except Unreached:
        raise Later("Bluesky cannot be reached.") from None
    except Unanswered as fault:
        if may_have_happened:
            raise Unclear(f"Bluesky did not give an answer ({fault}).") from None
        raise Later("Bluesky did not give an answer.") from None
    except Answered as fault:
        raise _of(fault, may_have_happened) from None


def _of(fault: Answered, may_have_happened: bool) -> Exception:
    if fault.status == 429:
        return Later("Bluesky has had too many requests and asks to wait.", _when(fault.reset))
    if fault.status >= 500 and fault.error not in _NAMED:
        if may_have_happened:
            return Unclear(f"Bluesky answered with a fault of its own ({fault.status}).")
        return Later("Bluesky has a fault of its own.", _when(fault.reset))
    if fault.error in _NAMED:
        return named(fault.error)
    if fault.status == 413:
        return Refused("A picture is larger than Bluesky takes.", "Use a smaller copy of it.")
    for pattern, words, remedy in _INVALID:
        if pattern.search(fault.message):
            return Refused(words, remedy)
    if fault.status in (401, 403):
        return Refused("Bluesky does not allow this with the connection that it gave.", _RECONNECT[1])
    if told := _ABOUT_A_RECORD.match(fault.message):
        said = fault.message[told.end() :][:200]
        return Refused(f"Bluesky does not take the post: {said}.", "Change it, then submit it again.")
    # Nothing else that it says is shown: it might repeat what it was sent.
    name = fault.error if _NAME.fullmatch(fault.error) else str(fault.status)
    return Refused(f"Bluesky refused it ({name}).", "Look at the account on Bluesky's own pages, then try again.")


def _when(reset: str) -> datetime | None:
    """When to come back: the service says a time (seconds since 1970) or a number of seconds; None for neither."""
    if not reset.isdigit() or len(reset) > 12:
        return None
    now, number = datetime.now(UTC), int(reset)
    at = datetime.fromtimestamp(number, UTC) if number > 1_000_000_000 else now + timedelta(seconds=number)
    return min(at, now + LONGEST_WAIT)
