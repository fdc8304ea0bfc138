"""Makes the demonstration's forces, people and accounts from their tables, then hands over to its posts.

Everything goes through the door as it would in a force: Remit itself sets up and enters what was there before, roles
are given by the systems administrator and accounts are registered by Corporate Communications.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from remit.accounts import acts as account_acts
from remit.accounts.acts.keeping import EnterRecords
from remit.accounts.facts import subject_of
from remit.accounts.models import Account
from remit.acts import door
from remit.acts.act import Act
from remit.acts.models import Proposal, Say
from remit.acts.packs import library
from remit.demo.accounts import ACCOUNTS, APPROVED_NETWORKS, AccountRow
from remit.demo.conduct import load_conduct
from remit.demo.lives import load_lives
from remit.demo.messaging import load_messages
from remit.demo.people import FORCES, PEOPLE, TEAMS, TEAMS_OF_POLICIES, ForceRow, PersonRow
from remit.demo.posting import load_posts
from remit.environment import DEMONSTRATION_PREFIX
from remit.people import acts
from remit.people.acts.roles import roles_of
from remit.people.acts.subjects import person_subject
from remit.people.documents import asked_by, current_version
from remit.people.models import Force, Person, Team

#: Between the same post's shoulder numbers in two forces.
STEP = 13


class NotMade(RuntimeError):
    """A piece of the demonstration was not allowed: its tables and the policies do not fit together."""


def load(now: datetime, tell: Callable[[str], object] = str) -> None:
    """Every force that is not there yet: its registers in one transaction, then its posts, each as it happens.

    `tell` is given a line for each force as it begins: it takes a while, and somebody waits.
    """
    for order, row in enumerate(FORCES):
        if not Force.objects.filter(pk=row.slug).exists():
            tell(f"{row.name}, {order + 1} of {len(FORCES)} …")
            force = ForceLoader(row, order, now)
            with transaction.atomic():
                force.load()
                load_lives(force)
            load_posts(force)
            load_messages(force)
            load_conduct(force)


class ForceLoader:
    """Loads one force. `people` and `accounts` are by the keys of their tables."""

    def __init__(self, row: ForceRow, order: int, now: datetime) -> None:
        self.row, self.order, self.now = row, order, now
        self.today = timezone.localdate(now)
        self.people: dict[str, Person] = {}
        self.accounts: dict[str, Account] = {}
        self.set_up = False
        self.words = {
            "force": row.name,
            "communications": row.communications,
            "slug": row.slug,
            "area_1": row.areas[0],
            "area_2": row.areas[1],
        }

    def load(self) -> None:
        self.do(acts.AddForce(self.row.slug, self.row.name, [self.row.pack], self.settings()))
        for key, name in self.teams().items():
            self.do(acts.AddTeam(self.row.slug, key, self.said(name)))
        rows = [row for row in PEOPLE if not row.forces or self.row.slug in row.forces]
        for person in rows:
            self.add(person)
        for person in rows:
            self.give_roles(person)
        prefetch_related_objects(list(self.people.values()), "roles_held")  # now that they are as they stay
        for person in rows:
            self.equip(person)
        for account in ACCOUNTS:
            if not account.forces or self.row.slug in account.forces:
                self.open(account)

    def do(self, act: Act, actor: Person | None = None) -> Proposal:
        """Propose `act`, which the policy must allow. Raises NotMade."""
        proposal = door.propose(act, actor, self.now)
        if proposal.state != Proposal.State.APPLIED:
            raise NotMade(f"{self.row.name}: {act.label} is {proposal.outcome}: {proposal.decision.get('findings')}")
        return proposal

    def asked(self, say: Say) -> Person | None:
        """The first of the force's people to whom a say is put."""
        asked = set(say.put_to.values_list("pk", flat=True))
        return next((person for person in self.people.values() if person.pk in asked), None)

    def said(self, words: str) -> str:
        return words.format(**self.words)

    def days_ago(self, days: int | None) -> str | None:
        return None if days is None else (self.today - timedelta(days=days)).isoformat()

    def settings(self) -> dict[str, object]:
        """The settings that the policy asks for with their defaults, and the force's own website and names."""
        pack = library().packs[self.row.pack]
        given = {name.removeprefix("force."): value for name, value in pack.setting_defaults.items()}
        own = {"website": f"www.{self.row.slug}.police.uk"} if "website" in given else {}
        if self.row.anonymous_system:
            own["anonymous_system"] = self.row.anonymous_system
        return {**given, **own, "approved_networks": list(APPROVED_NETWORKS), "elections": []}

    def teams(self) -> dict[str, str]:
        """Teams of every force, and those that its policy names."""
        named = {who.team for who in library().packs[self.row.pack].who.values() if who.team}
        return {**TEAMS, **{key: name for key, name in TEAMS_OF_POLICIES.items() if key in named}}

    def add(self, row: PersonRow) -> None:
        number = str(row.number + STEP * self.order)
        there = set(Team.objects.filter(force=self.row.slug).values_list("key", flat=True))
        entry = {
            "display_name": f"{row.title} {number}",
            "shoulder_number": number,
            "category": row.category,
            "grade": row.grade,
            "teams": [key for key in row.teams.split() if key in there],
            "line_manager": self.people[row.manager].pk if row.manager else None,
            "independent_patrol_since": self.days_ago(row.patrol),
            "probation_passed_on": self.days_ago(row.probation),
        }
        username = f"{DEMONSTRATION_PREFIX}{self.row.slug}-{number}"
        made = self.do(acts.AddPerson(self.row.slug, username, entry))
        self.people[row.key] = Person.objects.get(pk=int(made.subject.partition(":")[2]))

    def give_roles(self, row: PersonRow) -> None:
        person, admin = self.people[row.key], self.people["admin"]
        since = self.days_ago(400) or ""
        known = roles_of(self.row.slug)
        for words in row.roles.split():
            role, _, team = words.partition("/")
            if role in known and (not team or Team.objects.filter(force=self.row.slug, key=team).exists()):
                act = acts.GiveRole(self.row.slug, person_subject(person), role, since, team=team)
                # Until the administrator holds that very role there is nobody but Remit to give one.
                self.do(act, admin if self.set_up and person != admin else None)
                self.set_up |= person == admin and role == "system-administrator"

    def equip(self, row: PersonRow) -> None:
        """Training, acknowledgements, devices, licences and whether they are on duty."""
        person, head, admin = self.people[row.key], self.people["head"], self.people["admin"]
        trainer = self.people["press"] if row.key == "head" else head
        force, subject = self.row.slug, person_subject(person)
        posts = {"author", "corporate-communications"} & set(row.roles.split())
        for kind, days in row.trained:
            self.do(acts.RecordTraining(force, subject, kind, self.days_ago(days) or ""), trainer)
        if row.acknowledged:
            for document in asked_by(self.row.pack)[: None if posts else 1]:
                self.do(acts.Acknowledge(force, subject, document, current_version(document)), person)
        for number, device in enumerate(row.devices, 1):
            whose, kind = device.split()
            name = f"{'Own' if whose == 'personal' else 'Force'} {kind} {person.shoulder_number}-{number}"
            self.do(acts.RegisterDevice(force, subject, name, whose, kind), None if person == admin else admin)
        grants = {"licence": 200 if row.licence else None, "written-approval": row.written_approval}
        for grant, ago in grants.items():
            if ago is not None:
                reason = "Needed for the work of the post."
                since = self.days_ago(ago) or ""
                self.do(acts.GiveStandingPermission(force, subject, grant, reason, since), trainer)
        if posts:
            self.do(acts.SetDutyState(force, subject, row.duty), person)

    def open(self, row: AccountRow) -> None:
        """Register an account, and enter who was authorised to use it before the force came to Remit."""
        head = self.people["head"]
        there = Team.objects.filter(force=self.row.slug, key=row.team).exists()
        entry = {
            "name": self.said(row.name),
            "kind": row.kind,
            "purpose": row.purpose,
            "area": self.said(row.area),
            "team": row.team if there else "",
            "owner": self.people[row.owner].pk,
            "monitored_by_contact": row.monitored,
        }
        handle = self.said(row.handle).lower().replace(" ", "-")
        opened, used = self.days_ago(row.created) or "", self.days_ago(row.used)
        act = account_acts.RegisterAccount(
            self.row.slug, row.platform, row.network, handle, entry, opened, used, row.state
        )
        account = Account.objects.get(pk=int(self.do(act, head).subject.partition(":")[2]))
        self.accounts[row.key] = account
        if row.state == "live":
            done = ["lodged", "corporate-access", "control-tested", "monitored", "review-supervisory"]
            self.do(EnterRecords(self.row.slug, subject_of(account), done, self.days_ago(min(row.created, 12)) or ""))
        for key in row.users.split():
            if key in self.people:
                user = self.people[key]
                reason, since = "Posts for this account as part of their post.", self.days_ago(min(row.created, 300))
                self.do(
                    account_acts.EnterAuthorisation(self.row.slug, subject_of(account), user.pk, since or "", reason)
                )
