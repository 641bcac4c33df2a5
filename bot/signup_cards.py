"""The outcome card of an event on a channel's own calendar, with who comes. Pure; presses on it are
`signups`.
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.chat.cards import Button, Card, Line
from bot.confirmations import Reader
from bot.wording import moments_of, say_line
from calendar_core.changes.change import ChangeStatus, Create, PendingChange
from calendar_core.events import Answer, Event, Guest, Status

IN, PERHAPS, CANT = "in", "perhaps", "cant"
"""The verbs of the buttons."""
ANSWERED = {IN: Answer.ACCEPTED, PERHAPS: Answer.TENTATIVE, CANT: Answer.DECLINED}
_LABELS = {IN: "I'm in", PERHAPS: "Maybe", CANT: "Can't"}
_LISTED = {Answer.ACCEPTED: "In", Answer.TENTATIVE: "Maybe", Answer.DECLINED: "Can't"}
MOST_NAMED = 20


def takes_sign_ups(change: PendingChange) -> bool:
    """Whether people may sign up on a change's card: it put one event on a channel's calendar,
    where all see it."""
    return (
        change.public
        and change.status is ChangeStatus.APPLIED
        and change.undoes is None
        and len(change.edits) == 1
        and isinstance(change.edits[0], Create)
        and len(change.glimpses) == 1
        and change.glimpses[0].target is not None
    )


def is_on(event: Event | None) -> bool:
    """Whether an event still takes place."""
    return event is not None and event.status is not Status.CANCELLED


def dressed(card: Card, change: PendingChange, event: Event | None, reader: Reader) -> Card:
    """The card with how its event stands now, who comes, and the buttons to say so."""
    if event is None or not is_on(event):
        return replace(card, body=(*card.body, ("Cancelled since.",)), buttons=())
    made = change.glimpses[0].after
    lines: list[Line] = []
    moments = card.moments
    if made is not None and (made.when, made.title) != (event.when, event.title):
        told = reader.when(event)
        name = "" if made.title == event.title else f' "{say_line(event.title)}",'
        lines.append((f"Now:{name} {told}.",))
        moments = (*moments, *moments_of([(told, event.when)]))
    listed = list_of(event.guests)
    if listed:
        lines.append((listed,))
    buttons = [Button(label=label, value=f"{verb}:{change.id}") for verb, label in _LABELS.items()]
    if made is None or _told(made) == _told(event):
        # Else its making can't be taken back any more: what was changed since would go too.
        buttons += card.buttons
    return replace(card, body=(*card.body, *lines), buttons=tuple(buttons), moments=moments)


def _told(event: Event) -> tuple[object, ...]:
    rule = event.repeat.rule if event.repeat is not None else ""
    return event.title, event.when, event.location, event.description, rule


def list_of(guests: Iterable[Guest]) -> str:
    """Says "In: Ana, Bo · Maybe: Kim"; nothing while nobody has answered."""
    known = list(guests)
    parts = []
    for answer, label in _LISTED.items():
        names = [
            say_line(one.name or one.email or "a guest") for one in known if one.answer is answer
        ]
        if names:
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            parts.append(f"{label}: {', '.join(names[:MOST_NAMED])}{more}")
    return " · ".join(parts)
