"""Cards about another time for an invitation, as the bot makes them."""

from collections.abc import Callable
from dataclasses import replace

from bot.chat.cards import Card
from bot.confirmations import card_of
from bot.notice_cards import card_of_notice
from calendar_core.changes.change import ChangeStatus, Remark, Reply
from calendar_core.events import Answer
from calendar_core.people import PersonId
from scheduler.notices import CounterProposed
from tests.builders import (
    NOW,
    a_change,
    a_glimpse,
    a_guest,
    a_person,
    a_reader,
    a_span,
    an_event,
    an_occurrence,
)

INSTEAD = a_span(13, "15:00", 30)
WORDS = "<!here> in *Rome* that day"


def _asked(status: ChangeStatus) -> Card:
    """A guest's answer with another time."""
    review = an_event("Design review", a_span(16, "10:00", 30))
    glimpse = a_glimpse(review, review)
    assert glimpse.target is not None
    reply = Reply(target=glimpse.target, answer=Answer.DECLINED, note=WORDS, proposed=INSTEAD)
    heard = Remark(kind="invited", text="Bo is told here in chat")
    change = a_change(glimpse, status=status, edits=(reply,), remarks=(heard,))
    return card_of(change, a_reader())


def _proposed() -> Card:
    """What its organizer hears."""
    guest = a_guest("*Kim* <!here>", answer=Answer.DECLINED)
    notice = CounterProposed(
        key="k",
        owner=PersonId("ana"),
        event=an_occurrence().event_id,
        occurrence=an_occurrence("Review", a_span(12, "14:00")),
        guest=replace(guest, note=WORDS, proposed=INSTEAD),
    )
    return card_of_notice(notice, a_person(), NOW)


INVITATION_MAKERS: dict[str, Callable[[], Card]] = {
    "another_time": lambda: _asked(ChangeStatus.PROPOSED),
    "another_time_said": lambda: _asked(ChangeStatus.APPLIED),
    "another_time_proposed": _proposed,
}
