"""Running Remit: whether it is well, what it says to monitors and logs, and copies that can be put back."""
