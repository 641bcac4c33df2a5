"""What is made of a message's tools is made once: most people's tools are the very same object."""

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

from bot.llm.model import ToolSpec

MOST = 64
"""How many sets of tools are remembered of each kind."""

P = ParamSpec("P")
T = TypeVar("T")
Tools = Sequence[ToolSpec]


class _Same:
    """Tools as a key: equal when they are the same object, which it keeps from going."""

    __slots__ = ("tools",)

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    def __hash__(self) -> int:
        return id(self.tools)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.tools is self.tools


def remembered(make: Callable[Concatenate[Tools, P], T]) -> Callable[Concatenate[Tools, P], T]:
    """The same function of tools, which remembers what it made last. Nobody may change that."""

    @lru_cache(maxsize=MOST)
    def kept(same: _Same, *args: P.args, **kwargs: P.kwargs) -> T:
        return make(same.tools, *args, **kwargs)

    @wraps(make)
    def asked(tools: Tools, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return kept(_Same(tools), *args, **kwargs)  # type: ignore[arg-type]

    return asked
