"""The five kernel records that every room lives on, what they tell people, and the outbox.

Kept small on purpose: a room never grows a workflow of its own. Written only by `acts.door` and what stands behind it.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.conf import settings
from django.db import models

from remit.policy.periods import london_date


class PutTo(models.Model):
    """Something that waits for people. Whom it is put to is kept with it, so that a person's own list is one query.

    It says whose list it is on and no more: whoever presses is asked again whether they may. `acts.addressing` keeps
    it in step.
    """

    put_to = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        abstract = True


class Proposal(PutTo):
    """An act that somebody proposed, the facts and the decision it stands on.

    It is put to those who must answer one of its questions, where that is not its author.
    """

    class State(models.TextChoices):
        OPEN = "open", "Waiting"
        RETURNED = "returned", "Returned to the author"
        APPLIED = "applied", "Done"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Ran out of time"

    force = models.SlugField(db_index=True)
    #: Registered name of the act, e.g. "posts.publish".
    act = models.CharField(max_length=60)
    #: What is acted on, as "room.model:id", e.g. "posts.target:12".
    subject = models.CharField(max_length=80, db_index=True)
    #: What the act needs to be built again, JSON only.
    data = models.JSONField(default=dict)
    moment = models.CharField(max_length=40)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="proposals"
    )
    proposed_at = models.DateTimeField()
    #: Frozen facts as they were at the press; live facts are gathered again at each decision.
    frozen = models.JSONField(default=dict)
    #: Answers that a person gave to questions: fact name -> value.
    answers = models.JSONField(default=dict)
    #: Facts that the proposer is not sure of.
    not_sure = models.JSONField(default=list)
    #: What somebody with a say settled while reviewing: fact name -> value; outweighs what a signal raised.
    settled = models.JSONField(default=dict)
    #: Approvals that would excuse it and that its proposer asked for: key of the say -> why it should be allowed.
    asked_for = models.JSONField(default=dict)
    #: The last decision's JSON (`policy.Decision.to_json`), and the facts it was taken on.
    decision = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    outcome = models.CharField(max_length=10)
    not_before = models.DateTimeField(null=True, blank=True)
    #: Nothing is done after this; a proposal still open then runs out.
    not_later = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: Why it was returned, refused by a person, withdrawn or ran out, in words.
    closing_note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["force", "state"]), models.Index(fields=["state", "not_before"])]

    def __str__(self) -> str:
        return f"{self.act} on {self.subject} ({self.get_state_display()})"


class Revision(models.Model):
    """One version of what is proposed: the digest of each covered fact, so that an edit voids what covered it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    #: fact name -> SHA-256 of its canonical JSON.
    digests = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="one_revision_a_number")]

    def __str__(self) -> str:
        return f"Revision {self.number} of proposal {self.proposal_id}"


class Say(PutTo):
    """One named approval or consultation: asked, answered, voided, or owed after the event."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for other answers first"
        ASKED = "asked", "Asked"
        ANSWERED = "answered", "Answered"
        VOID = "void", "Void: what it covered has changed, or it has lapsed"
        NOT_NEEDED = "not_needed", "No longer needed"

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="says")
    key = models.SlugField(max_length=80)
    #: What it is called, e.g. "Authority of the Senior Investigating Officer".
    title = models.CharField(max_length=200, blank=True)
    #: Key of the pack's `who`; the first of them where any of several may answer.
    who = models.SlugField(max_length=80)
    #: Who is asked, in words: "Corporate Communications or the duty inspector".
    who_words = models.CharField(max_length=300, blank=True)
    pack = models.SlugField()
    kind = models.CharField(max_length=10)  # approve | consult
    after_event = models.BooleanField(default=False)
    #: The act that the pack wants after a no that comes after the event, e.g. "breach.report".
    if_refused = models.CharField(max_length=80, blank=True)
    #: Facts whose change voids the answer.
    covers = models.JSONField(default=list)
    clauses = models.JSONField(default=list)
    #: Why the proposer asks for it, where it would excuse what the policy refuses or holds.
    asked_because = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    #: How many of the steps that the policy names where nobody answers in time have been taken, and when the last was.
    widened = models.PositiveSmallIntegerField(default=0)
    widened_at = models.DateTimeField(null=True)
    #: approve | refuse | return | suggest | objects | no-objection
    answer = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="says_given"
    )
    #: Who wrote it down, when it was given by word of mouth.
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=20, default="in-system")
    answered_at = models.DateTimeField(null=True)
    #: When whoever gave it last confirmed it, where it would run out.
    confirmed_at = models.DateTimeField(null=True)
    #: The proposal's revision that the answer was given on.
    revision = models.PositiveIntegerField(default=1)
    #: The act of answering, with what the policy asked of whoever answered; none of an answer of an earlier version.
    given_in = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.title or self.key} ({self.get_state_display()})"


#: Duties as they are listed: by day, within it by time; last what is in time until its day ends, and what has no day.
SOONEST: list[str | models.Expression] = [
    models.F("due_on").asc(nulls_last=True),
    models.F("due_at").asc(nulls_last=True),
    "id",
]


class Duty(PutTo):
    """Something that somebody must do. Identity = rule + subject + what it runs from."""

    class State(models.TextChoices):
        DUE = "due", "To do"
        DONE = "done", "Done"
        LAPSED = "lapsed", "No longer needed"

    force = models.SlugField(db_index=True)
    pack = models.SlugField()
    #: The rule, with what tells one duty of it from another (its key, or the element of a list) after a "#".
    rule = models.CharField(max_length=160)
    subject = models.CharField(max_length=80, db_index=True)
    #: The day it runs from; 1 January of the year 1 where nothing dates it, so that it stands once for its subject.
    anchor = models.DateField()
    #: The time of that day, in UTC, where it is owed within hours of it; midnight where the day is all that counts.
    anchor_time = models.TimeField(default=time.min)
    do = models.TextField()
    owner_who = models.SlugField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="duties")
    due_on = models.DateField(null=True)
    #: The time on that day; none where it is in time until the day ends.
    due_at = models.DateTimeField(null=True)
    late = models.CharField(max_length=10, default="by")  # by | within | at once | open
    must = models.BooleanField(default=True)
    #: Days or times at which its owner is reminded, and who is told once it is overdue (keys of the pack's `who`).
    remind_on = models.JSONField(default=list)
    overdue_who = models.JSONField(default=list)
    #: Of those, who are told again on every further day.
    daily_who = models.JSONField(default=list)
    #: What was drawn to be looked at, once and for good: {"of": fact, "drawn": [names]}; empty for most duties.
    sample = models.JSONField(default=dict)
    #: The state moment that keeps it in step; empty when an act left it behind.
    moment = models.CharField(max_length=40, blank=True)
    clauses = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    made_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    #: The proposal that left it behind, if one did.
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.SET_NULL, related_name="duties")

    class Meta:
        ordering = SOONEST
        constraints = [
            models.UniqueConstraint(
                fields=["force", "pack", "rule", "subject", "anchor", "anchor_time"], name="one_duty_an_anchor"
            )
        ]

    def __str__(self) -> str:
        return f"{self.do} ({self.get_state_display()})"

    @property
    def due(self) -> date | datetime | None:
        """The day it is due on, or the time."""
        return self.due_at or self.due_on

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is still to do and its time has come, or the last of its days has ended."""
        if self.state != self.State.DUE or self.due_on is None:
            return False
        return self.due_at <= now if self.due_at else self.due_on < london_date(now)


class Referral(PutTo):
    """Passed to a team. Lists, search, tasks and ledger views obey `seen_by` and `never`."""

    force = models.SlugField(db_index=True)
    pack = models.SlugField()
    rule = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    to_who = models.SlugField(max_length=80)
    seen_by = models.JSONField(default=list)
    never = models.JSONField(default=list)
    clauses = models.JSONField(default=list)
    made_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="referrals"
    )
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)
    #: Why it was passed on, in words.
    reason = models.TextField(blank=True)
    #: The people whom `never` named when it was made: none of them sees it, whatever they become later.
    barred = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    #: The state moment whose rule passed it on; empty where an act did.
    moment = models.CharField(max_length=40, blank=True, default="")
    #: When the clock found that its rule bites no longer. Until then a closed one is not made again.
    over_at = models.DateTimeField(null=True)
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.SET_NULL, related_name="referrals")

    class Meta:
        ordering = ["-made_at", "id"]

    def __str__(self) -> str:
        return f"{self.rule} on {self.subject} to {self.to_who}"


class Notice(PutTo):
    """Something that a post or a person is told: a rule's `notify`, a reminder, a duty that is overdue."""

    force = models.SlugField(db_index=True)
    pack = models.SlugField(blank=True)
    rule = models.CharField(max_length=160, blank=True)
    subject = models.CharField(max_length=80, db_index=True)
    #: Key of the pack's `who`, where it is for a post; `person` where it is for one person.
    who = models.SlugField(max_length=80, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="notices")
    text = models.TextField()
    clauses = models.JSONField(default=list)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.SET_NULL, related_name="notices")

    class Meta:
        ordering = ["-made_at", "id"]

    def __str__(self) -> str:
        return self.text


class Grant(models.Model):
    """A standing permission. A leaver is "end each grant"."""

    force = models.SlugField(db_index=True)
    #: authorisation | licence | native-access | exception | delegation | a pack's own grant key
    kind = models.SlugField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="grants")
    #: What it is over, e.g. "accounts.account:3"; empty when it is over the person alone.
    over = models.CharField(max_length=80, blank=True, db_index=True)
    #: For an exception: the rule it lifts.
    rule = models.CharField(max_length=60, blank=True)
    clause = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} over {self.over or 'everything'}"


class OutboxJob(models.Model):
    """Something for the outside world, queued in the act's own transaction and done by the worker."""

    force = models.SlugField()
    #: Registered name of the job, e.g. "posts.send".
    job = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    #: Claimed until then; a claim that has run out may be taken by another worker.
    lease_until = models.DateTimeField(null=True)
    #: Counts the claims: whoever holds an older number may no longer write.
    fence = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["done_at", "due_at"])]

    def __str__(self) -> str:
        return f"{self.job} on {self.subject}"
