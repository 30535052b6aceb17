"""What any_llm costs, beside the limit and its peers. `python benchmarks/run.py` measures it."""
