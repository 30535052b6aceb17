"""`python -m anyllm_cli` is `any-llm`."""

from __future__ import annotations

from .main import main

main()
