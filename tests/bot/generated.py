"""Valid arguments for every tool, generated from its own pydantic model and a full calendar.

Names, refs and times are drawn from what stands there, so that most calls reach their end; hostile
texts are among them. A field that this knows nothing of is drawn from its JSON schema's type.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pydantic.fields import FieldInfo

from bot.tools.arguments import Arguments, TimeWords
from tests.bot.seeded import MARKUP, ORDERS, Seeded

TIMES = (
    "tomorrow at 10", "Friday 14:00", "Thursday 9-11", "next Monday at 8:30", "2026-03-17 15:00",
    "tomorrow", "on 24 March", "Wednesday afternoon", "next week", "every Tuesday at 9",
)  # fmt: skip
POINTS = TIMES[:5]
LENGTHS = ("45 minutes", "an hour and a half", "2 hours", "1 day", "30 minutes")
SHIFTS = ("half an hour later", "2 days earlier", "30 minutes", "1 week later")
HOURS = ("8:30 to 16:00", "from 9 to 17", "22:00 to 7:00", "none")
NAMES = ("Bo", "Kim", "Bo and Kim", "Eve", "eve@evil.example", "max@example.org", "nobody", "@Kim")
TEXTS = (
    "Lunch",
    "Plan the week",
    "Standup",
    "yes",
    "confirm",
    "",
    MARKUP,
    ORDERS,
    "a\r\nb\x00",
    "é" * 300,
)
TITLES = (
    "dentist",
    "Standup",
    "the design review",
    "gym",
    "lunch",
    "sync",
    "party",
    "review",
    "xyzzy",
)
HABITS = {
    "working_hours": HOURS, "quiet_hours": HOURS, "working_days": ("Mon to Thu", "weekdays"),
    "zone": ("Tokyo", "Europe/Berlin", "America/New_York", "Nowhere"), "digest_at": ("7:30", "off"),
    "all_day_reminder": ("8:00", "9 am"), "pause_reminders_until": ("Monday", "tomorrow at 10"),
    "calendar": ("Personal", "Work", "team", "nowhere"), "repeat": ("every Tuesday at 9", "never"),
    "shift": SHIFTS, "color": ("red", "teal"),
}  # fmt: skip
_LENGTHS = {
    "length",
    "longer_by",
    "leads",
    "reminders",
    "reminder_leads",
    "default_length",
    "buffer",
}
_NEEDS_A_POINT = {
    "create_event",
    "book_meeting",
    "update_event",
    "set_reminder",
    "check_availability",
}


def weighed(
    usual: SearchStrategy[Any], rare: SearchStrategy[Any], one_in: int
) -> SearchStrategy[Any]:
    """Mostly the one, once in so many the other."""
    return st.integers(1, one_in).flatmap(lambda roll: rare if roll == one_in else usual)


@st.composite
def arguments_for(draw: DrawFn, tool: str, model: type[Arguments], there: Seeded) -> dict[str, Any]:
    """A call's arguments: what must be said, and now and then what may be."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        wanted = field.is_required() or draw(_is_said(tool, name))
        if wanted:
            found[name] = draw(_value(tool, name, field, there))
    model.model_validate(found)
    return found


def _is_said(tool: str, name: str) -> SearchStrategy[bool]:
    """Whether an optional argument is given: those that most calls need nearly always."""
    needed = name in ("event", "reminder") or (tool, name) in {
        ("update_event", "title"), ("set_reminder", "text"), ("set_reminder", "when"),
        ("set_group", "members"),
    }  # fmt: skip
    rarely = name in ("event_when", "event_person", "organizer", "person", "zone", "calendar")
    if needed:
        return weighed(st.just(True), st.just(False), 12)
    return weighed(st.just(False), st.just(True), 15 if rarely else 4)


def _value(tool: str, name: str, field: FieldInfo, there: Seeded) -> SearchStrategy[Any]:
    if name == "event":
        return _event(tool, there)
    if name == "reminder":
        return st.sampled_from((*there.reminders, *there.reminders, "report", "plants", "xyzzy"))
    if name in HABITS and "Literal" not in str(field.annotation):
        return st.sampled_from(HABITS[name])
    if name == "keep":
        return st.lists(_event(tool, there), max_size=3)
    if name in (
        "who",
        "guests",
        "optional_guests",
        "optional",
        "remove_guests",
        "members",
        "add",
        "remove",
    ) and "list" in str(field.annotation):
        return _names(field)
    if name in ("person", "organizer", "event_person"):
        return st.sampled_from(("Bo", "Eve", "Kim", "nobody"))
    if name in _LENGTHS:
        return _maybe_many(field, st.sampled_from(LENGTHS))
    if _is_time(field):
        words = POINTS if tool in _NEEDS_A_POINT else TIMES
        return _maybe_many(field, weighed(st.sampled_from(words), st.sampled_from(TIMES), 8))
    return _plain(name, field)


def _event(tool: str, there: Seeded) -> SearchStrategy[Any]:
    """By ref mostly; by words, which may mean several, now and then."""
    own = (*there.single, *there.series)
    refs = {"respond_to_invitation": there.invited, "delete_event": there.refs}.get(tool, own)
    words = st.one_of(st.sampled_from(TITLES), st.sampled_from(TEXTS), st.sampled_from(there.refs))
    return weighed(st.sampled_from(refs), words, 5)


def _names(field: FieldInfo) -> SearchStrategy[list[str]]:
    least = 1 if field.is_required() else 0
    return st.lists(st.sampled_from(NAMES), min_size=least, max_size=4)


def _maybe_many(field: FieldInfo, one: SearchStrategy[str]) -> SearchStrategy[Any]:
    return st.lists(one, max_size=3) if "list" in str(field.annotation) else one


def _is_time(field: FieldInfo) -> bool:
    marks = [*field.metadata, str(field.annotation)]
    return any(isinstance(mark, TimeWords) or "TimeWords" in str(mark) for mark in marks)


def _plain(name: str, field: FieldInfo) -> SearchStrategy[Any]:
    """From the annotation alone."""
    annotation = str(field.annotation)
    if "Literal" in annotation:
        choices = _choices(field)
        return st.sampled_from(choices)
    if "bool" in annotation:
        return st.booleans()
    if "int" in annotation:
        return st.integers(1, 20)
    texts = tuple(text for text in TEXTS if text) if name == "title" else TEXTS
    return weighed(st.sampled_from(texts), st.text(max_size=40), 6)


def _choices(field: FieldInfo) -> tuple[Any, ...]:
    from typing import get_args

    found: list[Any] = []
    todo = [field.annotation]
    while todo:
        one = todo.pop()
        inner = get_args(one)
        found += [value for value in inner if isinstance(value, str)]
        todo += [value for value in inner if not isinstance(value, str | type(None))]
    return tuple(found)
