"""What the practice network holds: its profiles, posts and pictures. It knows nothing of the rest of Remit."""

from __future__ import annotations

from django.db import models

from remit.platforms.limits import is_film


class PracticeProfile(models.Model):
    handle = models.CharField(max_length=80, primary_key=True)
    name = models.CharField(max_length=120, blank=True)
    #: The public network that it stands for: "x", "facebook", ...
    network = models.SlugField()

    def __str__(self) -> str:
        return f"@{self.handle}"


class PracticePost(models.Model):
    profile = models.ForeignKey(PracticeProfile, on_delete=models.CASCADE, related_name="posts")
    #: The network's own id for the post, as it appears in its address.
    number = models.CharField(max_length=24, unique=True)
    text = models.TextField(blank=True)
    posted_at = models.DateTimeField(db_index=True)
    #: The sender's idempotency key. Not unique: a network that takes no keys publishes twice when it is told twice.
    key = models.UUIDField(db_index=True)
    after = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="next_parts")
    removed_at = models.DateTimeField(null=True)
    #: The visitor's message that it answers; one that answers a direct message is not on the public page.
    answers = models.ForeignKey("PracticeMessage", null=True, on_delete=models.SET_NULL, related_name="replies")

    class Meta:
        ordering = ["-posted_at", "-id"]

    def __str__(self) -> str:
        return self.number


class PracticeMessage(models.Model):
    """What a visitor wrote to a profile: a comment on a post, a mention, or a direct message."""

    profile = models.ForeignKey(PracticeProfile, on_delete=models.CASCADE, related_name="messages")
    number = models.CharField(max_length=24, unique=True)
    channel = models.CharField(max_length=10)
    author = models.CharField(max_length=40)
    text = models.TextField()
    sent_at = models.DateTimeField(db_index=True)
    post = models.ForeignKey(PracticePost, null=True, on_delete=models.SET_NULL, related_name="comments")
    hidden_at = models.DateTimeField(null=True)
    #: Kept for whoever moderates the simulated network; what a real one does then is its own affair.
    reported_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["sent_at", "id"]

    def __str__(self) -> str:
        return self.number


class PracticeShut(models.Model):
    """A visitor whom a profile has blocked, so that they can write nothing more, or muted."""

    profile = models.ForeignKey(PracticeProfile, on_delete=models.CASCADE, related_name="shut")
    author = models.CharField(max_length=40)
    measure = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "author", "measure"], name="shut_once")]

    def __str__(self) -> str:
        return f"{self.author}: {self.measure}"


class PracticePicture(models.Model):
    post = models.ForeignKey(PracticePost, on_delete=models.CASCADE, related_name="pictures")
    data = models.BinaryField()
    type = models.CharField(max_length=40)
    alt_text = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.alt_text or "picture without a description"

    @property
    def is_film(self) -> bool:
        return is_film(self.type)
