"""A draft as a form holds it and as the register keeps it: what may be changed until it is put forward."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from remit.accounts.models import Account
from remit.platforms import registry
from remit.posts import threads
from remit.posts.content import Part
from remit.posts.finding import keep_words
from remit.posts.models import Post, PostMedia, Target

#: Longest text of a draft in characters: above any network's limit, so that what was pasted is kept and then shortened.
LONGEST_TEXT = 100_000
LONGEST_ALT_TEXT = 5_000
LONGEST_ANSWER = 10_000


@dataclass(frozen=True)
class Described:
    """What the author says about one picture of the draft; `id` is that of its `PostMedia`."""

    id: int
    alt_text: str = ""
    kind: str = "photo"
    source: str = ""


@dataclass(frozen=True)
class Draft:
    """Everything that saving a draft writes."""

    text: str = ""
    #: Id of each account it is for -> its own text; "" is the post's.
    accounts: dict[int, str] = field(default_factory=dict)
    pictures: tuple[Described, ...] = ()
    answers: dict[str, Any] = field(default_factory=dict)
    not_sure: tuple[str, ...] = ()
    acknowledged: tuple[str, ...] = ()
    #: fact that a signal gave -> why the author says it is not so
    contested: dict[str, str] = field(default_factory=dict)
    #: Several posts where it is too long for one (`Post.as_thread`).
    as_thread: bool = False
    #: None for as soon as it may.
    publish_at: datetime | None = None

    @classmethod
    def of(cls, post: Post) -> Draft:
        """The draft as it is kept."""
        return cls(
            text=post.text,
            accounts={target.account_id: target.text for target in post.targets.all()},
            pictures=tuple(Described(u.pk, u.alt_text, u.kind, u.source) for u in post.post_media.all()),
            answers=dict(post.answers),
            not_sure=tuple(post.not_sure),
            acknowledged=tuple(post.acknowledged),
            contested=dict(post.contested),
            as_thread=post.as_thread,
            publish_at=post.publish_at,
        )

    def text_for(self, account: Account) -> str:
        """What goes out on `account`."""
        return self.accounts.get(account.pk, "") or self.text

    def parts_for(self, post: Post, account: Account) -> list[Part]:
        """The parts that would go out on `account`: one, or those of a thread, the first with the pictures."""
        said = {picture.id: picture for picture in self.pictures}
        pictures = []
        for use in post.post_media.select_related("media"):
            picture = said.get(use.pk, Described(use.pk, use.alt_text, use.kind, use.source))
            pictures.append(
                {
                    "media": use.media_id,
                    "sha256": use.media.rendition_sha256,
                    "type": use.media.rendition_type,
                    "bytes": use.media.rendition_bytes,
                    "alt_text": picture.alt_text,
                    "kind": picture.kind,
                    "source": picture.source,
                    **({"seconds": use.media.seconds} if use.media.seconds else {}),
                }
            )
        first, *others = self._texts_for(account)
        return [{"text": first, "pictures": pictures}, *({"text": text, "pictures": []} for text in others)]

    def _texts_for(self, account: Account) -> list[str]:
        text, place = self.text_for(account), registry.find(account.platform)
        limits = place.limits(account.network)
        if not (self.as_thread and limits.threads):
            return [text]
        return threads.split(text, limits.text, lambda said: place.count(said, account.network))

    def write_to(self, post: Post) -> None:
        """Put what the draft says onto `post`, which the caller keeps or throws away."""
        post.text = self.text
        post.answers = dict(self.answers)
        post.not_sure = list(self.not_sure)
        post.acknowledged = list(self.acknowledged)
        post.contested = dict(self.contested)
        post.as_thread = self.as_thread
        post.publish_at = self.publish_at

    def keep(self, post: Post, now: datetime) -> None:
        """Write the draft down as one more revision of `post`. Called in an act's transaction."""
        self.write_to(post)
        post.revision += 1
        post.changed_at = now
        post.save()
        Target.objects.filter(post=post, publications=None).exclude(account__in=self.accounts).delete()
        for account, text in self.accounts.items():
            Target.objects.update_or_create(post=post, account_id=account, defaults={"text": text})
        for picture in self.pictures:
            PostMedia.objects.filter(post=post, pk=picture.id).update(
                alt_text=picture.alt_text, kind=picture.kind, source=picture.source
            )
        keep_words(post)
