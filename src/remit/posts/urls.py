"""Addresses of the posts room, as whole paths from the root."""

from __future__ import annotations

from django.urls import path

from remit.posts.views import approvals, composing, confirming, lists, pictures, post, raising, signals

app_name = "posts"
urlpatterns = [
    path("posts/", lists.posts, name="list"),
    path("posts/new", composing.new, name="new"),
    path("posts/<int:pk>/", post.page, name="post"),
    path("posts/<int:pk>/edit", composing.edit, name="edit"),
    path("posts/<int:pk>/check", composing.check_now, name="check"),
    path("posts/<int:pk>/save", composing.autosave, name="save"),
    path("posts/<int:pk>/submit", composing.put_forward, name="submit"),
    path("posts/<int:pk>/take-over", post.take_over, name="take-over"),
    path("posts/<int:pk>/take-back", post.take_back, name="take-back"),
    path("posts/<int:pk>/copy", post.copy, name="copy"),
    path("posts/<int:pk>/discard", post.discard, name="discard"),
    path("posts/publications/<int:pk>/take-down", post.take_down, name="take-down"),
    path("posts/publications/<int:pk>/release", post.release, name="release"),
    path("posts/publications/<int:pk>/move", post.move, name="move"),
    path("posts/publications/<int:pk>/settle", post.settle, name="settle"),
    path("posts/pictures/<int:pk>", pictures.rendition, name="picture"),
    path("posts/pictures/<int:pk>/original", pictures.original, name="original"),
    path("signals/", signals.own_lists, name="signals"),
    path("signals/settled.csv", signals.settled, name="settled-signals"),
    path("approvals/", approvals.asked, name="approvals"),
    path("approvals/<int:pk>/", approvals.say, name="say"),
    path("approvals/<int:pk>/confirm", confirming.confirm, name="say-confirm"),
    path("approvals/<int:pk>/concerns", raising.concerns, name="concerns"),
    path("approvals/questions/<int:pk>/", approvals.questions, name="questions"),
]
