"""Pictures and films, served to people who may see the force's posts, and never as anything else."""

from __future__ import annotations

import re
from http import HTTPStatus
from io import BytesIO
from typing import IO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from remit.acts import door
from remit.people.models import Person
from remit.posts.acts import ReadOriginal
from remit.posts.models import Media
from remit.posts.standing import visible_posts
from remit.posts.views.approvals import may_see_for_a_say
from remit.web.signed_in import SignedInRequest

#: The one kind of range that players ask for.
RANGE = re.compile(r"bytes=(\d{1,12})-(\d{1,12})?")


@login_required
@require_safe
def rendition(request: SignedInRequest, pk: int) -> FileResponse:
    """The picture or film as it would go out; a player may ask for a stretch of it (RFC 9110, section 14)."""
    media = _media(request.user, pk)
    file, size = media.rendition.open("rb"), media.rendition_bytes
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or int(asked[1]) >= size:
        response = _safely(file, media.rendition_type)
    else:
        first, last = int(asked[1]), min(int(asked[2] or size), size - 1)
        file.seek(first)
        # What runs to the end is read as it is sent; only a stretch cut short is held.
        part = file if last == size - 1 else BytesIO(file.read(max(0, last - first + 1)))
        response = _safely(part, media.rendition_type)
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Accept-Ranges"] = "bytes"
    return response


@login_required
@require_POST
def original(request: SignedInRequest, pk: int) -> FileResponse:
    """The original as a download, once the reading of it is in the ledger."""
    media = _media(request.user, pk)
    door.propose(ReadOriginal(media.pk), request.user, timezone.now())
    response = _safely(media.original.open("rb"), "application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="original-{media.pk}"'
    return response


def _media(viewer: Person, pk: int) -> Media:
    media = get_object_or_404(Media, pk=pk)
    if media.uploaded_by_id == viewer.pk or visible_posts(viewer).filter(post_media__media=media).exists():
        return media
    if any(may_see_for_a_say(viewer, use.post, timezone.now()) for use in media.uses.select_related("post")):
        return media
    raise Http404


def _safely(file: IO[bytes], kind: str) -> FileResponse:
    response = FileResponse(file, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
