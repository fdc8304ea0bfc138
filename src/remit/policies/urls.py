"""Addresses of the policy reader."""

from __future__ import annotations

from django.urls import path

from remit.policies import side_by_side, telling, views

urlpatterns = [
    path("policy/", views.index, name="policies"),
    path("policy/compare", side_by_side.compare, name="policy-compare"),
    path("policy/changes", side_by_side.changes, name="policy-changes"),
    path("policy/<slug:name>/", views.pack, name="policy"),
    path("policy/<slug:name>/who/", views.who, name="policy-who"),
    path("policy/<slug:name>/known/", telling.tell, name="policy-known"),
    path("policy/<slug:name>/whole/", views.whole, name="policy-whole"),
    path("policy/<slug:name>/part/<int:at>/", views.part, name="policy-part"),
    path("policy/<slug:name>/<str:clause_id>/", views.clause, name="clause"),
]
