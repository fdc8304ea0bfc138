"""Bluesky, over its own protocol (AT Protocol, XRPC): app passwords, posts, pictures, threads, reading back."""
