"""An interaction while it can still be answered: fifteen minutes.

Its first answer must come within three seconds; until then a form may be opened. What it showed can
be edited by it alone where only one person sees it. Who finds which one is `addresses`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

import discord

from adapters.discord import limits
from adapters.discord.calls import ACK_TIME, Again, Answered, TooLate, call
from adapters.discord.merging import joined
from adapters.discord.pointing import Pointing
from adapters.discord.render import Drawn, draw, draw_components
from bot.chat.cards import Card, message
from bot.chat.messages import Place
from bot.chat.platform import PlaceGone, PlatformBusy
from calendar_core.clock import Clock

log = logging.getLogger("convene.discord")

Spoken = discord.Message | discord.InteractionMessage
T = TypeVar("T")

_SEE_BELOW = "Here, for all to see:"

ANSWER_TIME = 40.0
"""Seconds for what is said by an interaction; then it is said another way."""
LASTS = timedelta(minutes=15) - timedelta(seconds=20)
"""So long an interaction is used: not quite to its end."""


class Answer(StrEnum):
    """How an interaction is answered at first."""

    THINKING = "thinking"
    """By a message of its own, which says at first that the bot thinks."""
    SILENTLY = "silently"
    """By nothing visible: the message that it came from stands."""


class Live:
    """One interaction that can be answered, and how far that has come."""

    def __init__(
        self,
        interaction: discord.Interaction[Any],
        place: Place,
        *,
        answer: Answer,
        at_home: bool,
        clock: Clock,
    ) -> None:
        self.interaction = interaction
        self.place = place
        self.handle = str(interaction.id)
        self.user = str(interaction.user.id)
        self.at_home = at_home
        """Whether the bot is a member there and can speak without an interaction."""
        self._pointing: Pointing = interaction.client.pointing
        self._clock = clock
        self._ends = clock.now() + LASTS
        self._answer = answer
        self._lock = asyncio.Lock()
        self._is_dead = False
        self._follow_ups = 0
        self._last: tuple[str, Card] | None = None
        self._thinks = False
        self._is_told = False
        """Whether the first answer was sent, its receipt or not."""
        self._is_doubtful = False
        """Whether it perhaps did not arrive."""
        self._has_spoken = False
        self._has_opened = False

    @property
    def waits(self) -> bool:
        """Whether it still has to be answered in words, "thinking" stands there or not."""
        return self._answer is Answer.THINKING and not self._has_spoken and self.is_usable

    @property
    def is_usable(self) -> bool:
        """Whether it can still say something."""
        return not self._is_dead and self._clock.now() < self._ends

    @property
    def is_answered(self) -> bool:
        """Whether the first answer was given: no form can be opened any more."""
        return self._is_told or self.interaction.response.is_done()

    @property
    def _is_hidden(self) -> bool:
        """Whether its own message is seen by one person alone."""
        return not self.place.is_private

    async def acknowledge(self) -> None:
        """Give the first answer, if it was not given yet. Never fails: an interaction that cannot
        be answered is not used again."""
        async with self._lock:
            try:
                await self._acknowledge()
            except PlaceGone as err:
                self._is_dead = True
                log.warning("unanswered interaction=%s error=%s", self.handle, err)

    async def _acknowledge(self) -> None:
        if self.is_answered or self._is_dead:
            return
        response = self.interaction.response
        thinks = self._answer is Answer.THINKING
        try:
            await self._call(
                lambda: response.defer(ephemeral=self._is_hidden and thinks, thinking=thinks),
                within=ACK_TIME,
            )
        except Answered:
            log.info("answered before interaction=%s", self.handle)
        except PlatformBusy as err:  # it may have arrived: what is said next will tell
            self._is_doubtful = True
            log.warning("perhaps unanswered interaction=%s error=%s", self.handle, err)
        self._is_told = True
        self._thinks = thinks

    async def open(self, modal: discord.ui.Modal) -> bool:
        """Open a form as the first answer; False where that is too late."""
        async with self._lock:
            if self.is_answered or not self.is_usable:
                return False
            try:
                await self._call(
                    lambda: self.interaction.response.send_modal(modal), within=ACK_TIME
                )
            except Answered:  # by this modal, whose receipt was lost
                self._is_told = True
            except TooLate:
                self._is_dead = True
                return False
            except PlatformBusy as err:  # it may have opened; a button can open it again
                log.warning("perhaps no form interaction=%s error=%s", self.handle, err)
                self._is_told = self._is_doubtful = True
                return False
            self._has_spoken = self._has_opened = True
            return True

    async def say(self, card: Card, *, hidden: bool) -> str:
        """Say something by this interaction; the id of the message.

        Raises TooLate, PlaceGone, PlatformBusy.
        """
        async with self._lock:
            return await self._alive(lambda: self._say(card, hidden))

    async def _say(self, card: Card, hidden: bool) -> str:
        fits = hidden or not self._is_hidden
        if self.waits and not self.is_answered:
            return await self._begin(card, hidden)
        await self._acknowledge()
        if self._thinks and fits:
            return await self._fill(card, draw(card))
        if not self.at_home and self._follow_ups >= limits.FOLLOW_UPS and self._last is not None:
            return await self._add_to_last(card)
        if self._thinks:
            # The first follow-up would take the place of "thinking", seen by one alone.
            await self._fill(card, draw(message(_SEE_BELOW)))
        return await self._follow_up(card, hidden)

    async def _begin(self, card: Card, hidden: bool) -> str:
        """Say it as the first answer, without "thinking" before it."""
        drawn = draw(card)
        response = self.interaction.response
        try:
            told = await self._call(
                lambda: response.send_message(
                    **drawn.to_send(), ephemeral=hidden and self._is_hidden
                ),
                within=ACK_TIME,
            )
            id = str(told.message_id)
        except (Answered, PlatformBusy) as err:  # by this very message, whose receipt was lost
            log.warning("looked for interaction=%s error=%s", self.handle, err)
            self._is_told = self._is_doubtful = True
            id = str((await self._call(self.interaction.original_response)).id)
        self._has_spoken = True
        self._last = (id, card)
        return id

    async def _follow_up(self, card: Card, hidden: bool) -> str:
        drawn = draw(card)
        sent = await self._call(
            lambda: self.interaction.followup.send(
                **drawn.to_send(), ephemeral=hidden and self._is_hidden, wait=True
            ),
            again=Again.UNSENT,
        )
        self._follow_ups += 1
        self._last = (str(sent.id), card)
        return str(sent.id)

    async def show(self, content: str) -> str:
        """Begin to answer where "thinking" stands, in markdown; the id of the message.

        Raises TooLate, PlaceGone, PlatformBusy.
        """
        await self.acknowledge()
        async with self._lock:
            drawn = Drawn(content=content)
            return await self._alive(lambda: self._fill(message(content), drawn))

    async def _fill(self, card: Card, drawn: Drawn) -> str:
        sent = await self._call(lambda: self.interaction.edit_original_response(**drawn.to_edit()))
        self._thinks = False
        self._has_spoken = True
        self._last = (str(sent.id), card)
        return str(sent.id)

    async def _add_to_last(self, card: Card) -> str:
        """No more messages are allowed here: the last one grows."""
        assert self._last is not None
        id, older = self._last
        whole = joined(older, card)
        await self._edit(id, whole)
        self._last = (id, whole)
        return id

    def can_edit(self, id: str) -> bool:
        """Whether this is the way to edit a message: as the answer to a press, or because others
        cannot. An interaction that opened a form has lost the message that it came from."""
        source = self.interaction.message
        if source is None or str(source.id) != id:
            return self.is_usable
        is_only_way = source.flags.ephemeral or not self.at_home
        return self.is_usable and not self._has_opened and (is_only_way or not self.is_answered)

    async def edit(self, id: str, card: Card) -> None:
        """Edit a message that this interaction showed or came from.

        Raises TooLate, PlaceGone, PlatformBusy.
        """
        async with self._lock:
            await self._alive(lambda: self._edit(id, card))

    async def _edit(self, id: str, card: Card) -> None:
        drawn = draw_components(card)
        source = self.interaction.message
        if source is not None and str(source.id) == id:
            await self._edit_source(drawn.to_edit)
        else:
            await self._call(
                lambda: self.interaction.followup.edit_message(int(id), **drawn.to_edit())
            )

    async def _edit_source(self, parts: Callable[[], dict[str, Any]]) -> None:
        if not self.is_answered:
            try:
                await self._call(
                    lambda: self.interaction.response.edit_message(**parts()), within=ACK_TIME
                )
            except (Answered, PlatformBusy) as err:  # it may have arrived: twice is as once
                log.warning("edited again interaction=%s error=%s", self.handle, err)
                self._is_told = self._is_doubtful = True
                await self._call(lambda: self.interaction.edit_original_response(**parts()))
        elif self._answer is Answer.SILENTLY:
            await self._call(lambda: self.interaction.edit_original_response(**parts()))
        else:
            source = self.interaction.message
            assert source is not None
            await self._call(lambda: source.edit(**parts()))

    def leave(self) -> None:
        """Another process answers it."""
        self._is_dead = True

    async def close(self) -> None:
        """Nothing more is said by it now: take "thinking" away if nothing came of it."""
        async with self._lock:
            self._has_spoken = True
            if self._thinks and self.is_usable:
                self._is_dead = True  # without its first message it can say nothing more
                try:
                    await self._call(self.interaction.delete_original_response)
                except (PlaceGone, PlatformBusy) as err:
                    log.info("still thinking interaction=%s error=%s", self.handle, err)

    async def _call(
        self,
        doing: Callable[[], Awaitable[T]],
        *,
        within: float = ANSWER_TIME,
        again: Again = Again.FREELY,
    ) -> T:
        self._pointing.enter()
        return await call(doing, within=within, again=again)

    async def _alive(self, doing: Callable[[], Awaitable[T]]) -> T:
        if not self.is_usable:
            raise TooLate("The time to answer this is over.")
        try:
            return await doing()
        except TooLate:
            self._is_dead = True
            raise
        except PlaceGone as err:
            if not self._is_doubtful:
                raise
            self._is_dead = True
            raise TooLate("Its first answer did not arrive.") from err
