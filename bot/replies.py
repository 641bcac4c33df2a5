"""Every sentence that the bot itself says, beside tools and cards: outcomes, refusals, one per
error."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.wording import say_past
from calendar_core.errors import (
    CalendarError,
    ChangedMeanwhile,
    NotAllowed,
    NotFound,
    SignInNeeded,
    TryLater,
)

NOT_YOURS = "This is {owner}'s to decide."
NOT_YOUR_INVITATION = "This invitation is somebody else's to answer."
NOT_YOUR_REMINDER = "This reminder is somebody else's."
ALREADY_DONE = "✓ Already done."
HAS_RUNG = "It has rung: nothing is left to take back."
EXPIRED = "This has expired; nothing was changed. Ask me again if you still want it."
SUPERSEDED = "There is a newer version of this card. Use that one."
UNDO_OVER = "Undo works for 24 hours; that is over. Say what you want changed instead."
NOTHING_LEFT_TO_DO = "It stands like that already; there is nothing left to do."
ANSWERED_ALREADY = "That is your answer already; nothing was changed."
NOTHING_OPEN = "Nothing is waiting for you."
FROM_ASSISTANT = "Another assistant of yours asks that: a word won't do, press its button."
SEVERAL_OPEN = "There are {count} open cards. Which one? They stand below again."
STILL_SEVERAL_OPEN = "There are still {count} open cards above. Press the one that you mean."
NOT_CHANGED = "Left as it was."
CARD_GONE = "I no longer know this card. Ask me again, please."
BUTTON_UNKNOWN = "I don't know that button any more. Ask me again, please."
FALLBACK = "(My language model does not answer, so I read this one by rules.)"
TOO_MANY_ROUNDS = "I went round in circles with that. Could you say it in smaller steps?"


def already(done: str, at: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    """What a second press is told: "Already done at 14:02."."""
    if at is None:
        return f"Already {done}."
    return f"Already {done} {say_past(at, zone, now)}."


def for_error(error: CalendarError) -> str:
    """What a person is told of an error, with the next step."""
    words = str(error)
    match error:
        case SignInNeeded():
            return words or "I need you to link that calendar again."
        case TryLater():
            return words or "That calendar does not answer right now. Try again in a minute."
        case ChangedMeanwhile():
            return words or "This has changed meanwhile. Have a fresh look and try again."
        case NotFound():
            return words or "I can't find that any more."
        case NotAllowed():
            return words or "I may not change that calendar."
        case _:
            return words or "That did not work; nothing was changed."


def for_bug(incident: str) -> str:
    """What a person is told of a bug: an incident id, never its text (law 11)."""
    return (
        f"Something broke on my side, and nothing was changed. Try it again; if it stays, give "
        f"whoever runs me this number: {incident}."
    )
