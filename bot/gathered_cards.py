"""What others changed in somebody's linked calendars, as one card. Pure; gathering it is
`gathering`.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.chat.cards import Button, Card, CardKind
from bot.countering import counter_button, move_button
from bot.invitations import answer_buttons
from bot.news_words import Told, listener, say_as_it_was, say_changed
from bot.people import Person
from bot.wording import say_count
from scheduler.notices import Brought, CalendarsChanged

MOST_LINES = 8
MOST_ASKED = 3
"""So many invitations get a button on one card."""
LONGEST_TITLE = 30
ASKED = "asked"
"""The verb of the button that shows an invitation of several on a card of its own."""


def gathered_card(notice: CalendarsChanged, person: Person, now: datetime) -> Card:
    """One change as a sentence; several as a list, the rest counted."""
    to = listener(person, now)
    lines: dict[str, Told] = {}
    for one in notice.brought:
        change = one.change
        if change.before == change.after and not change.answers:
            told = say_as_it_was(change, to)
        else:
            told = say_changed(change, to, is_cancelled=change.is_cancelled)
        lines.setdefault(told.text, told)
    shown = list(lines.values())[:MOST_LINES]
    more = len(lines) - len(shown)
    title = (f"{say_count(len(lines), 'change')} in your calendars",) if len(lines) > 1 else ()
    body = [(told.text,) for told in shown] + ([(f"… and {more} more.",)] if more else [])
    return Card(
        kind=CardKind.NOTICE,
        title=title,
        body=tuple(body),
        buttons=_buttons(notice.brought),
        moments=tuple(dict.fromkeys(moment for told in shown for moment in told.moments)),
    )


def _buttons(brought: Iterable[Brought]) -> tuple[Button, ...]:
    known = [(one.change, one.occurrence) for one in brought if one.occurrence is not None]
    asked = [one for change, one in known if not change.answers]
    proposed = [
        (one, guest.proposed)
        for change, one in known
        for guest in change.answers
        if guest.proposed is not None
    ]
    if len(asked) == 1:
        one = asked[0]
        return (*answer_buttons(one.event_id, one.when), counter_button(one.event_id))
    if not asked and len(proposed) == 1:
        return (move_button(*proposed[0]),)
    return tuple(
        Button(label=f"Answer {_short(one.title)}", value=f"{ASKED}:{one.event_id}")
        for one in asked[:MOST_ASKED]
    )


def _short(title: str) -> str:
    cut = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
    return f'"{cut or "(no title)"}"'
