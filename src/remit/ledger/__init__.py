"""The ledger: append-only, hash-chained evidence of everything that Remit did.

`recording.record` adds an entry, `verifying.verify` checks them all, `history.history` tells a page what happened.
"""
