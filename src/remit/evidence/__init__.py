"""The room of auditors: the ledger's pages, its verification, and evidence packs to take away."""
