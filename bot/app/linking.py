"""Linking calendars, joined: the conversation about it, and what browsers and codes bring back."""

from collections.abc import Mapping

from bot.app.core import Core
from bot.engine import Aside
from bot.first_reading import FirstReading
from bot.linked_calendars import LinkedCalendars
from bot.linked_health import Links
from bot.linker import Linker
from bot.linking import KIND, CalendarLinking
from bot.linking_cards import Setup
from bot.linking_returns import LinkingReturns
from bot.linking_words import (
    AGAIN,
    BEGIN,
    CALENDAR,
    CALENDARS,
    DROP,
    ENTER,
    ERASE,
    FORM,
    UNLINK,
)
from bot.notes import Notes
from bot.presses import Filler, Handler
from bot.settings import Settings
from bot.speaking import Speaking


def setup_of(settings: Settings, *, serves: bool) -> Setup:
    """What an operator's settings allow; only a house that serves is reached by browsers."""
    google = {
        "GOOGLE_CLIENT_ID": settings.google_client_id,
        "GOOGLE_CLIENT_SECRET": settings.google_client_secret,
    }
    microsoft = {"MICROSOFT_CLIENT_ID": settings.microsoft_client_id}
    in_browser = {"google"}
    if settings.microsoft_client_secret:
        in_browser.add("microsoft")
    return Setup(
        missing={
            "google": [name for name, value in google.items() if not value],
            "microsoft": [name for name, value in microsoft.items() if not value],
        },
        public_url=(settings.public_url or "") if serves else "",
        in_browser=frozenset(in_browser),
        by_code=frozenset({"microsoft"}),
    )


class Joined:
    """The conversation about linked calendars, joined to all that it needs."""

    def __init__(self, core: Core, speaking: Speaking, notes: Notes, setup: Setup) -> None:
        linker = Linker(core.linked, core.providers, core.syncing, core.watching)
        reading = FirstReading(
            speaking, core.linked, core.states, core.queue, core.clock, kind=KIND
        )
        self.linking = CalendarLinking(
            speaking, linker, core.linkings, setup, core.queue, core.clock, reading
        )
        self.linked = LinkedCalendars(
            speaking, linker, Links(core.linked, core.states), core.mirror, notes
        )
        core.linking.returns = LinkingReturns(
            speaking, core.people, linker, core.linkings, self.linking, core.clock, reading
        )

    @property
    def presses(self) -> Mapping[str, Handler]:
        """What its buttons do."""
        linking, linked = self.linking, self.linked
        return {
            BEGIN: linking.begin,
            FORM: linking.ask,
            AGAIN: linking.again,
            ENTER: linking.enter,
            DROP: linking.drop,
            CALENDARS: linked.show,
            CALENDAR: linked.ask,
            UNLINK: linked.unlink,
            ERASE: linked.erase,
        }

    @property
    def forms(self) -> Mapping[str, Filler]:
        """What its forms do."""
        return {
            FORM: self.linking.fill,
            ENTER: self.linking.entered,
            CALENDAR: self.linked.fill,
        }

    @property
    def asides(self) -> tuple[Aside, ...]:
        """What they answer before any model hears it."""
        return (self.linking, self.linked)
