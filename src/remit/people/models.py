"""People: forces, teams, persons, and the register of what each person holds.

What a policy asks about a person (service dates, training, acknowledgements) is kept here; which
permissions a person has follows from the roles they hold (`permissions.py`).
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Force(models.Model):
    """A police force: the tenant. Nothing of one force is visible to another."""

    slug = models.SlugField(primary_key=True, max_length=50)
    name = models.CharField(max_length=120)
    #: Names of the packs in use, strictest effect wins, e.g. ["surrey-sussex"].
    packs = models.JSONField(default=list)
    #: Answers to the settings that its packs ask for, by setting name (`website`, ...).
    settings = models.JSONField(default=dict)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A team or department of a force. `key` is the name that packs use, e.g. "corporate-communications"."""

    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="teams")
    key = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["force", "key"], name="one_team_a_key")]

    def __str__(self) -> str:
        return self.name


class Category(models.TextChoices):
    OFFICER = "officer", "Police officer"
    PCSO = "pcso", "PCSO"
    SPECIAL = "special_constable", "Special Constable"
    STAFF = "police_staff", "Police staff"
    VOLUNTEER = "volunteer", "Volunteer"
    CONTRACTOR = "contractor", "Contractor"
    AGENCY = "agency_staff", "Agency staff"
    COUNCIL = "council_employee", "Council employee"


class DutyState(models.TextChoices):
    ON = "on_duty", "On duty"
    OFF = "off_duty", "Off duty"
    ON_CALL = "on_call", "On call"


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> Person:
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody on a force's register, who may also sign in. Shown by role and shoulder number."""

    username = models.CharField(max_length=80, unique=True)
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="people")
    #: How the person is shown, e.g. "PC 4417" or "Digital media officer 8120".
    display_name = models.CharField(max_length=120)
    shoulder_number = models.CharField(max_length=20)
    category = models.CharField(max_length=20, choices=Category.choices)
    #: Rank or grade in the force's own words as a key: "constable", "sergeant", "chief_inspector", "band_2".
    grade = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    teams = models.ManyToManyField(Team, blank=True, related_name="members")
    line_manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    independent_patrol_since = models.DateField(null=True, blank=True)
    probation_passed_on = models.DateField(null=True, blank=True)
    leaving_on = models.DateField(null=True, blank=True)
    #: The day on which the person last moved to another team.
    moved_on = models.DateField(null=True, blank=True)
    #: The day on which a leaver told those who look after accounts, and whether they want to keep an individual one.
    leaving_told_on = models.DateField(null=True, blank=True)
    keeps_account = models.BooleanField(null=True, blank=True)
    #: As the person or the duty roster last said; empty when nobody has. Frozen into a proposal at the press.
    duty_state = models.CharField(max_length=10, choices=DutyState.choices, blank=True)
    duty_state_at = models.DateTimeField(null=True, blank=True)
    #: The role description asks for social media; None when nobody has looked.
    role_needs_social_media = models.BooleanField(null=True, blank=True)
    #: The name that stands for the person in the ledger; never the display name.
    pseudonym = models.CharField(max_length=40, unique=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    objects = PersonManager()

    class Meta:
        ordering = ["display_name"]

    def get_category_display(self) -> str:  # type: ignore[no-redef]  # instead of the one that Django makes
        """The kind of employment in words; one that a force's packs add is read from its name."""
        return str(dict(Category.choices).get(self.category, self.category.replace("_", " ").capitalize()))

    def __str__(self) -> str:
        return self.display_name


class RoleHeld(models.Model):
    """A role that a person holds for a whole force, one team or one account, from a day until the end of another.

    `role` is a key of `permissions.ROLES` or of a pack's `who`, e.g. "author", "corporate-communications",
    "senior-investigating-officer". Without team and account it is held for the whole of `force`.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles_held")
    role = models.SlugField(max_length=80)
    #: Usually the person's own force; another's where two forces share a department.
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="roles_held")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="roles_held")
    #: Id of an account in `accounts`, when the role is held over that account alone.
    account_id = models.BigIntegerField(null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["role", "since"]
        indexes = [models.Index(fields=["force", "role"])]

    def __str__(self) -> str:
        return f"{self.role} held by {self.person}"


class Training(models.Model):
    """A training that a person attended; `kind` is a value of the vocabulary's `actor.trainings[].kind`."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="trainings")
    kind = models.SlugField()
    on = models.DateField()

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.kind} on {self.on}"


class Acknowledgement(models.Model):
    """A person read and accepted a document (a pack's policy, a notice) in one version."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="acknowledgements")
    document = models.CharField(max_length=120)  # "policy:cleveland", "text:reuse-of-photos"
    version = models.CharField(max_length=40)
    on = models.DateField()

    class Meta:
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["person", "document", "version"], name="one_acknowledgement_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.document}, version {self.version}"


class Device(models.Model):
    """A device on the register. The person says at the press which one is being used."""

    class Owner(models.TextChoices):
        FORCE = "force", "Issued by the force"
        PERSONAL = "personal", "Personal"

    class Kind(models.TextChoices):
        PHONE = "phone", "Phone"
        TABLET = "tablet", "Tablet"
        LAPTOP = "laptop", "Laptop"
        DESKTOP = "desktop", "Desktop"

    force = models.ForeignKey(Force, on_delete=models.CASCADE, related_name="devices")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="devices")
    name = models.CharField(max_length=80)
    owner = models.CharField(max_length=10, choices=Owner.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    screen_lock = models.BooleanField(default=True)
    #: The level of internet research that it is marked for, 1 to 5.
    research_level = models.PositiveSmallIntegerField(null=True, blank=True)
    #: Given back, lost or replaced: kept on the register, no longer offered.
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
