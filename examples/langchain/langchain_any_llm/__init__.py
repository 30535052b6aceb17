"""Every provider of any_llm as a LangChain chat model."""

from .chat_model import ChatAnyLLM

__all__ = ["ChatAnyLLM"]
