"""What is not said in words: menus, pages, forms before they close, completion while typing.

Implements `bot.chat.platform.MenuHandler`. Quick answers only: a platform may be waiting.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channel_form import VERB as CHANNEL_FORM
from bot.channel_form import settings_from
from bot.chat.forms import Option
from bot.chat.messages import FormAnswer, Opened, Page, Shortcut, ShortcutKind, Typing, Wanted
from bot.chat.platform import PersonalPages, Prompt
from bot.contexts import Contexts
from bot.event_form import new_event_form, wrong_fields
from bot.linking_form import wrong_link_fields
from bot.linking_words import FORM as LINK_FORM
from bot.linking_words import KINDS
from bot.page import Pages
from bot.quoting import Draft, read_quoted
from bot.settings_form import settings_form, wrong_settings
from bot.showing import Noted, show_result
from bot.speaking import Hearing, Speaking
from bot.talking import Talking
from bot.tools.arguments import CreateEvent, FindFreeTime
from bot.tools.availability import find_free_time
from bot.tools.creating import create_event
from bot.tools.tool import ToolMisused, ToolRefused
from bot.wording import say_when
from calendar_core.errors import CalendarError
from calendar_core.people import PersonId
from calendar_core.phrases import Meaning, resolve
from calendar_core.when import TimeSpan

log = logging.getLogger("convene.menus")

PROMPTS = (
    Prompt("What is on today?", "What's on today?"),
    Prompt("Find a free hour", "Find me a free hour this week"),
    Prompt("Plan something", "Lunch on Friday at 12:30 for 45 minutes"),
    Prompt("Remind me", "Remind me tomorrow at 9 to send the report"),
)
MOST_OFFERED = 25
AHEAD = timedelta(days=60)
_TIMES = ("today", "tomorrow", "this week", "next week", "Friday", "Monday at 9:00")


class Menus:
    """Answers menus, pages and completion."""

    def __init__(
        self,
        speaking: Speaking,
        talking: Talking,
        contexts: Contexts,
        pages: Pages,
        notes: Noted,
    ) -> None:
        self._speaking = speaking
        self._talking = talking
        self._contexts = contexts
        self._pages = pages
        self._notes = notes

    async def shortcut(self, hearing: Hearing, shortcut: Shortcut) -> None:
        """Do what an entry of a menu says."""
        match shortcut.kind:
            case ShortcutKind.NEW_EVENT:
                await self.ask_event(hearing, shortcut.trigger)
            case ShortcutKind.EVENT_OF_MESSAGE:
                await self._event_of_message(hearing, shortcut)
            case ShortcutKind.TIME_WITH:
                await self._time_with(hearing, shortcut)

    async def ask_event(
        self, hearing: Hearing, trigger: str | None, draft: Draft | None = None
    ) -> None:
        """Open the form for a new event, where one may be made."""
        refusal = self._contexts.of(hearing).allowed.refusal("create_event")
        if refusal is not None:
            await self._speaking.say(hearing.place, hearing.sender, refusal, private=True)
            return
        calendars = await self._contexts.world.mirror.calendars((hearing.me.id,))
        told = draft or Draft(title="", when="", place="", notes="")
        form = new_event_form(calendars, title=told.title, when=told.when, notes=told.notes)
        platform = self._speaking.platform(hearing.place.platform)
        await platform.open_form(form, place=hearing.place, sender=hearing.sender, trigger=trigger)

    async def ask_settings(self, hearing: Hearing, trigger: str | None) -> None:
        """Open the form with one's own settings, where they may be changed."""
        ctx = self._contexts.of(hearing)
        refusal = ctx.allowed.refusal("set_preferences")
        if refusal is not None:
            await self._speaking.say(hearing.place, hearing.sender, refusal, private=True)
            return
        platform = self._speaking.platform(hearing.place.platform)
        form = settings_form(hearing.me, ctx.world.models)
        await platform.open_form(form, place=hearing.place, sender=hearing.sender, trigger=trigger)

    async def _event_of_message(self, hearing: Hearing, shortcut: Shortcut) -> None:
        """Propose the event that a message tells; ask for what it does not tell."""
        assert shortcut.message is not None, "a message's menu brings the message"
        draft = read_quoted(shortcut.message, await self._talking.setting(hearing))
        if draft.when and draft.title:
            ctx = replace(self._contexts.of(hearing), saw_strangers_text=True)
            wanted = CreateEvent(
                title=draft.title,
                when=draft.when,
                location=draft.place or None,
                description=draft.notes,
            )
            try:
                result = await create_event.run(ctx, wanted)
            except (ToolMisused, ToolRefused) as err:
                log.info("ask instead why=%s", type(err).__name__)
            else:
                await show_result(self._speaking, self._notes, hearing, result)
                return
        await self.ask_event(hearing, shortcut.trigger, draft)

    async def _time_with(self, hearing: Hearing, shortcut: Shortcut) -> None:
        """Free time of both; the other is somebody known from then on."""
        assert shortcut.other is not None, "a person's menu brings the person"
        other = await self._speaking.meet(shortcut.place, shortcut.other, hearing.sender)
        who = [] if other.id == hearing.me.id else [other.name]
        try:
            result = await find_free_time.run(self._contexts.of(hearing), FindFreeTime(who=who))
        except (ToolMisused, ToolRefused) as err:
            await self._speaking.say(hearing.place, hearing.sender, str(err), private=True)
            return
        await show_result(self._speaking, self._notes, hearing, replace(result, private=True))

    async def opened(self, hearing: Hearing, opened: Opened) -> None:
        """Draw the page, or offer something to begin with."""
        if opened.page is Page.HOME:
            await self._pages.show(hearing)
            return
        platform = self._speaking.platform(opened.place.platform)
        if isinstance(platform, PersonalPages):
            await platform.offer(opened.place, hearing.sender, PROMPTS)

    async def wrong_in(self, hearing: Hearing, answer: FormAnswer) -> Mapping[str, str]:
        """What of a filled form can't be taken."""
        ctx = self._contexts.of(hearing)
        verb = answer.value.partition(":")[0]
        if verb == "settings":
            return wrong_settings(answer.fields, ctx)
        if verb == LINK_FORM:
            kind = KINDS.get(answer.value.partition(":")[2])
            return wrong_link_fields(kind, answer.fields) if kind is not None else {}
        if verb == CHANNEL_FORM:
            owner = PersonId(answer.value.partition(":")[2])
            stood = await self._speaking.channels.of(owner)
            return settings_from(stood, answer.fields, ctx)[1]
        return await wrong_fields(answer.fields, ctx) if verb in ("new", "edit") else {}

    async def suggestions(self, hearing: Hearing, typing: Typing) -> Sequence[Option]:
        """What an option may be, best first."""
        words = typing.text.strip().casefold()
        match typing.wanted:
            case Wanted.CALENDAR:
                calendars = await self._contexts.world.mirror.calendars((hearing.me.id,))
                names = [one.name for one in calendars]
            case Wanted.EVENT:
                names = await self._titles(hearing)
            case Wanted.TIME:
                return self._times(hearing, typing.text.strip())
        fitting = [name for name in dict.fromkeys(names) if words in name.casefold()]
        return [Option(name[:100], name[:100]) for name in fitting[:MOST_OFFERED]]

    async def _titles(self, hearing: Hearing) -> list[str]:
        try:
            agenda = await self._contexts.world.mirror.occurrences(
                (hearing.me.id,),
                TimeSpan(start=hearing.now, end=hearing.now + AHEAD),
                hearing.me.zone,
            )
        except CalendarError:
            return []
        return [one.title for one in agenda.occurrences if one.title]

    def _times(self, hearing: Hearing, words: str) -> list[Option]:
        """The words themselves, with what they mean, then a few usual ones."""
        usual = [Option(one, one) for one in _TIMES if words.casefold() in one.casefold()]
        if not words:
            return usual
        me = hearing.me
        found = resolve(words[:100], now=hearing.now, zone=me.zone, policy=me.policy)
        if not isinstance(found, Meaning):
            return usual
        told = words[:100]
        if isinstance(found.start, datetime):
            end = found.end if isinstance(found.end, datetime) else found.start
            span = TimeSpan(start=found.start, end=end)
            told = f"{words[:50]} · {say_when(span, me.zone, hearing.now)}"[:100]
        return [Option(told, words[:100]), *(one for one in usual if one.value != words)]
