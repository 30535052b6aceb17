"""The parts of the conformance kit. What a plugin author uses is `any_llm.testing`."""
