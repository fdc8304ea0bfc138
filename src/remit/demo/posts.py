"""The demonstration's posts, as plain data: wording written for it, in the voice of a police force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: What an author says of an ordinary post when asked; a post's own answers come on top.
ANSWERS: dict[str, Any] = {
    "post.purpose": "information",
    "post.facts_confirmed": True,
    "post.right_channel": True,
    "post.appropriate": True,
    "post.focused_event": False,
    "post.campaign": "none",
    "post.requested": False,
    "post.needs_branding": False,
    "post.risk_assessment": "not_needed",
    "post.equality_assessment": "not_needed",
    "post.people_consented": True,
    "post.time_bound": False,
    "incident.managed_by": "none",
    "incident.live": False,
    "incident.major": False,
    "incident.sensitive": False,
    "proceedings.stage": "none",
    "proceedings.active": False,
    "proceedings.restricted": False,
    "document.marking": "none",
    "device.security_layers": True,
    "device.exception_claimed": False,
}


@dataclass(frozen=True)
class PostRow:
    """One post of each force. `then` is what becomes of it; `due` is minutes from now for what is scheduled.

    then: draft · submit (whatever the policy makes of it) · publish · take-down · schedule · hold · miss · return ·
    refuse. `answers` are what the author says of this post besides ANSWERS.
    """

    author: str
    account: str
    text: str
    then: str
    picture: str = ""
    due: int = 0
    reason: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: Only in these forces, whose policies have something to say of it; empty is every force.
    forces: tuple[str, ...] = ()


MURDER = {
    "incident.managed_by": "major_investigation",
    "incident.live": True,
    "incident.next_of_kin_told": True,
    "post.local_reason": "It happened in the area, and the people who saw something live there.",
}

POSTS = (
    PostRow("media", "main-x", "The ring road is closed in both directions after a lorry shed its load. Please find "
            "another way and leave extra time. We will post here when it opens.", "publish", "road-closed"),
    PostRow("media", "main-facebook", "Leaving home before it is light? Lock the door and keep the keys out of "
            "sight of the letter box. Two minutes now saves a long day later.", "publish"),
    PostRow("constable", "area-1", "A blue bicycle was handed in at the {area_1} station on Thursday. If it is yours, "
            "bring something that shows so: a receipt, or the frame number.", "publish", "bicycle"),
    PostRow("media", "main-x", "The ring road has reopened. Thank you for your patience.", "take-down",
            reason="The road was closed again an hour later, so the post was out of date."),
    PostRow("sergeant", "area-1", "Come and tell us what matters where you live. {area_1} library, Wednesday, 6pm to "
            "8pm. No need to book.", "schedule", "poster", due=3 * 24 * 60),
    PostRow("media", "main-facebook", "Winter tyres, full screen wash and a charged phone: check all three before a "
            "long journey this weekend.", "schedule", due=26 * 60),
    PostRow("constable", "roads", "Fog patches are forecast tonight. Slow down, use dipped headlights and keep your "
            "distance.", "hold"),
    PostRow("press", "main-x", "Our front counters close at 5pm on Friday and open again on Monday at 9am. Call "
            "101, or 999 in an emergency.", "miss"),
    PostRow("sergeant", "area-1", "We are looking for a man wanted in connection with a burglary in {area_1}. If you "
            "see him, do not approach him; call 999.", "submit"),
    PostRow("constable", "area-1", "A murder investigation is under way in {area_1}. The Major Investigation Team is "
            "appealing for witnesses: call 101.", "submit", answers=MURDER,
            forces=("norfolk", "suffolk", "cleveland")),
    PostRow("sergeant", "area-1", "Officers from the Major Investigation Team will be in {area_1} all week after a "
            "murder there. Please speak to them.", "return", answers=MURDER, forces=("norfolk", "suffolk"),
            reason="Leave out which team it is, and give the number for witnesses."),
    PostRow("constable", "area-1", "A suspect in the {area_1} murder has been arrested and is being questioned.",
            "refuse", answers=MURDER, forces=("norfolk", "suffolk"),
            reason="Nothing is to be said about arrests until the family has been told."),
    PostRow("sergeant", "area-1", "At the general election, please vote for the party that will give {area_1} more "
            "officers.", "submit", forces=("surrey", "sussex", "cleveland")),
    PostRow("media", "main-facebook", "OFFICIAL-SENSITIVE. The patrol plan for Saturday’s match is attached.", "return",
            reason="This must not leave the force. Say only which roads are affected.",
            answers={"document.sharing_restricted": True}),
    PostRow("commander", "commander", "Good to walk round {area_1} with the neighbourhood team this morning and hear "
            "from shopkeepers.", "draft"),
    PostRow("constable", "area-1", "Three sheds were broken into near the allotments this week. ", "draft"),
)  # fmt: skip
