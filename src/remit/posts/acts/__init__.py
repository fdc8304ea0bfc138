"""What can be done with a post. One module for each part of its life: drafting, putting forward, and what follows."""

from remit.posts.acts.drafting import (
    AttachPicture,
    DescribePicture,
    DiscardDraft,
    RemovePicture,
    SaveDraft,
    StartDraft,
    TakeOverDraft,
)
from remit.posts.acts.publications import (
    ReadOriginal,
    ReleasePost,
    Reschedule,
    SettlePost,
    SettleRemoval,
    TakeDown,
    WithdrawPost,
)
from remit.posts.acts.putting_forward import PublishPost, SubmitPost, submit

__all__ = [
    "AttachPicture",
    "DescribePicture",
    "DiscardDraft",
    "PublishPost",
    "ReadOriginal",
    "ReleasePost",
    "RemovePicture",
    "Reschedule",
    "SaveDraft",
    "SettlePost",
    "SettleRemoval",
    "StartDraft",
    "SubmitPost",
    "TakeDown",
    "TakeOverDraft",
    "WithdrawPost",
    "submit",
]
