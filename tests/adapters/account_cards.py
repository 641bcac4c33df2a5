"""Cards about linked accounts, feeds and being forgotten, as the bot makes them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.accounts import Account as ChatAccount
from bot.chat.cards import Card
from bot.chat.messages import Sender
from bot.erase_words import Belongings, erase_card
from bot.erase_words import outcome_card as erased
from bot.feed_words import choice_card, list_card, made_card
from bot.feed_words import outcome_card as feed_outcome
from bot.feeds import Feed
from bot.linked_cards import calendars_card, unlink_card, unlinked_card
from bot.linked_health import Link
from bot.linking_cards import (
    code_card,
    failed_card,
    form_card,
    keep_card,
    linked_card,
    page_card,
    said_card,
    which_card,
    wrong_code_card,
)
from bot.linking_words import CALDAV, FEED, GOOGLE, ICLOUD, MICROSOFT
from bot.notice_cards import card_of_notice
from calendar_core.events import Calendar, CalendarId
from calendar_core.ics.giving import Shows
from calendar_core.linking import Account, AccountId, Begun, FoundCalendar, Linked
from calendar_core.people import PersonId
from calendar_core.report import Changed, Stood
from calendar_core.sync.plan import Came
from calendar_core.sync.state import SyncState
from scheduler.notices import AccountUnwell, Brought, CalendarsChanged
from tests.builders import NOW, a_person, a_span, an_invitation_notice, an_occurrence

ANA = PersonId("ana")
TRAP = "*Team* <!here> `x`"
"""A name that somebody else chose."""
ACCOUNT = Account(id=AccountId("a1"), owner=ANA, provider="google", address="ana@example.org")
UNWELL = replace(
    ACCOUNT,
    id=AccountId("a2"),
    provider="caldav",
    unwell_since=NOW - timedelta(hours=2),
    why="The password is refused.",
)
PERSONAL = Calendar(
    id=CalendarId("c1"), owner=ANA, name="Personal", provider="local", is_default=True
)
LINKED = Calendar(
    id=CalendarId("c2"),
    owner=ANA,
    name=TRAP,
    provider="google",
    account="ana@example.org",
    account_id="a1",
    counts_as_busy=False,
    synced_at=NOW - timedelta(minutes=3),
)
LINK = Link(
    account=ACCOUNT,
    states=(
        SyncState(
            calendar=LINKED,
            events=120,
            failures=0,
            next_at=None,
            why="",
            doubted_since=None,
            last=Came(),
        ),
    ),
)
FOUND = Linked(
    provider="google",
    address="ana@example.org",
    url="",
    credentials={},
    calendars=(FoundCalendar(remote="r1", name="Work"), FoundCalendar(remote="r2", name=TRAP)),
)
BEGUN = Begun(page="https://login.example/device", code="ABCD-EFGH")
FEED_GIVEN = Feed(
    id="f1",
    owner=ANA,
    calendar_id=CalendarId("c2"),
    calendar=TRAP,
    shows=Shows.TITLES,
    made_at=NOW - timedelta(days=3),
    read_at=NOW - timedelta(minutes=5),
)
THERE = Belongings(
    accounts=(
        ChatAccount(
            sender=Sender(platform="slack", workspace="T1", user="U1", name="Ana"),
            last_seen=NOW,
            channel=None,
        ),
    ),
    linked=(ACCOUNT,),
    calendars=(PERSONAL, LINKED),
    events=12,
    reminders=3,
)
REVIEW = Stood(title="Review", when=a_span(12, "14:00"))


def _gathered(*changes: Changed, asked: bool = False) -> Card:
    """What a reading of a linked calendar brought."""
    one = an_occurrence("Review", a_span(12, "14:00"))
    brought = tuple(
        Brought(event=one.event_id, change=change, occurrence=one if asked else None)
        for change in changes
    )
    return card_of_notice(CalendarsChanged(key="k", owner=ANA, brought=brought), a_person(), NOW)


def _changed(before: Stood | None, after: Stood | None) -> Changed:
    return Changed(recurrence_id=an_occurrence().recurrence_id, before=before, after=after, by=TRAP)


ACCOUNT_MAKERS: dict[str, Callable[[], Card]] = {
    "unwell": lambda: card_of_notice(
        AccountUnwell(
            key="k",
            owner=ANA,
            provider="caldav",
            address="ana@example.org",
            account="a2",
            why="The password is refused.",
        ),
        a_person(),
        NOW,
    ),
    "gathered": lambda: _gathered(
        _changed(REVIEW, replace(REVIEW, when=a_span(12, "15:00"))),
        _changed(replace(REVIEW, title=TRAP), None),
    ),
    "gathered_invitation": lambda: _gathered(_changed(None, REVIEW), asked=True),
    "invitation_changed": lambda: card_of_notice(
        an_invitation_notice(
            "moved",
            changes=(_changed(REVIEW, replace(REVIEW, when=a_span(12, "15:00"))),),
            overlaps=(TRAP,),
        ),
        a_person(),
        NOW,
    ),
    "link_which": lambda: which_card(("google", "microsoft", "caldav", "feed")),
    "link_form": lambda: form_card(CALDAV),
    "link_form_icloud": lambda: form_card(ICLOUD, careful="That was a password."),
    "link_form_feed": lambda: form_card(FEED),
    "link_page": lambda: page_card(GOOGLE, "https://convene.example/link/google/start/x", "l1"),
    "link_code": lambda: code_card(MICROSOFT, BEGUN, "l1"),
    "link_keep": lambda: keep_card(GOOGLE, "l1", FOUND, wants_code=True),
    "linked": lambda: linked_card(ACCOUNT, (PERSONAL, LINKED)),
    "link_failed": lambda: failed_card(CALDAV, "No calendar server answers there."),
    "link_wrong_code": lambda: wrong_code_card("l1", 2),
    "link_wrong_code_last": lambda: wrong_code_card("l1", 0),
    "link_said": lambda: said_card("Not linked."),
    "calendars": lambda: calendars_card(
        (PERSONAL, LINKED), (LINK, Link(account=UNWELL, states=())), NOW
    ),
    "unlink": lambda: unlink_card(LINK),
    "unlinked": lambda: unlinked_card(ACCOUNT, is_revoked=False),
    "feed_choice": lambda: choice_card("your calendars", "ana", (FEED_GIVEN,), NOW),
    "feed_list": lambda: list_card((FEED_GIVEN, replace(FEED_GIVEN, id="f2", calendar="")), NOW),
    "feed_made": lambda: made_card(TRAP, FEED_GIVEN, "https://convene.example/feeds/t0ken.ics"),
    "feed_outcome": lambda: feed_outcome("✓ Revoked: that address answers nobody any more."),
    "erase": lambda: erase_card(THERE, "ana.1773126000"),
    "erased": lambda: erased("Kept: nothing was erased."),
}
