"""Forms that begin something: a new event, one's own settings.

Buttons open them; what was filled in becomes a card or a line with Undo, as the same wish in words
would.
"""

from bot.chat.messages import ButtonPress, FormAnswer
from bot.contexts import Contexts
from bot.event_form import event_wanted
from bot.menus import Menus
from bot.settings_form import settings_wanted, wrong_settings
from bot.showing import Noted, show_result
from bot.speaking import Hearing, Speaking
from bot.tools.creating import create_event
from bot.tools.preferences import set_preferences
from bot.tools.tool import ToolMisused, ToolRefused

NOTHING_CHANGED = "Nothing was changed."


class FormPresses:
    """Answers buttons that open a form, and the forms."""

    def __init__(self, speaking: Speaking, contexts: Contexts, menus: Menus, notes: Noted) -> None:
        self._speaking = speaking
        self._contexts = contexts
        self._menus = menus
        self._notes = notes

    async def ask_event(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """Open the form for a new event."""
        await self._menus.ask_event(hearing, press.trigger)

    async def ask_settings(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """Open the form with one's own settings."""
        await self._menus.ask_settings(hearing, press.trigger)

    async def make_event(self, hearing: Hearing, answer: FormAnswer, subject: str) -> None:
        """A filled form becomes the card of a new event."""
        try:
            result = await create_event.run(self._contexts.of(hearing), event_wanted(answer.fields))
        except (ToolMisused, ToolRefused) as err:
            await self._tell(hearing, str(err))
            return
        await show_result(self._speaking, self._notes, hearing, result)

    async def settle(self, hearing: Hearing, answer: FormAnswer, subject: str) -> None:
        """What was changed of the settings is noted; a new zone is a card."""
        ctx = self._contexts.of(hearing)
        wrong = wrong_settings(answer.fields, ctx)
        if wrong:
            await self._tell(hearing, " ".join([*wrong.values(), NOTHING_CHANGED]))
            return
        wanted = settings_wanted(hearing.me, answer.fields, ctx.world.models)
        if wanted is None:
            await self._tell(hearing, NOTHING_CHANGED)
            return
        try:
            result = await set_preferences.run(ctx, wanted)
        except (ToolMisused, ToolRefused) as err:
            await self._tell(hearing, str(err))
            return
        await show_result(self._speaking, self._notes, hearing, result)

    async def _tell(self, hearing: Hearing, text: str) -> None:
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)
