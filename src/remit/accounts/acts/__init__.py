"""What can change the register of accounts. One module for what is done about one thing."""

from remit.accounts.acts.applications import (
    ApplyForAccount,
    GrantApplication,
    TurnDownApplication,
    WithdrawApplication,
    application_subject,
)
from remit.accounts.acts.register import (
    STATES,
    AccountEntry,
    ChangeAccount,
    RegisterAccount,
    SetState,
    account_kinds,
    find_account,
)
from remit.accounts.acts.stops import LiftStop, StartStop
from remit.accounts.acts.users import AuthoriseUser, EndAuthorisation, EnterAuthorisation

__all__ = [
    "STATES",
    "AccountEntry",
    "ApplyForAccount",
    "AuthoriseUser",
    "ChangeAccount",
    "EndAuthorisation",
    "EnterAuthorisation",
    "GrantApplication",
    "LiftStop",
    "RegisterAccount",
    "SetState",
    "StartStop",
    "TurnDownApplication",
    "WithdrawApplication",
    "account_kinds",
    "application_subject",
    "find_account",
]
