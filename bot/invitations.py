"""Answers to invitations as buttons. Each names the event and when it is, as its card tells it, so
that a press on it is the answer itself: it says exactly what it does (law 1).

What a press comes to is `change_presses`; the news that carry these buttons are `notice_cards`.
"""

from datetime import datetime, timedelta

from bot.chat.cards import Button
from calendar_core.changes.change import PendingChange, Reply
from calendar_core.events import Answer, EventId, Scope
from calendar_core.when import DaySpan, TimeSpan

ANSWERS = {"accept": Answer.ACCEPTED, "maybe": Answer.TENTATIVE, "refuse": Answer.DECLINED}
"""The verb of each button."""
_LABELS = {"accept": "Accept", "maybe": "Maybe", "refuse": "Decline"}
_QUESTIONS = {
    Answer.ACCEPTED: "Accept",
    Answer.TENTATIVE: "Answer maybe to",
    Answer.DECLINED: "Decline",
}


def answer_buttons(
    event: EventId, when: TimeSpan | DaySpan, given: Answer | None = None
) -> tuple[Button, ...]:
    """All answers but the one that was given."""
    subject = f"{event}@{_told(when)}"
    return tuple(
        Button(label=_LABELS[verb], value=f"{verb}:{subject}")
        for verb, answer in ANSWERS.items()
        if answer is not given
    )


def split_subject(subject: str) -> tuple[EventId, str]:
    """What a button stands for: the event, and when its card told it to be; the latter empty on
    buttons that never said."""
    event, _, told = subject.partition("@")
    return EventId(event), told


def is_told(told: str, when: TimeSpan | DaySpan) -> bool:
    """Whether an event is when its card told it to be."""
    return told == _told(when)


def answer_of(change: PendingChange) -> Answer | None:
    """What a change answers to an invitation; None for any other change."""
    answers = [edit.answer for edit in change.edits if isinstance(edit, Reply)]
    return answers[0] if answers and answers[0] is not Answer.OPEN else None


def asks_to(answer: Answer) -> str:
    """An answer as the beginning of a question: "Answer maybe to"."""
    return _QUESTIONS[answer]


def other_answers(change: PendingChange, *, stands: bool) -> tuple[Button, ...]:
    """Buttons to answer otherwise, under what came of an answer; all of them once it was taken
    back. An answer to a part of a series has none: a button would answer all of it."""
    answer, (glimpse, *more) = answer_of(change), change.glimpses
    event = glimpse.after or glimpse.before
    if answer is None or more or event is None or glimpse.target is None:
        return ()
    if glimpse.scope not in (None, Scope.ALL):
        return ()
    return answer_buttons(glimpse.target.event_id, event.when, answer if stands else None)


def _told(when: TimeSpan | DaySpan) -> str:
    """A few characters that differ wherever what is told differs."""
    if isinstance(when, DaySpan):
        return f"{when.first:%Y%m%d}+{(when.until - when.first).days}d"
    return f"{_minutes(when.start)}+{(when.end - when.start) // timedelta(minutes=1)}"


def _minutes(at: datetime) -> int:
    return int(at.timestamp()) // 60
