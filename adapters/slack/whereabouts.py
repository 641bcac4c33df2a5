"""What the door heard lately of places: which threads are there, what was last said directly.

In memory: what is forgotten is only shown in a plainer way.
"""

from collections import OrderedDict
from typing import TypeVar

from bot.chat.messages import Place

MOST = 20_000

K = TypeVar("K")
V = TypeVar("V")


class Whereabouts:
    """The last words of direct conversations, and the threads that have replies."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._threads: OrderedDict[tuple[str, str, str], None] = OrderedDict()
        self._seen: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    def is_new(self, workspace: str, channel: str, ts: str) -> bool:
        """Whether these words were not heard lately."""
        key = (workspace, channel, ts)
        is_new = key not in self._seen
        _put(self._seen, key, None)
        return is_new

    def heard(self, place: Place, ts: str, *, in_thread: bool) -> None:
        """Somebody wrote there."""
        if place.is_private and place.thread is None:
            _put(self._last, (place.workspace, place.channel), ts)
        if in_thread:
            self.replied(place)

    def replied(self, place: Place) -> None:
        """A reply that everybody sees stands in the thread."""
        if place.thread is not None:
            _put(self._threads, (place.workspace, place.channel, place.thread), None)

    def last_said(self, place: Place) -> str | None:
        """The thread of a place, or what the person wrote last in a direct conversation."""
        return place.thread or self._last.get((place.workspace, place.channel))

    def open_thread(self, place: Place) -> str | None:
        """The thread of a place when it has replies.

        What one person alone sees is shown in a thread only then (Slack: `chat.postEphemeral`);
        else it must stand in the channel, or nobody would see it.
        """
        key = (place.workspace, place.channel, place.thread or "")
        return place.thread if key in self._threads else None


def _put(kept: "OrderedDict[K, V]", key: K, value: V) -> None:
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > MOST:
        kept.popitem(last=False)
