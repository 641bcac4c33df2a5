"""Response addresses: the right to answer a command or press, for half an hour and five times.

They reach where the bot is no member, and are the only way to edit what one person alone sees.
In memory: after a restart the next press brings its own. See Slack's "Handling user interaction".
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.messages import Place
from calendar_core.clock import Clock

LASTS = timedelta(minutes=30)
USES = 5
MOST = 5_000
"""Addresses kept; the oldest go first."""
ADDED = "via:"
"""Beginning of the ids of messages that were added through an address: Slack tells no other."""


@dataclass(slots=True)
class Address:
    """One response address."""

    url: str
    until: datetime
    message: str | None
    """The message that it replaces; None for a command's, which only adds."""
    left: int = USES


class Addresses:
    """The addresses of the last commands and presses, by channel and person, and by message."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_url: OrderedDict[str, Address] = OrderedDict()
        self._by_person: OrderedDict[tuple[str, str, str], str] = OrderedDict()
        self._by_message: OrderedDict[tuple[str, str, str], str] = OrderedDict()
        self._threads: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    def note(self, place: Place, user: str, url: str, *, message: str | None = None) -> None:
        """A command or press came with an address; `message` is what was pressed on."""
        self._by_url[url] = Address(url, self._clock.now() + LASTS, message)
        _put(self._by_person, (place.workspace, place.channel, user), url)
        if message is not None:
            _put(self._by_message, (place.workspace, place.channel, message), url)
        while len(self._by_url) > MOST:
            self._by_url.popitem(last=False)

    def of_person(self, place: Place, user: str) -> str | None:
        """Where something can be added for a person, if anywhere; counts as a use."""
        return self._use(self._by_person.get((place.workspace, place.channel, user)))

    def of_anyone(self, place: Place) -> str | None:
        """Where something can be added for all of a channel; counts as a use."""
        for workspace, channel, user in reversed(self._by_person):
            if (workspace, channel) == (place.workspace, place.channel):
                return self.of_person(place, user)
        return None

    def of_message(self, place: Place, message: str, reply: str | None) -> str | None:
        """Where a message can be replaced: the press's own address `reply` when it stands on that
        message, else the last one that did; counts as a use."""
        known = self._by_url.get(reply) if reply is not None else None
        if known is None and reply is not None:
            return reply  # of a press from before a restart
        if known is not None and (message.startswith(ADDED) or known.message == message):
            return self._use(reply)
        return self._use(self._by_message.get((place.workspace, place.channel, message)))

    def _use(self, url: str | None) -> str | None:
        address = self._by_url.get(url) if url is not None else None
        if address is None or not address.left or self._clock.now() >= address.until:
            return None
        address.left -= 1
        return address.url

    def note_thread(self, place: Place, message: str) -> None:
        """What one person sees stands beside the thread that it belongs to."""
        if place.thread is not None:
            _put(self._threads, (place.workspace, place.channel, message), place.thread)

    def thread_of(self, place: Place, message: str) -> str | None:
        """The thread that such a message belongs to."""
        return self._threads.get((place.workspace, place.channel, message))


def _put(
    kept: "OrderedDict[tuple[str, str, str], str]", key: tuple[str, str, str], value: str
) -> None:
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > MOST:
        kept.popitem(last=False)
