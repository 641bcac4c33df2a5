"""The `/cal` commands and the menus of messages and people: their options, and what they become.

What is done with them is `listeners`; completion of options is there, too.
"""

from typing import Any, Protocol

import discord
from discord import app_commands

from adapters.discord import limits
from adapters.discord.reading import kept
from adapters.discord.words import at_person, in_calendar, led, on, spoken
from bot.chat.messages import Wanted

Asked = discord.Interaction[Any]
Account = discord.User
Choices = list[app_commands.Choice[str]]

EVENT_OF_MESSAGE = "Make an event of this"
TIME_WITH = "Find a time with …"

_LINKS = [
    app_commands.Choice(name="Google Calendar", value="google"),
    app_commands.Choice(name="Outlook or Microsoft 365", value="microsoft"),
    app_commands.Choice(name="iCloud", value="icloud"),
    app_commands.Choice(name="Another calendar (CalDAV)", value="caldav"),
    app_commands.Choice(name="The address of a calendar feed", value="feed"),
    app_commands.Choice(name="My Slack account", value="slack"),
    app_commands.Choice(name="My Discord account", value="discord"),
]
_STOP = "stop the feed"
_FEEDS = [
    app_commands.Choice(name="Titles and times", value="with titles"),
    app_commands.Choice(name="Only when you are busy", value="busy only"),
    app_commands.Choice(name="This channel's calendar", value="of this channel"),
    app_commands.Choice(name="No feed any more", value=_STOP),
]


class Menu(Protocol):
    """Who takes what is chosen."""

    async def on_command(
        self, asked: Asked, name: str, text: str, others: tuple[discord.abc.User, ...] = ()
    ) -> None:
        """Somebody used a word of `/cal`; `others` are the people whom it names."""
        ...

    async def on_message_menu(self, asked: Asked, message: discord.Message) -> None:
        """Somebody wants an event made of a message."""
        ...

    async def on_person_menu(self, asked: Asked, other: discord.abc.User) -> None:
        """Somebody looks for a time with a person."""
        ...

    async def complete(self, asked: Asked, wanted: Wanted, text: str) -> Choices:
        """What an option may be."""
        ...


def add_commands(tree: app_commands.CommandTree[Any], menu: Menu) -> None:
    """Give a tree all that can be chosen."""
    tree.add_command(Cal(menu))

    async def event_of(asked: Asked, message: discord.Message) -> None:
        await menu.on_message_menu(asked, message)

    async def time_with(asked: Asked, user: discord.User) -> None:
        await menu.on_person_menu(asked, user)

    for name, callback in ((EVENT_OF_MESSAGE, event_of), (TIME_WITH, time_with)):
        entry: app_commands.ContextMenu = app_commands.ContextMenu(
            name=name,
            callback=callback,
            allowed_contexts=_everywhere(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        tree.add_command(entry)


def _everywhere() -> app_commands.AppCommandContext:
    return app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)


Short = app_commands.Range[str, 1, 200]
Long = app_commands.Range[str, 1, 2000]


class Cal(app_commands.Group):
    """`/cal` and its words."""

    def __init__(self, menu: Menu) -> None:
        super().__init__(
            name="cal",
            description="Your calendar: ask, plan, be reminded",
            allowed_contexts=_everywhere(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.menu = menu

    async def _calendar(self, asked: Asked, current: str) -> Choices:
        return await self.menu.complete(asked, Wanted.CALENDAR, current)

    async def _event(self, asked: Asked, current: str) -> Choices:
        return await self.menu.complete(asked, Wanted.EVENT, current)

    async def _time(self, asked: Asked, current: str) -> Choices:
        return await self.menu.complete(asked, Wanted.TIME, current)

    @app_commands.command(description="Ask or tell me anything in your own words")
    @app_commands.describe(words='For example "move lunch to 1pm" or "am I free on Friday?"')
    async def ask(self, asked: Asked, words: Long) -> None:
        await self.menu.on_command(asked, "", words)

    @app_commands.command(description="What is on today")
    @app_commands.describe(calendar="Only this calendar")
    @app_commands.autocomplete(calendar=_calendar)
    async def today(self, asked: Asked, calendar: Short | None = None) -> None:
        await self.menu.on_command(asked, "today", in_calendar(calendar))

    @app_commands.command(description="What is on this week, or another")
    @app_commands.describe(when='Which week, like "next week"', calendar="Only this calendar")
    @app_commands.autocomplete(when=_time, calendar=_calendar)
    async def week(
        self, asked: Asked, when: Short | None = None, calendar: Short | None = None
    ) -> None:
        await self.menu.on_command(asked, "week", spoken(when, in_calendar(calendar)))

    @app_commands.command(description="When you are free, alone or with somebody")
    @app_commands.describe(
        when='Like "friday" or "next week"', length='How long, like "45 minutes"'
    )
    @app_commands.rename(other="with")
    @app_commands.describe(other="Who else has to be free")
    @app_commands.autocomplete(when=_time)
    async def free(
        self,
        asked: Asked,
        when: Short | None = None,
        length: Short | None = None,
        other: Account | None = None,
    ) -> None:
        text = spoken(length, on(when), at_person(_name(other)))
        await self.menu.on_command(asked, "free", text, _people(other))

    @app_commands.command(description="Find an event")
    @app_commands.describe(event="A part of its name", when="Where to look, like next month")
    @app_commands.autocomplete(event=_event, when=_time)
    async def find(self, asked: Asked, event: Short, when: Short | None = None) -> None:
        await self.menu.on_command(asked, "find", spoken(kept(event), on(when)))

    @app_commands.command(description="A new event; leave all empty for a form")
    @app_commands.describe(
        title="What it is",
        when='Like "friday 12:30"',
        length='Like "45 minutes"',
        where="A place",
        other="Whom to invite",
        calendar="Into this calendar",
    )
    @app_commands.rename(other="with")
    @app_commands.autocomplete(when=_time, calendar=_calendar)
    async def new(
        self,
        asked: Asked,
        title: Short | None = None,
        when: Short | None = None,
        length: Short | None = None,
        where: Short | None = None,
        other: Account | None = None,
        calendar: Short | None = None,
    ) -> None:
        text = spoken(
            title,
            at_person(_name(other)),
            on(when),
            led("for", length),
            led("at", where),
            in_calendar(calendar),
        )
        await self.menu.on_command(asked, "new", text, _people(other))

    @app_commands.command(description="Be reminded of something, or before an event")
    @app_commands.describe(
        what="What to remind you of",
        when='Like "tomorrow at 9"; with an event how long before, like "10 minutes"',
        event="Before this event",
    )
    @app_commands.autocomplete(when=_time, event=_event)
    async def remind(
        self,
        asked: Asked,
        what: Short | None = None,
        when: Short | None = None,
        event: Short | None = None,
    ) -> None:
        moment = f"{when or '10 minutes'} before {kept(event)}" if event else on(when)
        await self.menu.on_command(asked, "remind", spoken(led("to", what), moment))

    @app_commands.command(description="Link a calendar, or your account on another platform")
    @app_commands.describe(what="What to link", code="A code that I gave you elsewhere")
    @app_commands.choices(what=_LINKS)
    async def link(
        self,
        asked: Asked,
        what: app_commands.Choice[str] | None = None,
        code: Short | None = None,
    ) -> None:
        await self.menu.on_command(asked, "link", spoken(what.value if what else None, code))

    @app_commands.command(description="Give your calendar out to calendar apps, or end that")
    @app_commands.describe(
        what="What the feed shows, or that it ends", calendar="Only this calendar"
    )
    @app_commands.choices(what=_FEEDS)
    @app_commands.autocomplete(calendar=_calendar)
    async def feed(
        self,
        asked: Asked,
        what: app_commands.Choice[str] | None = None,
        calendar: Short | None = None,
    ) -> None:
        if what is not None and what.value == _STOP:
            await self.menu.on_command(asked, "", _STOP)
            return
        text = spoken(led("of", kept(calendar or "")), what.value if what else None)
        await self.menu.on_command(asked, "feed", text)

    @app_commands.command(description="Your zone, working hours and other preferences")
    @app_commands.describe(words='What to set, like "my time zone is Lisbon"')
    async def settings(self, asked: Asked, words: Short | None = None) -> None:
        await self.menu.on_command(asked, "settings", spoken(words))

    @app_commands.command(description="What I can do")
    async def help(self, asked: Asked) -> None:
        await self.menu.on_command(asked, "help", "")


def _name(user: discord.abc.User | None) -> str | None:
    return user.display_name if user is not None else None


def _people(user: discord.abc.User | None) -> tuple[discord.abc.User, ...]:
    return (user,) if user is not None else ()


def choices_of(labels: list[tuple[str, str]]) -> Choices:
    """Labels with their values as Discord takes them: 25, each of at most 100 characters."""
    return [
        app_commands.Choice(name=limits.cut(label, limits.CHOICE), value=value)
        for label, value in labels
        if label.strip() and 0 < len(value) <= limits.CHOICE
    ][: limits.CHOICES]
