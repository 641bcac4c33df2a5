"""What is missing before a tool can be called, and the one short question for it."""

import re
from datetime import datetime, timedelta
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.lexicon import WHOLE_DAY
from bot.llm.offline.timewords import meaning_of
from bot.wording import with_capital_days
from calendar_core.phrases.meaning import Kind, Meaning


def complete(frame: Frame, setting: Setting) -> Frame:
    """The frame with a question, when something is missing."""
    question = _QUESTIONS.get(frame.tool, _nothing)(dict(frame.arguments), setting)
    return Frame(
        tool=frame.tool,
        arguments=_told(frame),
        ask=question,
        pointed=frame.pointed,
    )


def _told(frame: Frame) -> dict[str, Any]:
    """The arguments that say something; "no" to a preference does."""
    if frame.tool == "set_preferences":
        return dict(frame.arguments)
    return filled(**frame.arguments)


def _nothing(known: dict[str, Any], setting: Setting) -> str | None:
    return None


def _create(known: dict[str, Any], setting: Setting) -> str | None:
    if not known.get("title") and not known.get("when"):
        return "What shall I put in, and when?"
    if not known.get("title"):
        return "What shall I call it?"
    return _hour(known, str(known["title"]), setting)


def _book(known: dict[str, Any], setting: Setting) -> str | None:
    title = known.get("title") or "meeting"
    return _hour(known, str(title), setting)


def fills_days(title: str) -> bool:
    """Whether such an event usually has no hour: a birthday, a trip."""
    return bool(_WHOLE_DAY.search(title))


_WHOLE_DAY = re.compile(rf"\b{WHOLE_DAY}\b", re.I)


def _hour(known: dict[str, Any], title: str, setting: Setting) -> str | None:
    """A day is enough, the card says that it is a whole one; a length or a mere part of a day is
    not."""
    when = known.get("when")
    if not when:
        return f'When is "{title}"?'
    meaning = meaning_of(str(when), setting)
    if known.get("all_day") or not isinstance(meaning, Meaning) or fills_days(title):
        return None
    place = str(known.get("location") or "").casefold()
    if known.get("show_as") or (place and title.casefold() == place):
        return None
    if meaning.kind is Kind.DAYS and _RANGE.search(str(when)):
        return None
    if meaning.kind in (Kind.DAY, Kind.RULE) and not meaning.time_said and _MEAL.search(title):
        return f'What time is "{title}" {_on(str(when))}?'
    if meaning.kind is Kind.DAY:
        return f'What time is "{title}" {_on(str(when))}?' if known.get("length") else None
    if meaning.kind is Kind.DAYS:
        return f'Which day is "{title}", and at what time?'
    if meaning.kind is Kind.RULE and meaning.hours and not meaning.time_said:
        return f'What time is "{title}" {_on(str(when))}?'
    if meaning.vague and _is_part_of_day(meaning) and not known.get("length"):
        return f'What time is "{title}" {_on(str(when))}?'
    return None


_MEAL = re.compile(r"\b(?:breakfast|brunch|lunch|dinner|supper)\b", re.I)
"""What has an hour, whatever else: it is never all day."""
_RANGE = re.compile(
    r"\b(?:to|through|until|till|from)\b|\s?[-–]\s?"
    r"|\bfor (?:\S+ ){1,3}(?:days|weeks|nights|months|weekend)\b|\b(?:all|whole|entire|for the)"
    r" (?:week|weekend|month)\b",
    re.I,
)


def _is_part_of_day(told: Meaning) -> bool:
    """Whether hours are left open: "Friday morning", but not "later today around 4"."""
    if told.kind is not Kind.SPAN:
        return False
    if not isinstance(told.start, datetime) or not isinstance(told.end, datetime):
        return True
    return told.end - told.start > timedelta(hours=1)


def _on(when: str) -> str:
    when = with_capital_days(re.sub(r"^(?:for|at|starting(?: on)?|sometime|due) ", "", when))
    if when[:1].isdigit() and " " in when:
        return f"({when})"
    return when if when.split()[0].casefold() in _SELF_STANDING else f"on {when}"


_SELF_STANDING = {
    *(
        "today",
        "tomorrow",
        "tonight",
        "this",
        "next",
        "on",
        "in",
        "at",
        "every",
        "the",
        "for",
        "from",
    ),
    *(
        "yesterday",
        "last",
        "sometime",
        "before",
        "after",
        "by",
        "daily",
        "between",
        "until",
        "during",
        "all",
    ),
}


def _update(known: dict[str, Any], setting: Setting) -> str | None:
    changes = set(known) - {"event", "event_when", "event_person", "scope"}
    points = known.get("event") or known.get("event_when") or known.get("event_person")
    if not points:
        return "Which event shall I change?"
    if not changes:
        return f"What shall I change about {_event(known)}: when should it be?"
    return None


def _event(known: dict[str, Any]) -> str:
    named = known.get("event") and not _REF.fullmatch(str(known["event"]))
    return f'"{known["event"]}"' if named else "it"


_REF = re.compile(r"[0-9a-f]{24}(?:@.*)?")
"""What names an event among tools; nobody is shown it."""


def _delete(known: dict[str, Any], setting: Setting) -> str | None:
    if known.get("event") or known.get("when") or known.get("person"):
        return None
    if known.get("every"):
        return "Everything, or which day?"
    return "Which event shall I cancel?"


def _invite(known: dict[str, Any], setting: Setting) -> str | None:
    if not known.get("who"):
        return "Whom shall I invite?"
    if not known.get("event") and not known.get("event_when"):
        return "To which event?"
    return None


def _answer(known: dict[str, Any], setting: Setting) -> str | None:
    if not known.get("answer"):
        return "Accept, maybe or decline?"
    return None


def _remind(known: dict[str, Any], setting: Setting) -> str | None:
    if known.get("leads") and not known.get("event") and not known.get("event_when"):
        return "Before which event?"
    if not known.get("text") and not known.get("event"):
        return (
            "What shall I remind you of?"
            if known.get("when")
            else "What shall I remind you of, and when?"
        )
    if known.get("event") or known.get("when") or known.get("event_when"):
        return None
    return "When shall I remind you?"


def _unremind(known: dict[str, Any], setting: Setting) -> str | None:
    if known.get("reminder") or known.get("when") or known.get("every"):
        return None
    return "Which reminder?"


def _check(known: dict[str, Any], setting: Setting) -> str | None:
    return None if known.get("when") else "For which time?"


def _prefer(known: dict[str, Any], setting: Setting) -> str | None:
    return None if known else "Which setting, and to what?"


_QUESTIONS = {
    "create_event": _create,
    "book_meeting": _book,
    "update_event": _update,
    "delete_event": _delete,
    "add_participants": _invite,
    "respond_to_invitation": _answer,
    "set_reminder": _remind,
    "cancel_reminder": _unremind,
    "check_availability": _check,
    "set_preferences": _prefer,
}
