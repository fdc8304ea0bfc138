"""Addresses of private advice, declarations, reports and cases."""

from __future__ import annotations

from django.urls import path

from remit.conduct import adding, advice, business, cases, declaring, reporting

urlpatterns = [
    path("conduct/private-use", advice.AskPrivateUse.as_view(), name="private-use"),
    path("conduct/contact", advice.AskContact.as_view(), name="private-contact"),
    path("conduct/declare", declaring.Declare.as_view(), name="declare"),
    path("conduct/remind-me", declaring.remind_me, name="remind-me"),
    path("conduct/reminders/<int:pk>/", declaring.reminder, name="reminder"),
    path("conduct/interests/", business.interests, name="interests"),
    path("conduct/interests/declare", business.declare, name="interest-declare"),
    path("conduct/interests/<int:pk>/", business.interest, name="interest"),
    path("conduct/interests/<int:pk>/begin", business.Begin.as_view(), name="interest-begin"),
    path("conduct/interests/<int:pk>/decide", business.decide, name="interest-decide"),
    path("conduct/report", reporting.Report.as_view(), name="report"),
    path("conduct/reports/<int:pk>/add", adding.Add.as_view(), name="report-add"),
    path("conduct/lost-device", reporting.Lost.as_view(), name="lost-device"),
    path("conduct/cases/", cases.cases, name="cases"),
    path("conduct/cases/<int:pk>/", cases.case, name="case"),
    path("conduct/cases/<int:pk>/assess", cases.Assess.as_view(), name="case-assess"),
]
