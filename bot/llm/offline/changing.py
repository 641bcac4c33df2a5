"""Reading a wish to change an event. Cancelling one is `deleting`, its guests are `inviting`."""

import re
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.ending import ended
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.inviting import taken_off
from bot.llm.offline.lexicon import CALENDAR, DELETE, UPDATE, Q, T
from bot.llm.offline.linkwords import link_wish
from bot.llm.offline.parting import on_that_day, series_scope, wish_alone, without_since
from bot.llm.offline.people import LIST, names_of
from bot.llm.offline.sentence import Sentence, as_sentence
from bot.llm.offline.shifting import shift_in
from bot.llm.offline.slots import bare, event_words, is_place, trimmed, with_role
from bot.llm.offline.timewords import meaning_of
from calendar_core.phrases import Found, Kind, Meaning

_VERB = re.compile(
    rf"^(?:{UPDATE}|{DELETE}|make|have|set|schedule|put|add)\s+(?:back |forward |up |out )?", re.I
)
_TITLE = re.compile(
    r"(?:\b(?:rename|retitle)\s+(?P<a>.+?)\s+(?:to|as)|\b(?:change|update|edit|set|switch"
    r"|modify)\s+(?:the\s+)?(?:name|title|subject)\s+(?:of|for|on)?\s*(?P<b>.*?)\s*\b(?:to"
    rf"|as|from)|\bcall\s+(?P<c>it|(?:the|my|{T}).+?)(?=\s+{Q}"
    r"|\s+[A-Z]|(?<= meeting)\s|(?<= event)\s|(?<= appointment)\s))\s*(?::\s*)?(?P<title>.+)$",
    re.I,
)
_PLACE = re.compile(
    r"(?:\b(?:change|update|set|move|switch|swap|edit|modify|add)\s+(?:the\s+)?(?:locati+on"
    r"|place|venue|address|room)\s*(?:of|for|on|in)?\s*(?P<a>.*?)\s*\b(?:to be|to|as|at|:)"
    rf"|\bhave\s+(?P<x>.{{1,60}}?)\s+as the (?:location|place|venue) (?:of|for"
    r"|on)\s+(?P<d>.+)$|(?P<b>.+?)\s+(?:to (?:be |take place |happen )?(?:at|in)"
    rf"|to be held (?:at|in)|should be (?:at|in)"
    rf"|(?:is|was|got|has|has been) moved (?:in)?to)\s)\s*(?P<place>(?!{T})[^{T[1:-1]}.,]+)?",
    re.I,
)
_WAS_WITH = re.compile(
    rf"^(?P<event>.+?)\s+(?:was|is|were)\s+with\s+(?P<new>{LIST}),?\s+(?:and "
    rf")?not\s+(?:with\s+)?(?P<old>{LIST})",
    re.I,
)
_REPEAT = re.compile(
    r"\b(?:repeat|recur|recurring|repeating"
    r"|(?<!\bthe )(?<!\bmy )(?<!\bour )(?:weekly|daily|monthly|yearly)|every)\b",
    re.I,
)
_LONGER = re.compile(r"\b(?:extend|lengthen|prolong|longer|shorten|shorter)\b", re.I)
_TO_TIME = re.compile(
    rf"\b(?:to|until|till|for|at|instead|on|be|as|into)\b[^{T[1:-1]}]{{0,25}}$", re.I
)
_CANCEL_MOVE = re.compile(
    r"^(?:cancel|remove|delete|drop)\b(?P<event>.+?)[.,;]?\s+(?:and |then "
    r"|but )*(?:re-?schedule|move|push|change|put)\b(?P<to>.*)$",
    re.I,
)
_SPLIT_TO = re.compile(
    rf"\s(?:to|until|till|instead)\s(?=[^{T[1:-1]}]{{0,30}}{T})|\s(?:for|by|on|at|into"
    rf"|up)\s(?=[^{T[1:-1]}]{{0,12}}{T}[^{T[1:-1]}]*$)|\s(?=be (?:at |on )?{T})",
    re.I,
)
_STATUS = (
    ("out of office", "out of office"),
    ("tentative", "tentative"),
    ("free", "as free"),
    ("busy", "as busy"),
)


def read_update(s: Sentence, setting: Setting) -> Frame:
    """A change of an existing event."""
    if (wish := link_wish(s)) and not wish.is_wanted:
        known = filled(**_pointing(s, wish.event), scope=series_scope(s.low))
        return Frame(tool="update_event", arguments={**known, "video": False})
    s, day = wish_alone(_without_same_time(s, setting), setting)
    s, since = without_since(s, setting)
    known = ended(s) or _special(s) or _shifted(s) or _moved(s)
    scope = series_scope(s.low) or ("following" if since else None)
    grows = _GROWS.search(s.low)
    if grows and not {"longer_by", "length", "until"} & set(filled(**known)):
        known = filled(**known, scope=scope)
        ask = MUCH_LONGER if grows[0].startswith(("long", "ext", "leng")) else MUCH_SHORTER
        return Frame(tool="update_event", arguments=known, ask=ask)
    if day:
        known = {**known, "event_when": on_that_day(day, known.get("event_when"), setting)}
    if since and not known.get("event_when"):
        known = {**known, "event_when": since}
    return asking.complete(
        Frame(tool="update_event", arguments=filled(**known, scope=scope)), setting
    )


MUCH_LONGER, MUCH_SHORTER = "How much longer?", "How much shorter?"
_GROWS = re.compile(r"\blonger$|\bshorter$|^(?:extend|lengthen|shorten)\b")


_SAME_TIME = re.compile(r"[,;]?\s+(?:but )?(?:(?:at )?(?:the )?same (?:time|hour))\b", re.I)


def _without_same_time(s: Sentence, setting: Setting) -> Sentence:
    """ "To Thursday, same time": the hour stays anyhow."""
    bare_text = _SAME_TIME.sub("", s.text)
    return s if bare_text == s.text or not s.times else as_sentence(bare_text, setting)


def _special(s: Sentence) -> dict[str, Any] | None:
    """Changes that are not about time: name, place, guests, visibility."""
    gone = taken_off(s)
    if gone:
        return gone
    for read in (
        _wrong_person,
        _long,
        _linked,
        _noted,
        _colored,
        _ended_series,
        _renamed,
        _placed,
        _marked_as,
        _relocated,
    ):
        known = read(s)
        if known:
            return known
    return None


def _pointing(s: Sentence, piece: str) -> dict[str, Any]:
    words = event_words(s, _VERB.sub("", piece))
    return {
        "event": words.name,
        "event_person": words.person,
        "event_when": s.when(s.times_of(piece)),
    }


def _wrong_person(s: Sentence) -> dict[str, Any] | None:
    match = _WAS_WITH.search(s.marked)
    if match is None:
        return None
    return {**_pointing(s, match["event"]), "remove_guests": list(names_of(match["old"]))}


_LONG = re.compile(
    r"^make (?P<event>.+?) (?P<length>(?:an?|half an?|one|two|three|four|five|\d+(?:\.\d+)?)[ -]"
    r"(?:and a half )?(?:hours?|hrs?|minutes?|mins?)(?: and a half| and \d+ min\w*)?) long$",
    re.I,
)


def _long(s: Sentence) -> dict[str, Any] | None:
    """ "Make the gym tomorrow two hours long"."""
    match = _LONG.match(s.text)
    if match is None:
        return None
    event = as_sentence(match["event"], s.setting)
    pointed = _pointing(event, event.marked)
    return {**pointed, "length": match["length"]} if event.times else None


def _renamed(s: Sentence) -> dict[str, Any] | None:
    match = _TITLE.search(s.marked)
    if match is None:
        return None
    old = match["a"] or match["b"] or match["c"] or ""
    return {
        **_pointing(s, old),
        "title": s.words(trimmed(re.sub(r"\s+instead$", "", match["title"]))),
    }


def _placed(s: Sentence) -> dict[str, Any] | None:
    match = _PLACE.search(s.marked)
    if match is None:
        return None
    place = trimmed(match["x"] or match["place"] or "")
    event = match["a"] or match["d"] or match["b"] or ""
    if not place or re.match(
        r"^(?:the )?(?:same time|later|earlier|another|next|day|morning|afternoon|evening)",
        place,
        re.I,
    ):
        return None
    return {
        **_pointing(s, event),
        "location": s.words(bare(place) if not place.lower().startswith("the ") else place),
    }


def _linked(s: Sentence) -> dict[str, Any] | None:
    wish = link_wish(s)
    return wish and {**_pointing(s, wish.event), "video": wish.is_wanted}


_TO_PLACE = re.compile(
    rf"^(?:move|relocate|change|switch|shift)\s+(?P<event>[^{T[1:-1]}]+?)\s+(?:in)?to\s+"
    rf"(?P<place>(?:the )?[^{T[1:-1]}.,]{{2,60}})$",
    re.I,
)


_NOTE = re.compile(
    r"^(?:add|put|attach|write) (?:an? |the )?(?:note|description|comment|memo) (?:to|on|for|in) "
    r"(?P<event>[^:,]+?)\s*(?::|,| saying| that says| that)\s+(?P<text>.+)$",
    re.I,
)


def _noted(s: Sentence) -> dict[str, Any] | None:
    match = _NOTE.match(s.marked)
    if match is None:
        return None
    return {**_pointing(s, match["event"]), "description": s.words(match["text"])[:1000]}


_COLOR = re.compile(
    r"^(?:change|set|make|update)\s+the\s+colou?r\s+(?:of|for)\s+(?P<event>.+?)\s+(?:to|as)\s+"
    r"(?P<color>\w+(?: \w+)?)$",
    re.I,
)
_NO_MORE = re.compile(r"^stop\s+(?P<event>.+?)\s+from\s+(?:repeating|recurring)$", re.I)


def _colored(s: Sentence) -> dict[str, Any] | None:
    match = _COLOR.match(s.marked)
    return {**_pointing(s, match["event"]), "color": match["color"].lower()} if match else None


def _ended_series(s: Sentence) -> dict[str, Any] | None:
    match = _NO_MORE.match(s.marked)
    return {**_pointing(s, match["event"]), "repeat": "never"} if match else None


def _relocated(s: Sentence) -> dict[str, Any] | None:
    """ "Move the review to room 5"; another word is another name: "change lunch to dinner"."""
    match = _TO_PLACE.match(s.marked)
    if match is None or re.search(rf"\b{CALENDAR}\b|\b(?:later|earlier)\b", match["place"], re.I):
        return None
    place, pointed = s.words(match["place"]).strip(), _pointing(s, match["event"])
    if is_place(place) or place.endswith("'s"):
        return {**pointed, "location": place}
    changes = s.low.startswith(("change", "switch")) and pointed["event"]
    return {**pointed, "title": place} if changes else None


def _marked_as(s: Sentence) -> dict[str, Any] | None:
    if (
        re.search(
            r"\bas (?:private|public|busy|free|tentative|out of office)\b|\b(?:make|set"
            r"|keep)\b.*\b(?:private|public|tentative)\b",
            s.low,
        )
        is None
    ):
        return None
    piece = re.split(r"\s(?:as|to|private|public|tentative)\b", s.marked, maxsplit=1)[0]
    shown = next((status for status, words in _STATUS if words in s.low), None)
    seen = next((word for word in ("private", "public") if word in s.low), None)
    return {**_pointing(s, piece), "visibility": seen, "show_as": shown}


def _shifted(s: Sentence) -> dict[str, Any] | None:
    """Moved or stretched by a length that stands at the end."""
    found = shift_in(s.text, s.setting)
    if found is None:
        return None
    rest = as_sentence(found.rest, s.setting)
    when = rest.when(tuple(t for t in rest.times if t.role in ("when", "from", "to")))
    when = when or with_role(rest.times, "from")
    words = event_words(rest, _VERB.sub("", rest.marked))
    return {
        "event": words.name,
        "event_person": words.person,
        "event_when": when,
        "shift": found.shift,
        "longer_by": found.longer_by,
    }


def _moved(s: Sentence) -> dict[str, Any]:
    """A move in time, a new length or a repetition."""
    cancelled = _CANCEL_MOVE.match(s.marked)
    if cancelled:
        return _timed(s, cancelled["event"], cancelled["to"])
    cut = _SPLIT_TO.search(s.marked)
    if cut is None:
        return _timed(s, s.marked, "")
    return _timed(s, s.marked[: cut.start()], s.marked[cut.start() :])


def _timed(s: Sentence, before: str, after: str) -> dict[str, Any]:
    old, new = s.times_of(before), s.times_of(after)
    moved_from = [t for t in (*old, *new) if t.role == "from"]
    target = tuple(t for t in new if t.role in ("when", "to"))
    target = target or tuple(t for t in old if t.role == "to")
    if not target and "instead of" not in s.low:
        target = _meant_as_new(s, old)
    known = _pointing_without(s, before, after)
    if "instead of" in s.low:
        piece, _, was = s.marked.partition("instead of")
        told = _as_when(s.times_of(piece))
        target, old = told[-1:], (*told[:-1], *_as_when(s.times_of(was)))
        target = target or _as_when(s.times)[:1]
        old = tuple(t for t in old if t not in target)
    lengths = with_role(s.times, "length")
    grows = bool(_LONGER.search(s.low))
    event_when = (
        re.sub("^from ", "", moved_from[0].text)
        if moved_from
        else s.when(tuple(t for t in old if t not in target))
    )
    rule = bool(target) and (bool(_REPEAT.search(s.low)) or is_rule(target))
    by = lengths or (with_role(s.times, "shift") if grows else None)
    by = re.sub(r"^(?:by|for)\s+", "", by) if by else None
    to_length = lengths if grows and re.search(rf"\bto {T}", s.low) else None
    shorter = by and "short" in s.low and "short" not in by
    return {
        **known,
        "event_when": event_when,
        "when": None if rule else _to(s.when(_as_when(target)), s.setting),
        "repeat": s.when(_as_when(target))
        if rule
        else ("never" if "stop repeating" in s.low else None),
        "shift": None if grows else with_role(s.times, "shift") or _by(s, lengths, grows),
        "length": to_length or (None if grows or _by(s, lengths, grows) else lengths),
        "longer_by": (f"{by} shorter" if shorter else by) if grows and not to_length else None,
        "all_day": True if re.search(r"\b(?:an? )?all[- ]day\b", s.low) else None,
        "video": True
        if re.search(r"\b(?:video|zoom|meet link|google meet)\b", s.low)
        and s.low.startswith(("add", "include", "attach", "put"))
        else None,
    }


def _to(when: str | None, setting: Setting) -> str | None:
    """A new time without the word that leads to it: "for Thursday"."""
    bare = re.sub(r"^(?:for|to|until|till) ", "", when, flags=re.I) if when else None
    return bare if bare and meaning_of(bare, setting) else when


def is_rule(times: tuple[Found, ...]) -> bool:
    """Whether one of these times says how often something is."""
    return any(isinstance(t.meaning, Meaning) and t.meaning.kind is Kind.RULE for t in times)


_TO_NEW = re.compile(r"(?:for|to|until|till) ", re.I)
_MADE = re.compile(r"^(?:make|set|have|do|schedule|start|begin)\b|\binstead\b", re.I)


def _meant_as_new(s: Sentence, old: tuple[Found, ...]) -> tuple[Found, ...]:
    """Which of the times is the new one, when no "to" parts them: "tomorrow's standup for
    Thursday", "make the review weekly", "at 4 instead"."""
    whens = tuple(t for t in old if t.role in ("when", "to"))
    rules = tuple(t for t in whens if is_rule((t,)))
    if rules and re.match(r"^(?:make|set|have|repeat|let|turn)\b", s.low):
        return rules[:1]
    if whens and (len(whens) > 1 or _TO_NEW.match(whens[-1].text)):
        return whens[-1:] if _TO_NEW.match(whens[-1].text) or _MADE.search(s.text) else ()
    return whens[-1:] if whens and _MADE.search(s.text) else ()


def _as_when(times: tuple[Found, ...]) -> tuple[Found, ...]:
    return tuple(t for t in times if t.role in ("when", "to"))


def _by(s: Sentence, length: str | None, grows: bool) -> str | None:
    """Says "Push it by 2 hours": a length that moves."""
    if not length or grows:
        return None
    bare_length = re.sub(r"^(?:for|by)\s+", "", length)
    if re.search(r"\b(?:delay|postpone|push|bump|later|back|put off|defer|slide|slip)\b", s.low):
        return f"{bare_length} later"
    if re.search(r"\b(?:forward|earlier|advance|sooner|pull)\b", s.low):
        return f"{bare_length} earlier"
    return None


_NO_NAME = re.compile(
    r"\b(?:repeat|recur|longer|shorter|earlier|later)\b|\b(?:\d{1,2} )?instead\b(?: of\b.*$)?", re.I
)


def _pointing_without(s: Sentence, before: str, after: str) -> dict[str, Any]:
    piece = _NO_NAME.sub(" ", _VERB.sub("", before))
    words = event_words(s, piece)
    after = re.sub(r"\binstead of\b.*$", "", after)
    if words.name is None and words.person is None and after:
        words = event_words(s, re.sub(rf"\b(?:to|be|instead|at|the same time)\b|{T}", " ", after))
    return {"event": words.name, "event_person": words.person}
