"""Every provider of any_llm as a pydantic-ai model."""

from .model import AnyLLMModel
from .settings import AnyLLMModelSettings

__all__ = ["AnyLLMModel", "AnyLLMModelSettings"]
