"""One call to somebody outside who vouches for the log: a witness, or an authority that stamps the time.

Addresses come from the operator's own settings and files alone. A call is never redirected, and neither long nor large.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

#: Longest that each step of a call may take, in seconds; and the largest answer, in bytes.
LONGEST = 5.0
LARGEST = 64 * 1024


class Unanswered(Exception):
    """There was no answer; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    type: str
    body: bytes


class _Never(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        return None


_opener = build_opener(_Never)


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send `body` to `address` (http or https). Raises Unanswered."""
    request = Request(address, body, {"User-Agent": "Remit", **headers}, method="POST")  # noqa: S310 - the operator's
    try:
        with _opener.open(request, timeout=LONGEST) as response:
            return Answer(response.status, response.headers.get_content_type(), response.read(LARGEST))
    except HTTPError as answered:
        with answered:
            return Answer(answered.code, answered.headers.get_content_type(), answered.read(LARGEST))
    except URLError as fault:
        raise Unanswered(str(getattr(fault.reason, "strerror", None) or fault.reason)) from fault
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise Unanswered(str(fault) or type(fault).__name__) from fault
