"""The room of accounts: the register of official accounts, their authorised users, and the stop switch."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "remit.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.accounts.models import Account
        from remit.people import permissions

        def scope_of_account(number: int) -> permissions.Scope | None:
            account = Account.objects.filter(pk=number).first()
            if account is None:
                return None
            return permissions.Scope(
                force=account.force_id,
                accounts=frozenset({account.pk}),
                teams=frozenset({account.team_id} if account.team_id else ()),
            )

        permissions.register_scope("accounts.account", scope_of_account)
