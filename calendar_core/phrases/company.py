"""Company: whether a word is a time where it stands.

In a sentence numbers count things, "May" asks, "the second" is a place, and people are called
April: there a piece of a time needs company. In a phrase of its own every word is about time.
"""

from calendar_core.phrases.dates import days
from calendar_core.phrases.drafts import Draft
from calendar_core.phrases.lexicon import ORDINALS, PLURAL_WEEKDAYS, UNITS, WEEKDAYS, word_set
from calendar_core.phrases.rules import rules
from calendar_core.phrases.terms import Clock, Dated, Feast, Season, Term, Unit, Weekday
from calendar_core.phrases.times import part, part_of_day
from calendar_core.phrases.words import Words
from calendar_core.phrases.zonewords import zone

TIMELY = word_set(
    "at @ around about approximately approx circa roughly exactly precisely ~ by from starting"
)
_AFTER_TIME = word_set(
    "to until till through and or on in at for with by instead please tonight from every each "
    "starting both because so then if but about around as this next i we you he she they it "
    "my our the a an is are was will can could do does did has have should would until since "
    "after before of"
)
_SEASONAL = word_set("in on at during by until before after since from between over around")
_SHORT_DAYS = word_set("mon tue tu wed th thu fri fr sat sun")
_RULE_DAYS = WEEKDAYS.keys() | PLURAL_WEEKDAYS.keys() | word_set("weekday weekend workday")
_PLACES = word_set("floor street avenue st ave level deck road row place try day")
_NUMBERED = word_set("room gate platform terminal hall suite studio track")
"""What a number behind it names."""
_COUNTED = word_set(
    "people persons person guests guest participants attendees players friends kids children "
    "adults members pax seats tickets rooms copies pages items pieces candidates students "
    "colleagues euros dollars bucks km kilometers miles pounds kilos kg degrees points win loss "
    "percent of dozen more other others rounds sets games laps sessions classes lessons calls "
    "bottles boxes bags"
)
"""What a number in front of it counts."""
_ENDS = word_set("to - until till and")
_DAY_COMPANY = word_set(
    "on the for of until from by before after since between to through till is in this next "
    "last during over around about every each"
)


def is_day_here(r: Words, at: int, end: int, term: Term, draft: Draft) -> bool:
    """Whether words in a sentence that could be something else are a day there."""
    before = r.t[at - 1] if at else ""
    if before in ("$", "#", "+") and r.glued[at]:
        return False
    company = before in _DAY_COMPANY or draft.left.day is not None or draft.rule is not None
    if isinstance(term, Dated):
        return _plausible_date(r, at, end, term, company, before)
    if isinstance(term, Weekday) and r.t[at] in _SHORT_DAYS:
        return company or may_follow(r, end)
    if isinstance(term, Feast | Season) and not term.which:
        return before in _SEASONAL or term.year is not None or may_follow(r, end)
    if isinstance(term, Unit) and term.n == 0 and r.t[at] in ("the", "my", "our"):
        return before != "of" and term.unit != "day" and r.t[end] != "end"
    return True


def _plausible_date(r: Words, at: int, end: int, term: Dated, company: bool, before: str) -> bool:
    """Whether part of a date is one: bare years, months that are words, bare days, digits."""
    if term.day is None and term.month is None:
        return before in ("in", "since", "until", "from", "before", "after", "during", "by")
    if term.day is None and r.t[at] in ("may", "march", "mar", "jan", "april", "june", "august"):
        return company or term.year is not None
    if term.loose:
        return company
    if term.day is not None and term.month is None and term.weekday is None:
        counted = r.v[at] >= 0 or r.t[at] == "the" or before == "the"
        if counted and (before == "on" or r.t[at - 1 : at + 1] == ["on", "the"]):
            return r.t[end] not in _PLACES
        return (company or r.t[at] == "the") and may_follow(r, end)
    return True


def fits_beside(r: Words, at: int, end: int, clock: Clock, draft: Draft) -> bool:
    """Whether a bare number behind a dash is an hour, and not a score or a telephone's."""
    left = draft.left.clock
    if draft.side == 1 and left is not None and left.weak and r.t[at - 1] == "-":
        if len(r.t[at]) > 2:
            return left.minute % 5 == 0 and clock.minute % 5 == 0
        return clock.hour > left.hour or (left.hour >= 8 and clock.hour <= 7)
    if draft.side == 0 and draft.left.is_empty and not draft.bound and at == draft_start(r, at):
        if r.once(days, end) or r.once(part, end) is not None:
            return True
        if r.once(part_of_day, end) is not None:
            return True
        return r.t[end] in ("-", "to", "until", "and", "through")
    return True


def draft_start(r: Words, at: int) -> int:
    """The position itself where no timely word stands before it, else the one before."""
    timely = at > 0 and (r.t[at - 1] in TIMELY or (r.editing and r.t[at - 1] in ("to", "it")))
    return at - 1 if timely else at


def is_clock_here(r: Words, at: int, end: int, draft: Draft, before: str, pieces: int) -> bool:
    """Whether a bare number may be a time here."""
    behind = r.t[end]
    if behind in ("%", "/", "percent", "people", "st", "nd", "rd", "th", "times", "dollars", "x"):
        return False
    if before in ("$", "#", "+", "=", "£", "€", "/", "no") or (behind == "." and r.v[end + 1] >= 0):
        return False
    if behind == "." and r.glued[end + 1] and r.v[end + 1] >= 0:
        return False
    if r.glued[end] and (behind.isalpha() or behind in ("_", "'")):
        return False
    if behind in PLURAL_WEEKDAYS and behind not in WEEKDAYS and before not in TIMELY:
        return False
    if behind in UNITS and (before != "at" or behind != "second"):
        return False
    if before == ",":
        stretch = r.whole and draft.left.day is not None and behind in ("-", "to", "until")
        return stretch or draft.left.clock is not None
    if before in _NUMBERED and not r.whole and behind not in ("-", "to", "until"):
        return False
    if r.t[at] == "one" and (before in ORDINALS or before in ("last", "next", "this")):
        return False
    if r.whole:
        return before != "the" and not _is_number_with_area(r, end)
    if before == "on" or (behind == "-" and _is_telephone(r, end)):
        return False
    small = len(r.t[end - 1]) < 3 and r.v[end - 1] <= 12
    if (before in ("at", "@") and small) or may_follow(r, end):
        return True
    return before in _ENDS and _closes(r, at, end, draft)


def _closes(r: Words, at: int, end: int, draft: Draft) -> bool:
    """Whether a bare number ends a stretch of hours, with a name behind: "Friday 9 to 11 yoga"."""
    left = draft.left.clock
    if draft.side != 1 or left is None or r.t[end] in _COUNTED or not r.t[end].isalpha():
        return False
    if len(r.t[end - 1]) > 2 and r.v[end - 1] % 5:
        return False
    opened = draft.left.day is not None or draft.rule is not None or not draft.lone
    return opened and (r.v[end - 1] <= 24 or end > at + 1)


def _is_number_with_area(r: Words, end: int) -> bool:
    """Whether three and four digits around a dash are a telephone's: 555-1234."""
    joined = r.t[end] == "-" and r.glued[end] and r.glued[end + 1]
    return joined and len(r.t[end - 1]) == 3 and len(r.t[end + 1]) == 4


def _is_telephone(r: Words, end: int) -> bool:
    """Whether digits around a dash are no round times: 555-1234."""
    joined = r.glued[end] and r.glued[end + 1] and len(r.t[end + 1]) > 2
    return joined and bool(r.v[end + 1] % 5 or r.v[end - 1] % 5)


def may_follow(r: Words, end: int) -> bool:
    """Whether a bare number in a sentence is followed by what may follow a time."""
    word = r.t[end]
    if not word or not word[0].isalnum() or word in _AFTER_TIME:
        return True
    return bool(r.once(days, end) or r.once(part, end) or r.once(zone, end) or r.once(rules, end))


def is_part_here(r: Words, at: int, end: int, before: str, draft: Draft) -> bool:
    """Whether a part of the day in a sentence is one, and not a greeting or a name."""
    if r.t[at] == "eve" or before == "good":
        return False
    if draft.rule is not None and draft.rule.days and r.t[at - 1] in _RULE_DAYS:
        return True
    company = before in (
        "in",
        "the",
        "this",
        "during",
        "every",
        "each",
        "by",
        "at",
        "late",
        "before",
    )
    return company or end > at + 1 or bool(r.once(days, end)) or r.t[end] in ("of", "on")


def is_mealtime(r: Words, at: int, end: int, draft: Draft, before: str) -> bool:
    """Whether a meal names a time here, and not the event itself."""
    if r.whole or r.t[at].endswith("time"):
        return True
    return before in ("at", "after", "before", "during", "around", "over", "by")
