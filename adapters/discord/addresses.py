"""What can be answered by which interaction, and where somebody's direct messages are. In memory:
interactions live for fifteen minutes, and nothing of this outlives a restart.
"""

from collections import OrderedDict
from typing import Generic, TypeVar

from adapters.discord.live import Live
from bot.chat.messages import Place

_MOST = 20_000
"""So many interactions, messages and people are remembered at most; the oldest are forgotten."""

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
        self._by_person: dict[tuple[str, str], list[Live]] = {}
        self._editors: Recent[str, Live] = Recent()
        self._directs: Recent[str, str] = Recent()

    def add(self, live: Live) -> None:
        """An interaction came in; it can edit the message that it came from."""
        self._forget_old()
        self._lives.put(live.handle, live)
        self._by_person.setdefault(_key(live), []).append(live)
        source = live.interaction.message
        if source is not None:
            self._editors.put(str(source.id), live)

    def shown(self, message: str, live: Live) -> None:
        """A message was shown by an interaction, which alone can edit it."""
        self._editors.put(message, live)

    def of_handle(self, handle: str | None) -> Live | None:
        """The interaction of a press's `reply` or `trigger`."""
        return self._lives.get(handle) if handle is not None else None

    def of_person(self, place: Place, user: str) -> Live | None:
        """By which somebody can be told something there: what waits longest, else the newest."""
        lives = [one for one in self._by_person.get((place.key, user), ()) if one.is_usable]
        waiting = [one for one in lives if one.waits or not one.is_answered]
        return waiting[0] if waiting else lives[-1] if lives else None

    def of_place(self, place: Place) -> Live | None:
        """Any by which something can be said there."""
        return next(
            (
                live
                for (key, _), lives in self._by_person.items()
                if key == place.key
                for live in reversed(lives)
                if live.is_usable
            ),
            None,
        )

    def editor(self, message: str) -> Live | None:
        """The newest interaction that can edit a message."""
        live = self._editors.get(message)
        return live if live is not None and live.is_usable else None

    def is_by_interaction(self, message: str) -> bool:
        """Whether a message was shown by an interaction, usable or not."""
        return self._editors.get(message) is not None

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
            lives = self._by_person.get(_key(live), [])
            if live in lives:
                lives.remove(live)
            if not lives:
                self._by_person.pop(_key(live), None)


def _key(live: Live) -> tuple[str, str]:
    return live.place.key, live.user
