"""Requests: what the dialect sends, and what it says of the rest."""
