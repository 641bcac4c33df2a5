"""What a provider can do, so that planning and cards need not know its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

SHOWN = timedelta(minutes=10)
"""How long before a booked meeting its maker reminds on screen."""
MAILED = timedelta(hours=24)
"""How long before by mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The traits of a provider that a change depends on."""

    mails_guests: Literal["always", "perhaps", "never"]
    """Whether guests hear of a change by mail from the provider."""
    resets_answers: bool
    """Whether the provider itself asks guests again when the time changes; else planning does."""
    undo_restores_text: bool = True
    """Whether a resource can be written back word for word."""
    video: str = ""
    """What its video links are called, where it makes them: "Google Meet". Empty: it makes none."""
    video_at: str = ""
    """How the addresses of links begin that it makes for one event each, and that another event
    can't have: one that is parted from it gets its own."""
    video_stays: bool = False
    """Whether a video link that it made can't be taken off again."""
    reminds: Literal["both", "one", ""] = ""
    """How it reminds by itself of what stands on a calendar: on screen and by mail, by one reminder
    on screen, or not at all."""
    passes_on_times: bool = False
    """Whether a time that a guest proposes reaches the organizer as one; else as words."""
    rooms: Literal["all", "listed", ""] = ""
    """Which rooms of an organization can be booked there: all, those on a person's own list of
    calendars, or none."""
    shares: bool = False
    """Whether a calendar of an account may be somebody else's, who is told by its address."""
    nobodys: tuple[str, ...] = ()
    """Ends of addresses that are a calendar's own, and nobody's."""
    name: str = ""
    """What people know it by, and open its events in: "Outlook". Empty: it shows them nowhere."""

    @property
    def booked_alarms(self) -> tuple[timedelta, ...]:
        """Leads on screen that a booked meeting gets."""
        return (SHOWN,) if self.reminds else ()

    @property
    def booked_mails(self) -> tuple[timedelta, ...]:
        """Leads by mail that a booked meeting gets."""
        return (MAILED,) if self.reminds == "both" else ()


LOCAL = Capabilities(mails_guests="never", resets_answers=False, passes_on_times=True)
CALDAV = Capabilities(mails_guests="perhaps", resets_answers=False)
"""Whether guests are mailed is the server's affair (RFC 6638): the card says that they may be."""
FEED = Capabilities(mails_guests="never", resets_answers=False)
"""Nothing is written there."""
GOOGLE = Capabilities(
    mails_guests="always",
    resets_answers=False,
    undo_restores_text=False,
    video="Google Meet",
    video_at="https://meet.google.com/",
    reminds="both",
    rooms="listed",
    shares=True,
    nobodys=tuple(f"@{one}.calendar.google.com" for one in ("group", "group.v", "import")),
    name="Google Calendar",
)
MICROSOFT = Capabilities(
    mails_guests="always",
    resets_answers=True,
    undo_restores_text=False,
    video="Teams",
    video_stays=True,
    reminds="one",
    passes_on_times=True,
    rooms="all",
    shares=True,
    name="Outlook",
)
"""Exchange mails guests by itself, always, and asks them anew when the time changes. It keeps one
reminder, on screen."""
BY_PROVIDER: Mapping[str, Capabilities] = {
    "local": LOCAL,
    "caldav": CALDAV,
    "feed": FEED,
    "google": GOOGLE,
    "microsoft": MICROSOFT,
}


def of(provider: str) -> Capabilities:
    """The traits of a provider by name; of an unknown one the cautious guess."""
    return BY_PROVIDER.get(provider, Capabilities(mails_guests="perhaps", resets_answers=True))
