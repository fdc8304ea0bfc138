"""What each status is called and which colour it has. One colour has one meaning on every page.

grey: nothing is happening (a draft, something ended) · blue: going as planned · yellow: waiting for somebody ·
green: done or allowed · red: refused or gone wrong · orange: back with its author · purple: a rule of Remit's own
"""

from __future__ import annotations

#: status -> (words, colour)
STATUSES: dict[str, tuple[str, str]] = {
    # a post and its publications
    "draft": ("Draft", "grey"),
    "submitted": ("With approvers", "yellow"),
    "returned": ("Returned to author", "orange"),
    "approved": ("Approved", "green"),
    "scheduled": ("Scheduled", "blue"),
    "due": ("Due", "blue"),
    "sending": ("Being sent", "blue"),
    "sent": ("Published", "green"),
    "published": ("Published", "green"),
    "held": ("Held", "yellow"),
    "missed": ("Missed its time", "red"),
    "failed": ("Refused by the network", "red"),
    "uncertain": ("Not known yet", "red"),
    "gone": ("Taken down", "grey"),
    "discarded": ("Discarded", "grey"),
    "withdrawn": ("Withdrawn", "grey"),
    # a proposal, its decision and its says
    "open": ("Waiting", "yellow"),
    "applied": ("Done", "green"),
    "allowed": ("Allowed", "green"),
    "needs": ("Needs something first", "yellow"),
    "refused": ("Refused", "red"),
    "waiting": ("Waiting", "yellow"),
    "asked": ("Asked", "yellow"),
    "answered": ("Answered", "green"),
    "void": ("Void: what it covered has changed", "grey"),
    "not_needed": ("No longer needed", "grey"),
    # a referral
    "taken": ("Taken on", "blue"),
    # a duty
    "to_do": ("To do", "yellow"),
    "overdue": ("Overdue", "red"),
    "done": ("Done", "green"),
    "lapsed": ("No longer needed", "grey"),
    # an account, and an application for one
    "granted": ("Granted", "green"),
    "turned_down": ("Turned down", "red"),
    "setting_up": ("Being set up", "blue"),
    "trial": ("On trial", "blue"),
    "live": ("Live", "green"),
    "dormant": ("Dormant", "yellow"),
    "closed": ("Closed", "grey"),
    "stopped": ("Stopped", "red"),
    # a line of a rule
    "fired": ("Applies", "red"),
    "exempt": ("Exempt", "grey"),
    "unknown": ("Cannot tell yet", "yellow"),
    "passed": ("Met", "green"),
    "yes": ("Yes", "blue"),
    "no": ("No", "grey"),
    # what Remit does about a clause
    "enforced": ("Enforced", "green"),
    "shown": ("Shown", "blue"),
    "recorded": ("Recorded", "blue"),
    "kept": ("Kept by Remit", "purple"),
    "outside": ("Outside software", "grey"),
    "not yet": ("Not yet", "yellow"),
}

#: effect of a rule -> what it means for the person reading
EFFECTS: dict[str, tuple[str, str]] = {
    "refuse": ("Not allowed", "red"),
    "hold": ("Held", "yellow"),
    "approve": ("Needs approval", "yellow"),
    "consult": ("Needs consultation", "yellow"),
    "ask": ("Needs an answer", "yellow"),
    "require": ("Words to include", "yellow"),
    "acknowledge": ("To read and accept", "yellow"),
    "warn": ("Warning", "orange"),
    "duty": ("Leaves a task", "blue"),
    "route": ("Passed to a team", "blue"),
    "notify": ("Somebody is told", "blue"),
    "show": ("Guidance", "blue"),
    "offer": ("Offered", "blue"),
    "record": ("Recorded", "blue"),
}

#: answer of a say -> what somebody did by it
ANSWERED = {
    "approve": "approved",
    "return": "given back",
    "refuse": "refused",
    "suggest": "something else suggested",
    "no-objection": "no objection",
    "objects": "objected",
}


def status_words(key: str) -> tuple[str, str]:
    """The words and the colour of a status; a status this table does not know is shown as written, in grey."""
    return STATUSES.get(key, (key.replace("_", " ").capitalize(), "grey"))
