"""The plugins of a client: found without importing them, imported only when asked for."""

from ._claims import Problem
from ._index import Offered
from ._manager import PluginManager

__all__ = ["Offered", "PluginManager", "Problem"]
