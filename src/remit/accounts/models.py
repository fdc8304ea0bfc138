"""Accounts: the register of a force's official accounts, the applications that lead to it, what was done about each
account and on which day, and the stops put on them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Account(models.Model):
    """An official account on one platform. Its authorised users are `acts.Grant`s of kind "authorisation"."""

    class State(models.TextChoices):
        SETTING_UP = "setting_up", "Being set up"
        TRIAL = "trial", "On trial"
        LIVE = "live", "Live"
        DORMANT = "dormant", "Dormant"
        CLOSED = "closed", "Closed"

    force = models.ForeignKey("people.Force", on_delete=models.PROTECT, related_name="accounts")
    #: Name of a module in `platforms`, e.g. "practice".
    platform = models.SlugField()
    #: Which public network it stands for when the platform is practice: "x", "facebook", ... (limits and counters).
    network = models.SlugField()
    handle = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    #: One of the vocabulary's `account.kind` values: main, area, department, team, specialist, individual, role, youth.
    kind = models.SlugField()
    area = models.CharField(max_length=120, blank=True)
    #: The department or team that runs it, when it is one's own.
    team = models.ForeignKey("people.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="accounts")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_accounts"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)
    created_on = models.DateField()
    monitored_by_contact = models.BooleanField(default=False)
    last_used_on = models.DateField(null=True, blank=True)
    #: What the account is for, in the words of whoever applied for it.
    purpose = models.TextField(blank=True)
    bio = models.TextField(blank=True)
    #: What was said of it when it was applied for, set up and changed: fact name -> JSON value.
    said = models.JSONField(default=dict)

    class Meta:
        ordering = ["force", "name"]
        constraints = [models.UniqueConstraint(fields=["platform", "handle"], name="one_account_a_handle")]

    def __str__(self) -> str:
        return f"{self.name} (@{self.handle})"

    @property
    def in_use(self) -> bool:
        """Whether something can be published from it: it is set up, and not closed."""
        return self.state not in (self.State.SETTING_UP, self.State.CLOSED)


#: States in which nothing is published from an account.
NOT_IN_USE = (Account.State.SETTING_UP, Account.State.CLOSED)


class Application(models.Model):
    """Somebody asks for an account. Granted, it becomes an entry of the register that is being set up."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a decision"
        GRANTED = "granted", "Granted"
        TURNED_DOWN = "turned_down", "Turned down"
        WITHDRAWN = "withdrawn", "Withdrawn"

    force = models.ForeignKey("people.Force", on_delete=models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications")
    name = models.CharField(max_length=120)
    network = models.SlugField()
    handle = models.CharField(max_length=80)
    kind = models.SlugField()
    purpose = models.TextField()
    audience = models.TextField(blank=True)
    area = models.CharField(max_length=120, blank=True)
    team = models.ForeignKey("people.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: The people who are to use it besides the owner, as `people.Person` ids.
    users = models.JSONField(default=list)
    #: What the policy asked and the applicant answered: fact name -> JSON value.
    said = models.JSONField(default=dict)
    made_on = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    #: Whom the policy had named to decide it, where it wants somebody named.
    decision_maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)
    account = models.OneToOneField(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="application")

    class Meta:
        ordering = ["-made_on", "-pk"]
        indexes = [models.Index(fields=["force", "state"])]

    def __str__(self) -> str:
        return f"{self.name} (@{self.handle})"


class Record(models.Model):
    """Something that was done about an account on a day: lodged, tested, reviewed. `records.KINDS` says what of it a
    policy reads.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="records")
    kind = models.SlugField()
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    #: What else of it a policy reads, JSON: {"by": "owner"}.
    more = models.JSONField(default=dict)

    class Meta:
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["account", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind} on {self.on}"


class Credentials(models.Model):
    """The sign-in of an account as it was lodged, sealed (`platforms.sealing`): one for each account."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="credentials")
    sealed = models.BinaryField()
    lodged_at = models.DateTimeField()
    lodged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Credentials of {self.account}"


class StandardsCheck(models.Model):
    """Professional standards looked at somebody's record before they are given an account. Only the result is kept."""

    class Result(models.TextChoices):
        ACCEPTABLE = "acceptable", "Acceptable"
        NOT_ACCEPTABLE = "not_acceptable", "Not acceptable"
        REFER = "refer", "To be referred"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="standards_checks")
    result = models.CharField(max_length=20, choices=Result.choices)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_result_display()}, {self.on}"


class GroupEntered(models.Model):
    """A group on a network that an account has joined, until it leaves it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=200)
    joined_on = models.DateField()
    exit_plan = models.TextField(blank=True)
    #: The day on which what it was joined for was done.
    completed_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-joined_on", "name"]

    def __str__(self) -> str:
        return self.name


class Stop(models.Model):
    """The stop switch: nothing is published by the accounts it covers until it is lifted."""

    force = models.ForeignKey("people.Force", on_delete=models.PROTECT, related_name="stops")
    #: None covers the whole force (or `area`).
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="stops")
    area = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200)  # "major incident"
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["force", "lifted_at"])]

    def __str__(self) -> str:
        return f"Stop on {self.covers}: {self.reason}"

    @property
    def covers(self) -> str:
        """What it covers, in words: one account, an area, or the whole force."""
        if self.account is not None:
            return str(self.account)
        return f"every account of {self.area}" if self.area else f"every account of {self.force}"
