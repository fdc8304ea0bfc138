"""Addresses of the shell: home, search, signing in and out."""

from __future__ import annotations

from django.urls import path

from remit.web import duties, proposals, putting, sign_in, views

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("duties/", duties.owed, name="duties"),
    path("duties/<int:pk>/", duties.duty, name="duty"),
    path("referrals/", duties.passed, name="referrals"),
    path("referrals/<int:pk>/", duties.referral, name="referral"),
    path("notices/<int:pk>/read", duties.put_away, name="notice-read"),
    path("proposals/", proposals.requests, name="requests"),
    path("proposals/new/<str:moment>", putting.Put.as_view(), name="put-forward"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/ask/<slug:say>", proposals.ask, name="proposal-ask"),
    path("proposals/<int:pk>/withdraw", proposals.withdraw, name="proposal-withdraw"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("demo/sign-in", sign_in.demo_sign_in, name="demo-sign-in"),
]
