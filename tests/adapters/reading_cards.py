"""Cards about links that were posted, what was looked at, and first readings, as the bot makes
them."""

from collections.abc import Callable

from bot.chat.cards import Card
from bot.chat.messages import Place, Sender
from bot.first_reading import read_card
from bot.lookups import looked_card
from bot.previews import offer_card, preview_card
from bot.speaking import Hearing
from calendar_core.accounts import Account
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import AccountId
from calendar_core.people import PersonId
from calendar_core.sync.plan import Came
from calendar_core.sync.state import SyncState
from tests.builders import NOW, a_person, a_span, an_occurrence

HEARING = Hearing(
    place=Place(platform="slack", workspace="T1", channel="C1", name="#team"),
    sender=Sender(platform="slack", workspace="T1", user="U1", name="Ana"),
    me=a_person(),
    now=NOW,
)
REVIEW = an_occurrence("Review", a_span(12, "14:00"), location="Attic")
HOSTILE = an_occurrence(
    "<!channel> *free* <https://evil.example|bank>", a_span(13, "09:00"), location="<@U123> `rm`"
)
ACCOUNT = Account(
    id=AccountId("a1"), owner=PersonId("ana"), provider="caldav", address="ana@example.org"
)


def _state(name: str, *, why: str = "", events: int = 0) -> SyncState:
    calendar = Calendar(
        id=CalendarId(name),
        owner=PersonId("ana"),
        name=name,
        provider="caldav",
        synced_at=None if why else NOW,
    )
    return SyncState(
        calendar=calendar,
        events=events,
        failures=1 if why else 0,
        next_at=None,
        why=why,
        doubted_since=None,
        last=Came(),
    )


READING_MAKERS: dict[str, Callable[[], Card]] = {
    "link_offered": lambda: offer_card(HEARING, (REVIEW, HOSTILE), "c0ffee"),
    "link_preview": lambda: preview_card(HEARING, HOSTILE),
    "looked_at": lambda: looked_card([(f"{n:02}:00  Standup *now*",) for n in range(60)]),
    "first_reading": lambda: read_card(
        ACCOUNT, (_state("Work", events=412), _state("Home", events=3)), NOW
    ),
    "first_reading_missing": lambda: read_card(
        ACCOUNT, (_state("Work", events=412), _state("*Home*", why="The server is away.")), NOW
    ),
}
