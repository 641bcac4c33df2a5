"""What happens to a linking while nobody talks: browsers that come back from a vendor's page, codes
that are typed there, and what nobody kept in time.

Implements the web door's `LinkDoor`, by shape, and `JobHandler`. The conversation about it is
`linking`.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.account_words import on_platform
from bot.chat.cards import Card
from bot.chat.platform import PlatformError
from bot.first_reading import FirstReading
from bot.linker import Linker
from bot.linking import CalendarLinking
from bot.linking_cards import failed_card, keep_card
from bot.linking_states import Beginning, Linkings, Status
from bot.linking_words import KINDS
from bot.speaking import Speaking
from bot.store import People
from bot.wording import say_line
from calendar_core.clock import Clock
from calendar_core.errors import AlreadyDecided, CalendarError, DatabaseUnusable, NotFound, TryLater
from calendar_core.linking import Linked
from scheduler.jobs import Job

log = logging.getLogger("convene.linking")
ASK_AGAIN = timedelta(seconds=5)
"""How long to wait before asking again whether a code was typed, where nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPage:
    """What a browser is shown that came back."""

    title: str
    lines: tuple[str, ...] = ()
    code: str = ""
    """To be typed in the chat."""
    is_well: bool = True


_UNKNOWN = ReturnPage(
    title="This page is over.",
    lines=(
        "It works once, and for ten minutes.",
        'Go back to the chat and say "link" to begin again.',
    ),
    is_well=False,
)


class LinkingReturns:
    """Brings linkings to their end."""

    def __init__(
        self,
        speaking: Speaking,
        people: People,
        linker: Linker,
        linkings: Linkings,
        conversation: CalendarLinking,
        clock: Clock,
        reading: FirstReading,
    ) -> None:
        self._reading = reading
        self._speaking = speaking
        self._people = people
        self._linker = linker
        self._linkings = linkings
        self._conversation = conversation
        self._clock = clock

    async def page(self, provider: str, state: str) -> str | None:
        """Where the vendor's page of a linking is; None when there is no such linking, or it was
        visited and came back."""
        try:
            known = await self._linkings.waiting(state)
        except NotFound:
            return None
        same = KINDS[known.kind].provider == provider
        return known.begun.page if known.begun is not None and same else None

    async def finish(self, provider: str, answer: Mapping[str, str]) -> ReturnPage:
        """A browser came back, with all of its query: use up the state, ask the vendor, and have
        the asker type the code of the page that is returned."""
        try:
            known = await self._linkings.take(answer.get("state", ""))
        except NotFound:
            return _UNKNOWN
        kind = KINDS[known.kind]
        if kind.provider != provider:
            await self._conversation.forget(known.id)
            return _UNKNOWN
        assert known.begun is not None, "what was just taken was begun"
        try:
            linked = await self._linker.finish(kind, known.begun, answer)
        except DatabaseUnusable:
            raise
        except CalendarError as err:
            return await self._failed(known, str(err))
        code = await self._answered(known, linked, with_code=True)
        me = await self._people.person(known.person)
        where = f"{say_line(me.name)}, {on_platform(known.sender.platform)}"
        return ReturnPage(
            title=f"{linked.address} is almost linked.",
            lines=(
                f"Type this code in the chat, as {where}.",
                "Type it only if you began this yourself, and give it to nobody: whoever types it "
                f"reads and changes the calendars of {linked.address}.",
            ),
            code=code,
        )

    async def run(self, job: Job, *, late: bool) -> None:
        """Poll a code, forget what nobody kept in time, or see whether an account is read."""
        if "account" in job.payload:
            await self._reading.look(job)
            return
        try:
            known = await self._linkings.get(job.payload["linking"])
            if known.expires_at <= self._clock.now():
                await self._conversation.forget(known.id)
            elif known.status is Status.OPEN and known.begun is not None and known.begun.code:
                await self._poll(known)
            elif known.status in (Status.OPEN, Status.TAKEN, Status.ANSWERED):
                await self._conversation.look_at(known.id, known.expires_at)
        except (NotFound, AlreadyDecided):
            return

    async def _poll(self, known: Beginning) -> None:
        """Ask whether the code was typed."""
        assert known.begun is not None, "looked at by the caller"
        try:
            linked = await self._linker.finish(KINDS[known.kind], known.begun, {})
        except TryLater as err:
            again = self._clock.now() + max(err.after or ASK_AGAIN, timedelta(seconds=1))
            await self._conversation.look_at(known.id, min(again, known.expires_at))
            return
        except DatabaseUnusable:
            raise
        except CalendarError as err:
            await self._failed(known, str(err))
            return
        await self._linkings.take_by_code(known.id)
        await self._answered(known, linked, with_code=False)

    async def _answered(self, known: Beginning, linked: Linked, *, with_code: bool) -> str:
        """Keep what the vendor granted until the asker says that it is theirs, and ask them."""
        code = await self._linkings.answer(known.id, linked, with_code=with_code)
        await self._conversation.look_at(known.id, (await self._linkings.get(known.id)).expires_at)
        kind = KINDS[known.kind]
        await self._tell(known, keep_card(kind, known.id, linked, wants_code=with_code))
        return code

    async def _failed(self, known: Beginning, why: str) -> ReturnPage:
        """Nothing was granted: say so on both sides."""
        await self._conversation.forget(known.id)
        await self._tell(known, failed_card(KINDS[known.kind], why))
        lines = (why, "You can close this page and begin again in the chat.")
        return ReturnPage(title="Nothing was linked.", lines=lines, is_well=False)

    async def _tell(self, known: Beginning, card: Card) -> None:
        """In the direct messages of who asked; where they take none, the card that they have lets
        them enter the code too."""
        try:
            platform = self._speaking.platform(known.sender.platform)
            place = await platform.reach(known.sender)
            ref = await platform.post(place, card, key=f"linking:{known.id}")
        except PlatformError as err:
            log.info("not told linking=%s error=%s", known.id, type(err).__name__)
            return
        await self._speaking.interrupted(place, known.person)
        await self._speaking.conversations.posted(known.id, ref)
