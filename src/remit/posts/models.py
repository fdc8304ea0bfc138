"""Posts: what is drafted, for which accounts, with which pictures, and what became of each publication.

`Publication` and `PublicationAttempt` are the truth about what left the building; a queue only wakes the worker.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from remit.platforms.limits import duration, is_film
from remit.web.full_text import FullText


class Post(models.Model):
    """A draft and its life. Text for one account may differ (`Target.text`)."""

    force = models.ForeignKey("people.Force", on_delete=models.PROTECT, related_name="posts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    #: Who asked for it, when that is somebody else.
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="requested_posts"
    )
    #: Ids of everybody who has written in it: none of them may give a say on it.
    writers = models.JSONField(default=list)
    text = models.TextField(blank=True)
    #: Answers given while drafting: fact name -> value; remembered per draft.
    answers = models.JSONField(default=dict)
    not_sure = models.JSONField(default=list)
    acknowledged = models.JSONField(default=list)
    #: Contested signals: concern -> the author's reason; settled by a reviewer.
    contested = models.JSONField(default=dict)
    #: Where a network has threads and the text is too long for one post of it, it goes out as several.
    as_thread = models.BooleanField(default=False)
    #: When it should go out; None is "as soon as it may".
    publish_at = models.DateTimeField(null=True, blank=True)
    #: Counts saves; a save that names an older number is refused, so two editors never overwrite each other.
    revision = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    #: What it answers, as "inbox.message:7": a reply is written and decided there, and published here like any post.
    reply_to = models.CharField(max_length=60, blank=True, default="", db_index=True)
    #: An answer to somebody in private: on no list of posts, and shown to its author and to whoever is asked about it.
    private = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        # The list of posts is read, and counted, from the first of these alone, however many there are.
        indexes = [
            models.Index(
                fields=["force", "-changed_at", "-id"],
                condition=models.Q(discarded_at=None, private=False),
                name="posts_to_list",
            ),
            models.Index(fields=["author", "-changed_at"], name="posts_of_an_author"),
        ]

    def __str__(self) -> str:
        return self.text[:60] or f"Post {self.pk}"


class Target(models.Model):
    """One account that a post is for; decided, approved and published on its own."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="targets")
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="targets")
    #: The text for this account; empty means the post's own.
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "account"], name="one_target_an_account")]

    def __str__(self) -> str:
        return f"Post {self.post_id} on account {self.account_id}"


class PostWords(models.Model):
    """What a post is found by: its text, each account's own, and what its pictures show."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="found_by")
    words = FullText()

    def __str__(self) -> str:
        return f"Words of post {self.post_id}"


class Media(models.Model):
    """A picture or a film: the original kept and hashed, and what may go out, with nothing in it but what is seen."""

    force = models.ForeignKey("people.Force", on_delete=models.PROTECT, related_name="media")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="media")
    uploaded_at = models.DateTimeField()
    original = models.FileField(upload_to="originals/")
    original_sha256 = models.CharField(max_length=64)
    original_type = models.CharField(max_length=40)
    rendition = models.FileField(upload_to="renditions/")
    rendition_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    #: What the original's metadata said, before it was stripped (camera, time, "has GPS"), never the position itself.
    metadata = models.JSONField(default=dict)
    #: How long a film is, rounded up; 0 for a picture.
    seconds = models.PositiveIntegerField(default=0)
    #: What models saw in it (`signals.sight.Sight.to_json`); empty when nobody looked.
    sight = models.JSONField(default=dict, blank=True)
    #: The file's name as it was uploaded; shown, never trusted.
    name = models.CharField(max_length=80, blank=True)
    rendition_type = models.CharField(max_length=40)
    #: Size of the rendition, in bytes.
    rendition_bytes = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name or f"Picture {self.pk}"

    @property
    def is_film(self) -> bool:
        return is_film(self.rendition_type)

    @property
    def length(self) -> str:
        """A film's length in words."""
        return duration(self.seconds)


class PostMedia(models.Model):
    """A picture's place in a post, and what its author says about it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="post_media")
    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="uses")
    order = models.PositiveSmallIntegerField(default=0)
    alt_text = models.TextField(blank=True)
    #: What the picture is: a value of the vocabulary's `post.images[].kind`.
    kind = models.CharField(max_length=20, default="photo")
    #: Who made it: a value of the vocabulary's `post.images[].source`; empty when nobody has said.
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.alt_text or f"Picture {self.order + 1}"


class SettledSignal(models.Model):
    """What a reviewer settled about something that signals read in a post: a labelled example, kept as it was then."""

    force = models.ForeignKey("people.Force", on_delete=models.PROTECT, related_name="settled_signals")
    proposal = models.ForeignKey("acts.Proposal", on_delete=models.PROTECT, related_name="settled_signals")
    #: A concern's key, or a fact with the value that was read: "political", "post.appeal=missing".
    concern = models.CharField(max_length=80)
    #: The words that were read.
    text = models.TextField()
    raised = models.BooleanField()
    settled = models.BooleanField()
    #: Which signals raised it, with their versions: "politics 3, tone 1"; empty where none did.
    versions = models.CharField(max_length=200, blank=True)
    #: Why the author said that it is not so; empty where nobody disputed it.
    contested = models.TextField(blank=True)
    note = models.TextField(blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signals_settled")
    settled_at = models.DateTimeField()

    class Meta:
        ordering = ["settled_at", "pk"]

    def __str__(self) -> str:
        return f"{self.concern}: {'so' if self.settled else 'not so'}"


class Publication(models.Model):
    """One part of a post on one account, or the taking down of it: rows and states of the publishing design."""

    class State(models.TextChoices):
        HELD = "held", "Held"
        DUE = "due", "Due"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Published"
        FAILED = "failed", "Refused by the network"
        UNKNOWN = "unknown", "Not known yet whether it went out"
        MISSED = "missed", "Missed its time"
        WITHDRAWN = "withdrawn", "Withdrawn"
        GONE = "gone", "Taken down"

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="publications")
    proposal = models.ForeignKey("acts.Proposal", null=True, on_delete=models.PROTECT, related_name="publications")
    action = models.CharField(
        max_length=10, choices=[("publish", "Publish"), ("delete", "Take down")], default="publish"
    )
    part = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    #: Exactly what was approved: text and media (rendition hash, alternative text), and its SHA-256.
    content = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64)
    due_at = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True)
    #: Goes up with every claim; a worker whose number is out of date may write nothing.
    fence = models.PositiveIntegerField(default=0)
    remote_id = models.CharField(max_length=200, blank=True)
    remote_url = models.CharField(max_length=300, blank=True)
    #: Given to networks that take an idempotency key.
    key = models.UUIDField(unique=True)
    reason = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    #: The publication that this one takes down.
    of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="removals")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target", "part"],
                condition=models.Q(action="publish") & ~models.Q(state__in=["withdrawn", "failed", "gone"]),
                name="one_live_publication_a_part",
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.target_id}, part {self.part}: {self.get_state_display()}"


class PublicationAttempt(models.Model):
    """One call to a network: written before the call, finished after it."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="attempts")
    fence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)  # publish | delete | read-back
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=20, blank=True)  # sent | gone | refused | unknown | absent | found
    note = models.TextField(blank=True)
    #: What the network answered, kept even when another worker holds the publication by then.
    remote_id = models.CharField(max_length=200, blank=True)
    remote_url = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} of publication {self.publication_id}: {self.result or 'no answer yet'}"
