"""What a round came to, in figures."""

from calendar_core.events import Answer, CalendarId, EventId, Guest, RecurrenceId
from calendar_core.people import PersonId
from calendar_core.report import Changed, EventNews, Report
from calendar_core.sync.plan import Came


def _news(what: str, *changes: Changed, times: bool = False) -> EventNews:
    return EventNews(
        event_id=EventId("e"),
        calendar_id=CalendarId("c"),
        owner=PersonId("me"),
        what=what,
        times_changed=times,
        changes=changes,
    )


def _became(*, answers: tuple[Guest, ...] = (), is_cancelled: bool = False) -> Changed:
    return Changed(
        recurrence_id=RecurrenceId(""),
        before=None,
        after=None,
        answers=answers,
        is_cancelled=is_cancelled,
    )


def test_each_event_is_told_once_by_what_matters_most() -> None:
    guest = Guest(address="mailto:ana@example.org", answer=Answer.ACCEPTED)
    report = Report(
        news=(
            _news("added", times=True),
            _news("changed", times=True),
            _news("changed"),
            _news("changed", _became(answers=(guest,))),
            _news("changed", _became(is_cancelled=True), times=True),
            _news("removed", _became(is_cancelled=True), times=True),
            _news("removed", times=True),
        ),
        unreadable=("broken",),
    )
    assert Came(read=7).and_then(report) == Came(
        added=1, moved=1, changed=1, answered=1, cancelled=2, removed=1, unreadable=1, read=7
    )
