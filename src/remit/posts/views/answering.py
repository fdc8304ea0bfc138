"""The form in which a say is answered: the answer, its reason, and what the policy asks of whoever answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import QueryDict

from remit.acts import door
from remit.acts.act import ActRefused, NotAllowed
from remit.acts.facts import ACKNOWLEDGED, vocabulary
from remit.acts.giving import GiveAnswer
from remit.acts.models import Say
from remit.acts.packs import library
from remit.people.models import Person
from remit.policy.decide import rules_at
from remit.policy.decision import Decision, Finding
from remit.policy.packs import Pack
from remit.web.findings import as_decided, grouped, texts_to_read
from remit.web.forms import offer
from remit.web.questions import Question, Unread, question, read_answers, told_from_none

#: What each answer does, in the words of its button; the answer's own name where a pack has others.
ANSWERS = {
    "approve": "Approve it",
    "return": "Give it back to its author with a reason",
    "refuse": "Refuse it, for good",
    "suggest": "Suggest something else",
    "no-objection": "I have no objection",
    "objects": "I object",
}
#: Of an approval that would excuse what the policy refuses or holds.
EXCUSING = {"approve": "Allow it", "refuse": "Do not allow it: it stays as the policy has it"}
HOW = (("word-of-mouth", "By word of mouth"), ("phone", "By phone"), ("e-mail", "By e-mail"))
#: Facts of an answer that the form itself asks for.
REASON, _ANSWER = "approval.reason", "approval.answer"
#: Whose questions whoever answers can answer.
_PUT_TO_THEM = frozenset({"approver", "author", "signal"})


class AnswerForm(forms.Form):
    """An answer with its reason; and whose it is, where somebody writes it down for another."""

    answer = forms.ChoiceField(
        label="Your answer", widget=forms.RadioSelect, error_messages={"required": "Your answer: choose one."}
    )
    reason = forms.CharField(
        label="Reason",
        help_text="Needed unless you approve. The author reads it.",
        widget=forms.Textarea,
        required=False,
        max_length=2_000,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        answers: Iterable[str],
        givers: Iterable[Person] = (),
        excusing: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        words = {**ANSWERS, **EXCUSING} if excusing else ANSWERS
        offer(self, "answer", [(key, words.get(key, key.capitalize())) for key in answers])
        givers = list(givers)
        if givers:
            self.fields["answer"].label = "The answer that was given"
            self.fields["given_by"] = forms.ChoiceField(
                label="Who gave it", choices=[(str(person.pk), str(person)) for person in givers]
            )
            self.fields["how"] = forms.ChoiceField(label="How it was given", choices=HOW)


@dataclass
class Answering:
    """A say as somebody answers it: the form, and what the policy asks besides; what was typed stays on the page."""

    say: Say
    person: Person
    #: Those whose answer `person` may write down; nobody where it is theirs to give.
    givers: list[Person]
    now: datetime
    data: QueryDict | None
    form: AnswerForm = field(init=False)
    #: What the policy has said to the answer as it was sent, where it did not take it.
    decision: Decision | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        said = library().packs[self.say.pack].says[self.say.key]
        more: dict[str, Any] = {
            "answers": said.answers,
            "givers": self.givers,
            "excusing": bool(self.say.asked_because),
        }
        self.form = AnswerForm(self.data, initial={"revision": self.say.proposal.revision}, **more)

    def sent(self) -> bool:
        """Give the answer that was sent; False where it cannot be taken, with the errors in the form and questions."""
        answers, _, unread = self._typed
        if self.data is None or not self.form.is_valid() or unread:
            return False
        if ticked := self.data.getlist("acknowledge"):
            answers = {**answers, ACKNOWLEDGED: ticked}
        said = self.form.cleaned_data
        more: dict[str, Any] = {"seen_revision": said["revision"], "answers": answers}
        if self.givers:
            given_by = next(person for person in self.givers if str(person.pk) == said["given_by"])
            more |= {"how": said["how"], "given_by": given_by}
        try:
            door.answer_say(self.say, self.person, said["answer"], said["reason"].strip(), self.now, **more)
        except NotAllowed as no:
            self.decision = no.decision
            self._explain(no.decision)
        except (ActRefused, PermissionDenied) as refused:
            self.form.add_error(None, str(refused))
        return not self.form.errors and self.decision is None

    def _explain(self, decision: Decision) -> None:
        """What stands in the way of the answer: beside the reason where that is it, else above the form."""
        for finding in decision.findings:
            words = f"{finding.title} ({', '.join(finding.clauses)}). {finding.remedy}".strip()
            if finding.stops and finding.effect == "ask" and finding.missing == (REASON,):
                self.form.add_error("reason", words)
            elif finding.stops and not (set(finding.missing) & set(self._askable(decision))):
                self.form.add_error(None, words)

    # --- for the page ---

    @property
    def bad(self) -> bool:
        """Whether something is wrong with what was sent."""
        return self.data is not None

    def shown(self) -> dict[str, Any]:
        """What the page shows of it besides the form."""
        first = self._before_any_answer()
        decision = self.decision or first
        if first is not None and (wanting := [f for f in _asks(first) if REASON in f.missing]):
            clauses = ", ".join(dict.fromkeys(clause for f in wanting for clause in f.clauses))
            remedy = next((f.remedy for f in wanting if f.remedy), "")
            words = f"Your policy wants one for every answer ({clauses}). {remedy}".strip()
            self.form["reason"].help_text = words  # of the bound field, which is there already once errors were read
        if decision is None:
            return {"answering": self, "asked_here": [], "to_read": [], "said_of_answer": {}}
        found = [f for f in as_decided(decision.to_json()) if f["effect"] in ("refuse", "warn")]
        ticked = self.data.getlist("acknowledge") if self.data is not None else []
        return {
            "answering": self,
            "asked_here": self._questions(first, decision),
            "to_read": texts_to_read(decision, ticked),
            "said_of_answer": grouped(found) if found and self.decision is None else {},
        }

    def _before_any_answer(self) -> Decision | None:
        """What the policy says of whatever answer; None where it has no rule about answers, as most have not."""
        if not any(rules_at(pack, GiveAnswer.moment) for pack in self._packs):
            return None
        act = GiveAnswer(self.say.pk, given_by=self.givers[0].pk if self.givers else None)
        act.row = self.say
        return door.decide_only(act, self.person, self.now)

    def _questions(self, first: Decision | None, decision: Decision) -> list[Question]:
        """What is asked whatever the answer, what this answer has to say as well, and what was answered before."""
        answers, _, unread = self._typed
        shown = self.data.getlist("shown") if self.data is not None else []
        at_once = [name for finding in _asks(first) for name in finding.missing] if first is not None else []
        wanted = self._askable(self.decision) if self.decision is not None else []
        facts, words = vocabulary(self._packs), {str(ask["fact"]): str(ask["question"]) for ask in decision.ask}
        found = []
        for name in dict.fromkeys([*at_once, *shown, *wanted]):
            if name not in facts or name in (REASON, _ANSWER):
                continue
            missing = name in wanted and name not in unread
            fault = unread.get(name) or (Unread("Answer this question.", "") if missing else None)
            clauses = tuple(dict.fromkeys(c for f in decision.findings if name in f.missing for c in f.clauses))
            pack = next((f.pack for f in decision.findings if name in f.missing), self._packs[0].name)
            asked = question(facts[name], words.get(name, ""), answers, [], fault, clauses=clauses, pack=pack)
            if asked.can_be_answered:
                none = any(name in told_from_none(each) for each in self._packs)
                found.append(replace(asked, may_doubt=False, may_be_none=none))
        return found

    def _askable(self, decision: Decision) -> list[str]:
        return [str(ask["fact"]) for ask in decision.ask if ask["who"] in _PUT_TO_THEM]

    @property
    def _packs(self) -> list[Pack]:
        """The policies of the last decision, as they are loaded now."""
        loaded = library().packs
        names = [each["pack"] for each in self.say.proposal.decision.get("packs", [])]
        return [loaded[name] for name in names if name in loaded] or [loaded[self.say.pack]]

    @property
    def _typed(self) -> tuple[dict[str, Any], list[str], Mapping[str, Unread]]:
        if self.data is None:
            return {}, [], {}
        return read_answers(self.data, vocabulary(self._packs))


def _asks(decision: Decision) -> list[Finding]:
    """The questions that are put whatever the answer."""
    return [f for f in decision.findings if f.effect == "ask" and f.verdict == "fired"]
