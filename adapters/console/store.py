"""The stored conversation: in a terminal it is the platform.

A message is kept first and shown second, so that a process that dies in between loses nothing:
what still waits is shown at the next start, under the same id and key.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.console.buttons import Pressable, folded
from adapters.console.card_text import from_text, to_text
from adapters.console.incoming import place_named
from adapters.console.screen import Post
from adapters.console.tables import ButtonRow, MessageRow
from bot.chat.cards import Button, Card
from calendar_core.clock import Clock
from calendar_core.database import Database

POST = "post"
EDIT = "edit"
SHOWN = ""
SHOWS: tuple[ColumnElement[bool], ...] = (ButtonRow.shows.is_(True),)
EVER: tuple[ColumnElement[bool], ...] = ()


class Store:
    """Keeps what the bot said in this data folder, and every button that it ever showed."""

    def __init__(self, database: Database, clock: Clock, keeps: timedelta | None = None) -> None:
        self._keeps = keeps
        self._database = database
        self._clock = clock

    async def keep(
        self, channel: str, card: Card, *, seen_by: str | None, key: str | None
    ) -> tuple[Post, bool]:
        """Store a message; with a known key, the one that stands. Says whether it is new."""
        if key is not None and (known := await self.with_key(key)):
            return known, False
        try:
            return await self._insert(channel, card, seen_by, key), True
        except IntegrityError:
            if key is not None and (known := await self.with_key(key)):
                return known, False
            raise

    async def edit(self, id: str, card: Card) -> Post | None:
        """Replace a message's card; None when there is no such message."""
        async with self._database.session() as session:
            row = await session.get(MessageRow, _number(id))
            if row is None:
                return None
            row.card = to_text(card)
            row.at = self._clock.now()
            row.waiting = row.waiting or EDIT
            await _replace_buttons(session, row.number, card.buttons)
            return _post(row)

    async def mark_shown(self, id: str) -> None:
        """The screen has it."""
        async with self._database.session() as session:
            await session.execute(
                update(MessageRow).where(MessageRow.number == _number(id)).values(waiting=SHOWN)
            )

    async def forget_old(self) -> None:
        """Forget what was shown longer ago than is kept: for a daily chore."""
        if self._keeps is None:
            return
        old = MessageRow.at < self._clock.now() - self._keeps
        async with self._database.session() as session:
            await session.execute(delete(MessageRow).where(old, MessageRow.waiting == SHOWN))

    async def waiting(self) -> Sequence[tuple[Post, str]]:
        """What the screen still has to show, oldest first, each with POST or EDIT."""
        async with self._database.reading() as session:
            rows = await session.scalars(
                select(MessageRow).where(MessageRow.waiting != SHOWN).order_by(MessageRow.number)
            )
            return [(_post(row), row.waiting) for row in rows]

    async def with_key(self, key: str) -> Post | None:
        """The message that was posted under a key."""
        async with self._database.reading() as session:
            row = await session.scalar(select(MessageRow).where(MessageRow.key == key))
            return _post(row) if row else None

    async def message(self, id: str) -> Post | None:
        """A message by its id."""
        async with self._database.reading() as session:
            row = await session.get(MessageRow, _number(id))
            return _post(row) if row else None

    async def pressable(
        self, label: str, *, card: str | None = None, showing: bool = False
    ) -> Pressable | None:
        """The button that a label means: shown now before ever shown, exact before beginning,
        newest message first.

        With `card` on that message alone; with `showing` only what is shown now.
        """
        of_card = () if card is None else (ButtonRow.message == _number(card),)
        async with self._database.reading() as session:
            for shown in (SHOWS,) if showing else (SHOWS, EVER):
                for match in _matches(folded(label)):
                    found = await _newest_button(session, *of_card, *shown, match)
                    if found is not None:
                        return found
        return None

    async def _insert(self, channel: str, card: Card, seen_by: str | None, key: str | None) -> Post:
        async with self._database.session() as session:
            row = MessageRow(
                channel=channel,
                seen_by=seen_by,
                key=key,
                card=to_text(card),
                waiting=POST,
                at=self._clock.now(),
            )
            session.add(row)
            await session.flush()
            session.add_all(_button_rows(row.number, card.buttons))
            return _post(row)


def _matches(wanted: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """How a label may fit, best first."""
    return ButtonRow.folded == wanted, ButtonRow.folded.startswith(wanted, autoescape=True)


async def _newest_button(
    session: AsyncSession, *conditions: ColumnElement[bool]
) -> Pressable | None:
    found = await session.execute(
        select(ButtonRow, MessageRow)
        .join(MessageRow, MessageRow.number == ButtonRow.message)
        .where(*conditions)
        .order_by(ButtonRow.message.desc(), ButtonRow.position, ButtonRow.id.desc())
        .limit(1)
    )
    row = found.first()
    if row is None:
        return None
    button, message = row
    return Pressable(post=_post(message), label=button.label, value=button.value, url=button.url)


async def _replace_buttons(session: AsyncSession, number: int, buttons: Iterable[Button]) -> None:
    """Show these; the others stay as once shown."""
    again = tuple(buttons)
    of_message = ButtonRow.message == number
    await session.execute(update(ButtonRow).where(of_message).values(shows=False))
    await session.execute(
        delete(ButtonRow).where(of_message, ButtonRow.folded.in_([folded(b.label) for b in again]))
    )
    session.add_all(_button_rows(number, again))


def _button_rows(number: int, buttons: Iterable[Button]) -> list[ButtonRow]:
    return [
        ButtonRow(
            message=number,
            label=button.label,
            folded=folded(button.label),
            value=button.value,
            url=button.url,
            position=position,
            shows=True,
        )
        for position, button in enumerate(buttons)
    ]


def _post(row: MessageRow) -> Post:
    return Post(
        id=f"c{row.number}",
        place=place_named(row.channel),
        seen_by=row.seen_by,
        key=row.key,
        card=from_text(row.card),
        at=row.at,
    )


def _number(id: str) -> int:
    """The number in an id; 0, which no message has, for what is not one."""
    digits = id.removeprefix("c")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0
