"""Addresses of the inbox."""

from __future__ import annotations

from django.urls import path

from remit.inbox import measuring
from remit.inbox.answering import Reply
from remit.inbox.entering import EnterMessage, Sort
from remit.inbox.measuring import Block, Lift
from remit.inbox.views import lists, message

urlpatterns = [
    path("inbox/", lists.messages, name="messages"),
    path("inbox/enter", EnterMessage.as_view(), name="message-enter"),
    path("inbox/<int:pk>/", message.message, name="message"),
    path("inbox/<int:pk>/sort", Sort.as_view(), name="message-sort"),
    path("inbox/<int:pk>/reply", Reply.as_view(), name="message-reply"),
    path("inbox/<int:pk>/block", Block.as_view(), name="message-block"),
    path("inbox/measures/", measuring.measures, name="measures"),
    path("inbox/measures/<int:pk>/lift", Lift.as_view(), name="measure-lift"),
    path("inbox/measures/<int:pk>/review", measuring.review, name="measure-review"),
    path("inbox/<int:pk>/take", message.take, name="message-take"),
    path("inbox/<int:pk>/pass-on", message.pass_on, name="message-pass-on"),
    path("inbox/<int:pk>/close", message.close, name="message-close"),
    path("inbox/<int:pk>/reopen", message.reopen, name="message-reopen"),
]
