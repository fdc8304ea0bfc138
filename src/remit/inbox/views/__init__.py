"""Pages of the inbox: its list, one message, and what can be done with it."""
