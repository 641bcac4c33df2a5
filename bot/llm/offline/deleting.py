"""Reading a wish to cancel an event, or all events of a time."""

import re

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.changing import is_rule
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.lexicon import CALENDAR, DELETE, T
from bot.llm.offline.looking import calendar_in
from bot.llm.offline.parting import series_scope, since_day
from bot.llm.offline.sentence import Sentence, as_sentence
from bot.llm.offline.slots import bare, event_words, with_role
from bot.llm.offline.timewords import meaning_of
from calendar_core.phrases import Found, Kind

_ALL = re.compile(
    r"\b(?:all|every|everything|each|entire|whole|both)\b|^(?:clear|wipe|empty|clean|erase"
    rf"|format|rm rf|reset|free up)\b.*\b(?:{CALENDAR}|day|week|morning|afternoon"
    rf"|evening)\b|^(?:{DELETE}) (?:my |the |any )?(?:calendar )?(?:events|meetings"
    r"|appointments|plans|engagements)\b|^(?:clear|wipe|empty|free up|nuke) (?:my |the "
    rf"|out )*{T}"
)


_GONE = re.compile(
    rf"^(?:{DELETE}|no|(?:i|we) (?:don'?t|do not|no longer) (?:want|need|have)(?: to"
    r" (?:go to|attend|do|have))?)\s+",
    re.I,
)


_LATE_VERB = re.compile(
    rf"[\w{T[1:-1]}][,.;!]?\s(?:so |please |can you |could you |just |and )*"
    r"(?P<verb>(?:cancel|delete|remove|clear|scrap|drop)"
    r" (?!it\b|that\b|this\b|them\b|and\b|for\b|on\b|in\b|off\b|the date)\w.*)$",
    re.I,
)
"""The wish itself, after its reason: "I'm sick today, cancel everything"."""
_REASON = re.compile(
    rf"(?:(?<=\w\w)|(?<={T}))[,;.] (?:i|he|she|they|we|it|there|that)(?:'m|'s|'ll|'re|'ve|'d| am"
    r"| is| are| was| were| will| can't| cannot| have| has| had| got| need| want)\b[^,;]*$",
    re.I,
)
"""Why it shall be gone, said behind."""
_TAKE_IT = re.compile(
    r"[,;.]?\s+(?:so |please |and |can you |could you |just )*(?:take|get|remove|delete|cancel|drop"
    r"|clear|scrap) (?:it|that|this|him|her|them)\b(?: off| out)?(?: (?:of|from) (?:my|the|our)"
    r" \w+)?",
    re.I,
)
_CAME_OFF = re.compile(
    r"\b(?:has |have |had |is |was |got |been |just )*(?:cancell?ed|called off|backed out|bailed"
    r"|happening|taking place|going ahead)\b",
    re.I,
)
"""What befell it, in front of the wish to have it gone."""
WHOLE = "the next 365 days"
"""How far all of one calendar reaches."""
_ALL_OF = re.compile(r"(?:all|both|every|the rest of)\b", re.I)
_ONLY = re.compile(rf"^(?:{DELETE}) (?:only|just) (?:the )?{T}|^skip\b.*{T}$")


def _is_habit(time: Found) -> bool:
    """ "Weekly" and "daily": how often the event is, not when."""
    return is_rule((time,)) and " " not in time.text.strip()


def _part_of_today(s: Sentence) -> str | None:
    """ "Clear my afternoon" means today's."""
    match = re.search(r"\b(?:my|the) (?P<part>morning|afternoon|evening|day)\b", s.low)
    if match is None:
        return None
    return "today" if match["part"] == "day" else f"this {match['part']}"


def _on_day(when: str | None, setting: Setting) -> str | None:
    """ "Remove it from Friday" takes from the day; only "from Friday on" reaches further."""
    if when is None or re.search(r"\b(?:on|onwards?|to|until|till|through)$|\s(?:to|-)\s", when):
        return when
    plain = re.sub(r"^(?:of|for) (?!the rest\b)", "", when)
    if plain != when and meaning_of(plain, setting) is not None:
        return plain
    day = re.sub(r"^(?:from|off|out of) ", "", when)
    told = meaning_of(day, setting) if day != when else None
    return day if told is not None and told.kind is Kind.DAY else when


_EXCEPT = re.compile(
    r",?\s+(?:except(?: for)?|apart from|other than|besides|excluding|but(?: not| keep)?"
    r"|but leave)\s+(?:the |my |our )?(?P<what>[^,.;]+?)(?: (?:alone|in))?$",
    re.I,
)


_CLEAN = re.compile(r"\b(calendar|schedule|day|week) clean\b", re.I)


def _kept(s: Sentence, setting: Setting) -> tuple[Sentence, list[str]]:
    """What stays of "everything tomorrow except lunch", and the wish without it."""
    match = _EXCEPT.search(s.text)
    if match is None or not _ALL.search(s.low):
        return s, []
    what, day = match["what"], ""
    told = as_sentence(what, setting)
    if len(told.times) == 1 and told.marked.endswith("\ue000") and len(told.marked) > 2:
        what, day = told.marked[:-1].strip(), told.times[0].text
    pieces = re.split(r"\s*(?:,|\band\b|&)\s*(?:the |my |our )?", what)
    found = [bare(piece) for piece in pieces if piece]
    if any(as_sentence(piece, setting).times and not _is_hour(piece, setting) for piece in pieces):
        return s, []
    return as_sentence(f"{s.text[: match.start()]} {day}".strip(), setting), [
        one for one in found if one
    ][:50]


def _is_hour(piece: str, setting: Setting) -> bool:
    """Whether a piece is nothing but an hour: "the 3pm"."""
    told = meaning_of(piece, setting)
    return told is not None and told.kind is Kind.INSTANT and not told.day_said


def _is_calendar(name: str | None, calendar: str) -> bool:
    """ "Clear the team calendar" names no event."""
    return (name or "").casefold().strip("# ") == calendar.casefold().strip("# ")


def read_delete(s: Sentence, setting: Setting) -> Frame:
    """An event, or several, to be cancelled."""
    s, keep = _kept(s, setting)
    if _CLEAN.search(s.text):
        s = as_sentence(_CLEAN.sub(r"\1", s.text), setting)
    piece = re.sub(r"\b(?:because|since|as i|so that)\b.*$", "", s.marked)
    if _TAKE_IT.search(piece):
        piece = _CAME_OFF.sub(" ", _TAKE_IT.sub(" ", piece))
    piece = _REASON.sub("", piece)
    late = _LATE_VERB.search(piece)
    words = event_words(s, _GONE.sub("", piece[late.start("verb") :] if late else piece))
    every = bool(_ALL.search(s.low) or any(_ALL_OF.match(t.text) for t in s.times))
    scope = series_scope(s.low) or ("this" if not every and _ONLY.match(s.low) else None)
    day = since_day(s, setting) if words.name or words.person else None
    if day:
        known = filled(event=words.name, person=words.person, when=day, scope=scope or "following")
        return asking.complete(Frame(tool="delete_event", arguments=known), setting)
    times = tuple(t for t in s.times if not (words.name or words.person) or not _is_habit(t))
    # Which calendar is meant, the tool reads in the same words.
    calendar = calendar_in(s, setting) if every and scope is None else None
    known = filled(
        event=None if calendar and _is_calendar(words.name, calendar) else words.name,
        person=words.person,
        when=_on_day(s.when(times), setting)
        or with_role(s.times, "length", "shift")
        or _part_of_today(s)
        or (WHOLE if calendar else None),
        every=every and scope is None,
        keep=keep if every and scope is None else None,
        scope=scope,
    )
    return asking.complete(Frame(tool="delete_event", arguments=known), setting)
