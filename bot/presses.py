"""What a press does: one verb, one method. Every press is answered, also on old cards and by
strangers (law 10).

Which verb means what is here; the doing is `change_presses` and `note_presses`.
"""

from collections.abc import Awaitable, Callable, Mapping

from bot.change_presses import ChangePresses
from bot.chat.messages import ButtonPress, FormAnswer
from bot.form_presses import FormPresses
from bot.invitations import ANSWERS
from bot.note_presses import NotePresses, RingPresses
from bot.replies import (
    BUTTON_UNKNOWN,
    CARD_GONE,
    NOT_YOUR_INVITATION,
    NOT_YOUR_REMINDER,
    NOT_YOURS,
)
from bot.rests import RestPresses
from bot.speaking import Hearing, Speaking
from bot.store import People
from calendar_core.errors import NotFound, NotYours

ON_CARDS = frozenset(
    ("confirm", "decline", "edit", "undo", "again", "leave", "this", "following", "all")
)
"""Verbs of buttons that stand on the card of a change and nowhere else in a conversation."""
Handler = Callable[[Hearing, ButtonPress, str], Awaitable[None]]
Filler = Callable[[Hearing, FormAnswer, str], Awaitable[None]]


class Presses:
    """Answers presses and forms."""

    def __init__(
        self,
        changes: ChangePresses,
        notes: NotePresses,
        rings: RingPresses,
        forms: FormPresses,
        rests: RestPresses,
        people: People,
        speaking: Speaking,
        more: Mapping[str, Handler] | None = None,
        more_forms: Mapping[str, Filler] | None = None,
    ) -> None:
        self._changes = changes
        self._notes = notes
        self._people = people
        self._speaking = speaking
        self._verbs: dict[str, Handler] = {
            "confirm": changes.confirm,
            "decline": changes.decline,
            "edit": changes.edit,
            "undo": changes.undo,
            "again": changes.again,
            "leave": changes.leave,
            **dict.fromkeys(("this", "following", "all"), changes.choose),
            **dict.fromkeys(ANSWERS, changes.answer),
            "note": notes.confirm,
            "unask": notes.decline,
            "unnote": notes.take_back,
            "snooze": rings.snooze,
            "done": rings.done,
            "new": forms.ask_event,
            "settings": forms.ask_settings,
            "more": rests.more,
            **(more or {}),
        }
        self._fillers: dict[str, Filler] = {
            "edit": changes.fill,
            "new": forms.make_event,
            "settings": forms.settle,
            **(more_forms or {}),
        }

    async def press(self, hearing: Hearing, press: ButtonPress) -> None:
        """Do what the button says."""
        verb, _, subject = press.value.partition(":")
        handler = self._verbs.get(verb)
        if handler is None or not subject:
            await self._tell(hearing, BUTTON_UNKNOWN)
            return
        try:
            if verb in ON_CARDS:
                await self._changes.note_card(hearing, press, subject)
            await handler(hearing, press, subject)
        except NotYours:
            await self._tell(hearing, await self._not_yours(verb, subject))
        except NotFound as err:
            others = verb in ANSWERS and await self._stands_with_others(hearing)
            await self._tell(hearing, NOT_YOUR_INVITATION if others else str(err) or CARD_GONE)

    async def fill(self, hearing: Hearing, answer: FormAnswer) -> None:
        """Take a filled form."""
        verb, _, subject = answer.value.partition(":")
        filler = self._fillers.get(verb)
        if filler is None or not subject:
            await self._tell(hearing, BUTTON_UNKNOWN)
            return
        try:
            await filler(hearing, answer, subject)
        except NotYours:
            await self._tell(hearing, await self._not_yours(verb, subject))
        except NotFound as err:
            await self._tell(hearing, str(err) or CARD_GONE)

    async def _tell(self, hearing: Hearing, text: str) -> None:
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)

    async def _stands_with_others(self, hearing: Hearing) -> bool:
        place = hearing.place
        return place.is_private and await self._speaking.is_others(place, hearing.sender)

    async def _not_yours(self, verb: str, subject: str) -> str:
        if verb in ("snooze", "done"):
            return NOT_YOUR_REMINDER
        try:
            if verb in ("note", "unask", "unnote"):
                owner = await self._notes.owner(subject)
            else:
                owner = await self._changes.owner(subject)
            return NOT_YOURS.format(owner=(await self._people.person(owner)).name)
        except NotFound:
            return NOT_YOURS.format(owner="somebody else")
