"""Recorded provider traffic, and a second opinion on what each recording says.

`records` reads recordings. `chat_oracle` says in plain values what a recorded Chat Completions
answer means, `chat_requests` puts recorded requests into Messages form; the other wires have
judges of their own. No judge imports any_llm: they are written from the vendors' formats alone, by
another algorithm than the dialects they judge. What runs the dialects is in `*_replay`,
`*_encode` and the tests.
"""
