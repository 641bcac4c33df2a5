"""Reading a text once: within a turn the rules look at the same words again and again."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from bot.llm.model import Setting

T = TypeVar("T")

_MOST = 64
"""Turns at a time whose readings are kept."""


def read_once(read: Callable[[str, Setting], T]) -> Callable[[str, Setting], T]:
    """Keep what a pure function made of a text under a turn's setting.

    The setting is known by its identity, for a turn has one object of it: nothing is shared between
    turns, people or processes, and nothing can become outdated.
    """
    turns: OrderedDict[int, tuple[Setting, dict[str, T]]] = OrderedDict()

    @wraps(read)
    def reading(text: str, setting: Setting) -> T:
        known = turns.get(id(setting))
        if known is None:
            # the setting is kept beside: as long as it lives, its identity is nobody else's
            known = turns[id(setting)] = (setting, {})
            if len(turns) > _MOST:
                turns.popitem(last=False)
        if text not in known[1]:
            known[1][text] = read(text, setting)
        return known[1][text]

    return reading
