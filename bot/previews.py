"""What a link to an event leads to, shown where somebody posted it.

An event's page at its maker is its owner's (law 9), and all of a channel read what stands beneath
a message there. So only its poster is asked, in the channel: the others see title, time and place
once the poster presses Show. Said to us, a link is a question, answered to the asker alone. Which
links are heard of at all is the platform's to say.
"""

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import delete

from bot.chat.cards import (
    Button,
    ButtonStyle,
    Card,
    CardKind,
    Field,
    Line,
    Moment,
    Strong,
    Tone,
    message,
)
from bot.chat.messages import ButtonPress, LinksShared, MessageRef, Place
from bot.chat.platform import LinkPreviews, PlatformError
from bot.speaking import Hearing, Speaking
from bot.tables import LinkOfferRow
from bot.wording import moments_of, say_line, say_when
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, NotFound, NotYours
from calendar_core.events import EventId, Occurrence, RecurrenceId, Target
from calendar_core.mirror import Mirror
from calendar_core.pages import EventPages
from calendar_core.people import PersonId

log = logging.getLogger("convene.previews")

SHOW, HIDE = "showlink", "hidelink"
"""The verbs of the offer's buttons."""
KEPT = timedelta(days=1)
MOST = 3
"""Links of one message that are looked at."""
GONE = "That was asked too long ago. Post the link again, please."
_PLACE = TypeAdapter(Place)
_ASKED = re.compile(
    r"(?:(?:please )?(?:what|when)(?:'s| is| does)?(?: on)?(?: this| that)?:? "
    r"|(?:please )?(?:show|open|tell) (?:me )?(?:this |that )?(?:event |link )?:? ?)?"
    r"(?P<url>https://\S+?)(?: mean| about| say)?[?.! ]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Links of somebody's message, and the events that they lead to."""

    message: MessageRef
    links: tuple[tuple[str, Target], ...]
    """Address and event."""


class Offers:
    """What was offered to be shown, at rest."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, owner: PersonId, offer: Offer) -> str:
        """Keep an offer; its id."""
        links = [[url, one.event_id, one.recurrence_id] for url, one in offer.links]
        row = LinkOfferRow(
            id=str(uuid4()),
            owner=owner,
            place=_PLACE.dump_json(offer.message.place).decode(),
            message=offer.message.id,
            links=json.dumps(links),
            at=self._clock.now(),
        )
        async with self._database.session() as session:
            session.add(row)
            return row.id

    async def find(self, id_: str, owner: PersonId) -> Offer:
        """An offer. Raises NotFound, NotYours."""
        async with self._database.reading() as session:
            row = await session.get(LinkOfferRow, id_)
        if row is None:
            raise NotFound(GONE)
        if row.owner != owner:
            raise NotYours("That was somebody else's link.")
        links: list[Any] = json.loads(row.links)
        return Offer(
            message=MessageRef(place=_PLACE.validate_json(row.place), id=row.message),
            links=tuple(
                (url, Target(event_id=EventId(event), recurrence_id=RecurrenceId(at)))
                for url, event, at in links
            ),
        )

    async def forget_old(self) -> None:
        """Drop what nobody answered: a chore of `finishing.Upkeep`."""
        before = self._clock.now() - KEPT
        async with self._database.session() as session:
            await session.execute(delete(LinkOfferRow).where(LinkOfferRow.at < before))


class Previews:
    """Hears of links, offers to show what they lead to, and shows it."""

    def __init__(
        self, speaking: Speaking, mirror: Mirror, pages: EventPages, offers: Offers
    ) -> None:
        self._speaking = speaking
        self._mirror = mirror
        self._pages = pages
        self._offers = offers

    async def shared(self, shared: LinksShared) -> None:
        """Look at what somebody posted; nobody is told anything who is not known, or posted a link
        to something else than an event of their own."""
        if not await self._speaking.knows(shared.sender):
            return
        try:
            hearing = await self._speaking.hear(shared.place, shared.sender)
            links = await self._links(hearing, shared.urls)
            if links:
                await self._offer(hearing, Offer(message=shared.message, links=links))
        except (CalendarError, PlatformError) as err:
            log.info("no preview incoming=%s error=%s", shared.id, type(err).__name__)

    async def answer(self, hearing: Hearing, text: str) -> bool:
        """Tell what a link leads to that somebody asks about; False for other words, and for a
        link to anything else than an event of their own."""
        asked = _ASKED.fullmatch(text)
        target = await self._pages.find(asked["url"], (hearing.me.id,)) if asked else None
        if target is None:
            return False
        card = preview_card(hearing, await self._event(hearing, target))
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)
        return True

    async def _links(self, hearing: Hearing, urls: Sequence[str]) -> tuple[tuple[str, Target], ...]:
        found: list[tuple[str, Target]] = []
        for url in dict.fromkeys(urls):
            target = await self._pages.find(url, (hearing.me.id,)) if len(found) < MOST else None
            if target is not None:
                found.append((url, target))
        return tuple(found)

    async def _offer(self, hearing: Hearing, offer: Offer) -> None:
        if hearing.place.is_private:
            return  # said to us: `answer`
        events = [await self._event(hearing, target) for _, target in offer.links]
        kept = await self._offers.keep(hearing.me.id, offer)
        card = offer_card(hearing, events, kept)
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)

    async def show(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The poster wants the others to see it. Raises NotFound, NotYours."""
        await self._show(hearing, await self._offers.find(subject, hearing.me.id))
        await self._settle(hearing, press, "✓ Shown beneath your message.")

    async def hide(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The poster does not. Raises NotFound, NotYours."""
        await self._offers.find(subject, hearing.me.id)
        await self._settle(hearing, press, "Not shown.")

    async def _show(self, hearing: Hearing, offer: Offer) -> None:
        platform = self._speaking.platform(offer.message.place.platform)
        if not isinstance(platform, LinkPreviews):
            raise NotFound(GONE)
        cards = {
            url: preview_card(hearing, await self._event(hearing, target))
            for url, target in offer.links
        }
        await platform.preview(offer.message, cards)

    async def _event(self, hearing: Hearing, target: Target) -> Occurrence:
        return await self._mirror.find_occurrence(target, hearing.me.zone, (hearing.me.id,))

    async def _settle(self, hearing: Hearing, press: ButtonPress, text: str) -> None:
        if press.message is None:
            await self._speaking.say(hearing.place, hearing.sender, text, private=True)
            return
        await self._speaking.rewrite(press.message, message(text), reply=press.reply)


def preview_card(hearing: Hearing, event: Occurrence) -> Card:
    """What the others see: no guests, no notes, no way in."""
    when, moments = _time(hearing, event)
    facts = [("when", when), ("place", say_line(event.location))]
    return Card(
        kind=CardKind.NOTICE,
        title=(Strong(_title(event)),),
        fields=tuple(Field(name=name, value=(value,)) for name, value in facts if value),
        moments=moments,
    )


def offer_card(hearing: Hearing, events: Sequence[Occurrence], offer: str) -> Card:
    """What the poster is asked, with all that the others would see."""
    lines: list[Line] = []
    clocks: tuple[Moment, ...] = ()
    for event in events:
        when, moments = _time(hearing, event)
        told = [_title(event), when, say_line(event.location)]
        lines.append((" · ".join(one for one in told if one),))
        clocks += moments
    lead = "link leads" if len(events) == 1 else "links lead"
    return Card(
        kind=CardKind.CARD,
        title=(f"Show the others what your {lead} to?",),
        body=(*lines, ("They would see just this. So far only you do.",)),
        buttons=(
            Button(label="Show", value=f"{SHOW}:{offer}", style=ButtonStyle.PRIMARY),
            Button(label="Not now", value=f"{HIDE}:{offer}"),
        ),
        moments=clocks,
        tone=Tone.ASKING,
    )


def _title(event: Occurrence) -> str:
    return say_line(event.title) or "(no title)"


def _time(hearing: Hearing, event: Occurrence) -> tuple[str, tuple[Moment, ...]]:
    clock_24h = hearing.me.preferences.clock_24h
    when = say_when(event.when, hearing.me.zone, hearing.now, clock_24h=clock_24h)
    return when, moments_of([(when, event.when)])
