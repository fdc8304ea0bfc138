"""Messages: what the public writes to a force's accounts, what was done about it, and how far each account was read.

What the policy made of a message is the report that brought it in (`Message.report`); replies are posts.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Message(models.Model):
    """A comment, mention or direct message, as it was when it came in. Its words never change here, until its time is
    over and they are erased.
    """

    class Channel(models.TextChoices):
        COMMENT = "comment", "Comment"
        MENTION = "mention", "Mention"
        DIRECT = "direct", "Direct message"
        REVIEW = "review", "Review"

    class State(models.TextChoices):
        NEW = "new", "New"
        OPEN = "open", "In hand"
        CLOSED = "closed", "Closed"

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    #: The network's own id of it; empty for one that somebody saw there and entered by hand.
    remote_id = models.CharField(max_length=200, blank=True)
    #: Where it can be seen on the network, if it can.
    url = models.CharField(max_length=300, blank=True)
    #: The public handle of whoever wrote it, as the network shows it.
    author = models.CharField(max_length=120)
    text = models.TextField()
    received_at = models.DateTimeField()
    #: What of ours it answers.
    publication = models.ForeignKey(
        "posts.Publication", null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )
    #: Who entered it; None for what Remit read from the network.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="messages_entered"
    )
    #: The report under which it came in: its decision, and the duties and referrals that follow.
    report = models.OneToOneField("acts.Proposal", on_delete=models.PROTECT, related_name="message")
    #: A value of the vocabulary's `message.kind`; empty while nothing says what it is.
    kind = models.SlugField(blank=True)
    #: Who said what it is; None while only Remit has read it.
    sorted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="messages_sorted"
    )
    #: Somebody may be in danger: first in every list.
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="messages_taken"
    )
    #: What the network shows since its writer changed it, when that was seen; and since when it is there no longer.
    text_now = models.TextField(blank=True, default="")
    edited_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: When its words and its writer were erased, as the force no longer keeps them.
    erased_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "remote_id"], condition=~models.Q(remote_id=""), name="one_message_a_remote_id"
            )
        ]
        indexes = [models.Index(fields=["account", "state", "-received_at"])]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} from {self.author or 'somebody'}"

    @property
    def private(self) -> bool:
        """Whether only its sender and the account can see it on the network."""
        return self.channel == self.Channel.DIRECT


class Intake(models.Model):
    """How far the messages of one account have been read from its network, and why they cannot be where they cannot."""

    account = models.OneToOneField("accounts.Account", on_delete=models.CASCADE, related_name="intake")
    #: Everything that came before this has been read.
    read_until = models.DateTimeField()
    #: When the network was asked last.
    asked_at = models.DateTimeField()
    problem = models.TextField(blank=True)
    #: When what came in lately was read again, to see what was changed or removed since.
    read_again_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.account_id}: read until {self.read_until}"


class Measure(models.Model):
    """Something done on the network about a message or its sender: hidden, blocked, muted, reported; and its end."""

    class State(models.TextChoices):
        DUE = "due", "Being done"
        DONE = "done", "Done"
        BY_HAND = "by_hand", "To be done by hand"
        LIFTED = "lifted", "Lifted"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="measures")
    proposal = models.ForeignKey("acts.Proposal", on_delete=models.PROTECT, related_name="measures")
    #: A value of the vocabulary's `block.action`.
    action = models.SlugField()
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    made_at = models.DateTimeField()
    #: When somebody looks again whether it is still right; None for what cannot be undone.
    review_on = models.DateField(null=True, blank=True)
    #: Why the network did not do it, and what to do instead.
    problem = models.TextField(blank=True)
    #: The measure that this one undoes.
    of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.action} for message {self.message_id}"
