"""Recorded provider traffic, and a second opinion on what each recording says.

`records` reads recordings. `chat_oracle` says in plain values what a recorded Chat Completions
answer means, `chat_requests` puts recorded requests into Messages form. Nothing in here imports
any_llm: the judges are written from the vendors' formats alone, by another algorithm than the
dialects they judge.
"""
