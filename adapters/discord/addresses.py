"""What can be answered by which interaction, and where somebody's direct messages are. In memory:
interactions live for fifteen minutes, and nothing of this outlives a restart.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar

from adapters.discord.live import Live
from bot.chat.messages import Place

_MOST = 20_000
"""So many interactions, messages and people are remembered at most; the oldest are forgotten."""

_MOST_EDITED = 5_000
_EDITORS = 3
"""Older interactions that are remembered for a message beside the newest."""

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A mapping that forgets its oldest entries."""

    def __init__(self, most: int = _MOST) -> None:
        self._entries: OrderedDict[K, V] = OrderedDict()
        self._most = most

    def get(self, key: K) -> V | None:
        """What was put there last."""
        return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        """Remember; the newest last."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def pop(self, key: K) -> V | None:
        """Forget."""
        return self._entries.pop(key, None)

    def first(self) -> tuple[K, V] | None:
        """The oldest entry."""
        return next(iter(self._entries.items()), None)

    def __len__(self) -> int:
        return len(self._entries)


class Addresses:
    """Finds the interaction by which something can be said or edited."""

    def __init__(self) -> None:
        self._lives: Recent[str, Live] = Recent()
        self._by_place: dict[str, list[Live]] = {}
        self._editors: Recent[str, tuple[Live, ...]] = Recent(_MOST_EDITED)
        self._directs: Recent[str, str] = Recent()

    def add(self, live: Live) -> None:
        """An interaction came in; it may edit the message that it came from."""
        self._forget_old()
        self._lives.put(live.handle, live)
        self._by_place.setdefault(live.place.key, []).append(live)
        source = live.interaction.message
        if source is not None:
            self.shown(str(source.id), live)

    def shown(self, message: str, live: Live) -> None:
        """A message was shown by an interaction, which alone can edit it."""
        older = self._editors.get(message) or ()
        self._editors.put(message, (live, *older[:_EDITORS]))

    def of_handle(self, handle: str | None) -> Live | None:
        """The interaction of a press's `reply` or `trigger`."""
        return self._lives.get(handle) if handle is not None else None

    def of_person(self, place: Place, user: str) -> Live | None:
        """By which somebody can be told something there."""
        return _best(one for one in self._by_place.get(place.key, ()) if one.user == user)

    def of_place(self, place: Place) -> Live | None:
        """By which something can be said there at all."""
        return _best(self._by_place.get(place.key, ()))

    def editors(self, message: str) -> list[Live]:
        """By which a message can be edited, the newest first."""
        return [one for one in self._editors.get(message) or () if one.can_edit(message)]

    def learn_direct(self, user: str, channel: str) -> None:
        """Where somebody's direct messages are."""
        self._directs.put(user, channel)

    def direct(self, user: str) -> str | None:
        """The channel of somebody's direct messages, where it is known."""
        return self._directs.get(user)

    def _forget_old(self) -> None:
        while (oldest := self._lives.first()) is not None and not oldest[1].is_usable:
            handle, live = oldest
            self._lives.pop(handle)
            lives = self._by_place.get(live.place.key, [])
            if live in lives:
                lives.remove(live)
            if not lives:
                self._by_place.pop(live.place.key, None)


def _best(lives: Iterable[Live]) -> Live | None:
    """What waits for an answer longest, else the newest."""
    usable = [one for one in lives if one.is_usable]
    waiting = (one for one in usable if one.waits or not one.is_answered)
    return next(waiting, usable[-1] if usable else None)
