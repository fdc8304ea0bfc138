"""Addresses of the register of accounts and the stop switch."""

from __future__ import annotations

from django.urls import path

from remit.accounts import applying, changing, closing, connecting, keeping, setting_up, stopping, users, views

urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/register", views.register, name="account-register"),
    path("accounts/apply", applying.Apply.as_view(), name="account-apply"),
    path("accounts/applications/", applying.applications, name="applications"),
    path("accounts/applications/<int:pk>/", applying.application, name="application"),
    path("accounts/applications/<int:pk>/grant", applying.Grant.as_view(), name="application-grant"),
    path("accounts/applications/<int:pk>/turn-down", applying.turn_down, name="application-turn-down"),
    path("accounts/applications/<int:pk>/withdraw", applying.withdraw, name="application-withdraw"),
    path("accounts/users/", users.waiting, name="account-users"),
    path("accounts/users/<int:pk>/standards", users.standards, name="standards-check"),
    path("accounts/users/<int:pk>/permission", users.permission, name="standing-permission"),
    path("accounts/stops/", stopping.stops, name="stops"),
    path("accounts/stops/throw", stopping.throw, name="stop-throw"),
    path("accounts/stops/<int:pk>/lift", stopping.lift, name="stop-lift"),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("accounts/<int:pk>/change", views.change, name="account-change"),
    path("accounts/<int:pk>/state", views.state, name="account-state"),
    path("accounts/<int:pk>/set-up", setting_up.SetUp.as_view(), name="account-set-up"),
    path("accounts/<int:pk>/objective", setting_up.objective, name="account-objective"),
    path("accounts/<int:pk>/trial", setting_up.Assess.as_view(), name="account-trial"),
    path("accounts/<int:pk>/record", keeping.records, name="account-records"),
    path("accounts/<int:pk>/record/<slug:kind>", keeping.record, name="account-record"),
    path("accounts/<int:pk>/credentials", keeping.see, name="account-credentials"),
    path("accounts/<int:pk>/credentials/lodge", keeping.lodge, name="account-lodge"),
    path("accounts/<int:pk>/exception", keeping.give_exception, name="account-exception"),
    path("accounts/<int:pk>/alter", changing.Alter.as_view(), name="account-alter"),
    path("accounts/<int:pk>/review", changing.Review.as_view(), name="account-review"),
    path("accounts/<int:pk>/password", changing.Password.as_view(), name="account-password"),
    path("accounts/<int:pk>/access", changing.Access.as_view(), name="account-access"),
    path("accounts/<int:pk>/close", closing.Close.as_view(), name="account-close"),
    path("accounts/<int:pk>/groups/join", closing.Join.as_view(), name="group-join"),
    path("accounts/<int:pk>/groups/<int:group>/done", closing.group_done, name="group-done"),
    path("accounts/<int:pk>/connection", connecting.connection, name="account-connection"),
    path("accounts/<int:pk>/connect", connecting.connect, name="account-connect"),
    path("accounts/<int:pk>/disconnect", connecting.disconnect, name="account-disconnect"),
    path("accounts/<int:pk>/authorise", users.Authorise.as_view(), name="account-authorise"),
    path("accounts/<int:pk>/authorisations/<int:grant>/end", views.end_authorisation, name="authorisation-end"),
]
