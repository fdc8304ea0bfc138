"""The room of accounts: the register of official accounts, their authorised users, and the stop switch."""

from __future__ import annotations

from collections.abc import Collection

from django.apps import AppConfig

from remit import sql

_SCOPE = "SELECT force_id, team_id, owner_id FROM accounts_account WHERE id = %s"


class AccountsConfig(AppConfig):
    name = "remit.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.accounts import acts, changing, closing, connecting, granting, keeping, setting_up, stopping  # noqa: F401 (acts register themselves)
        from remit.accounts.acts.closing import JOB, finish
        from remit.accounts.acts.groups import watched_groups
        from remit.accounts.facts import account_facts, account_named, account_of
        from remit.accounts.models import Account, Application, GroupEntered, Stop
        from remit.accounts.reading import found
        from remit.accounts.watching import watched
        from remit.acts import outbox, putting, states
        from remit.people import permissions
        from remit.web import errands, offers, search, subjects
        from remit.web.errands import Errand
        from remit.web.shell import register_banner
        from remit.web.subjects import Named

        def scope_of_account(number: int) -> permissions.Scope | None:
            for force, team, owner in sql.rows(_SCOPE, [number]):
                owners = frozenset({owner} if owner else ())
                return permissions.Scope(force=force, accounts={number: team}, owners=owners)
            return None

        def scope_of_application(number: int) -> permissions.Scope | None:
            application = Application.objects.filter(pk=number).first()
            return permissions.Scope(force=application.force_id) if application else None

        def scope_of_group(number: int) -> permissions.Scope | None:
            group = GroupEntered.objects.filter(pk=number).select_related("account").first()
            return scope_of_account(group.account_id) if group else None

        def name_group(number: int) -> Named | None:
            group = GroupEntered.objects.filter(pk=number).select_related("account").first()
            return Named(f"{group} ({group.account})", f"/accounts/{group.account_id}/") if group else None

        def name_account(number: int) -> Named | None:
            return name_accounts([number]).get(number)

        def name_accounts(numbers: Collection[int]) -> dict[int, Named]:
            found = Account.objects.filter(pk__in=numbers).only("name", "handle")
            return {each.pk: Named(str(each), f"/accounts/{each.pk}/") for each in found}

        def name_application(number: int) -> Named | None:
            application = Application.objects.filter(pk=number).first()
            return Named(f"Application for {application}", f"/accounts/applications/{number}/") if application else None

        def scope_of_stop(number: int) -> permissions.Scope | None:
            stop = Stop.objects.filter(pk=number).select_related("account").first()
            if stop is None:
                return None
            accounts = {stop.account.pk: stop.account.team_id} if stop.account else {}
            return permissions.Scope(force=stop.force_id, accounts=accounts)

        permissions.register_scope("accounts.account", scope_of_account)
        permissions.register_scope("accounts.application", scope_of_application)
        permissions.register_scope("accounts.groupentered", scope_of_group)
        permissions.register_scope("accounts.stop", scope_of_stop)
        subjects.register("accounts.groupentered", name_group)
        subjects.register("accounts.account", name_account, name_accounts)
        subjects.register("accounts.application", name_application)
        putting.add_register(
            putting.Register(
                "account",
                account_named,
                account_of,
                lambda account, actor, now: account_facts(account, actor, now=now),
            )
        )
        register_banner(stopping.banners)
        register_banner(connecting.banners)
        search.register("Accounts", found)
        states.register("account.monitor", watched)
        states.register("group.leave", watched_groups)
        outbox.register(JOB, finish)
        errands.register(
            Errand("Apply for an account", "/accounts/apply", "Accounts", "For a team, an area or a role.")
        )
        errands.register(
            Errand(
                "See who waits to be authorised",
                "/accounts/users/",
                "People who use accounts",
                "Checks and written approvals are recorded there.",
                "account.authorise",
            )
        )
        errands.register(
            Errand(
                "Record a check of a professional standards record",
                "/accounts/users/",
                "People who use accounts",
                "For somebody who is to use an account.",
                "standards.check",
            )
        )
        errands.register_source(granting.errand)
        offers.register("account.apply", "Apply for an account", "/accounts/apply")
        offers.register("account.give-notice", "Record the notice", "/accounts/{number}/record/notice-given")
        offers.register("account.send-reminder", "Record the reminder", "/accounts/{number}/record/reminded")
        offers.register("accounts.stop", "Stop publishing from an account", "/accounts/stops/throw")
        offers.register("posts.write-leaving-notice", "Write the notice", "/posts/new")
