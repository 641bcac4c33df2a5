"""Small corrections of what was just proposed, done or looked up.

"Make it an hour later", "no, Thursday", "with Bo instead"; carrying them out is `reviving`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.beside import beside_event
from bot.llm.offline.ending import ended
from bot.llm.offline.frame import filled
from bot.llm.offline.parting import series_scope
from bot.llm.offline.people import LIST, known, known_as, names_of, with_people
from bot.llm.offline.sentence import Sentence, as_sentence, clean
from bot.llm.offline.slots import place_in, trimmed
from bot.llm.offline.timewords import lead_words
from calendar_core.phrases import Kind, Meaning

_FRONT = re.compile(
    r"^(?:(?:no|nope|nah|not that|actually|wait|sorry|hmm+|oh|ah|rather|well|ok|okay|yes"
    r"|yeah|but|hold on|on second thought|correction|i mean|i meant"
    r"|better|please|then|or|great|maybe|could you|can you|can we|could we|let'?s|lets"
    r"|i'?d rather|i (?:want|need|would like) (?:it )?|it should(?: be)?"
    r"|should be|how about|what about|and what about|and how about|and|also|i said"
    r"|sure|it'?s|it is|it will be"
    r"|(?:he|she|they|i|we|\w+) (?:can'?t|cannot|can not)(?: make (?:it|that)| do (?:it|that))?"
    r"(?: then)?|that (?:doesn'?t|does not|won'?t) work(?: for \w+)?)[\s,.!;:]+)+",
    re.I,
)
_MAKE = re.compile(
    r"^(?:make|change|set|do|have|put) (?:it|that|this)(?: to)?\s+(?=from\b|between\b)", re.I
)
_BARE_HOUR = re.compile(
    r"^(?:(?:make|change|set|move|put|do) (?:it|that|this)(?: to)? )"
    r"(?=\d{1,2}(?:[:.]\d\d)?(?: instead)?$)",
    re.I,
)
_PART = re.compile(r"\b(?P<part>morning|afternoon|evening)s\b", re.I)
_TITLE = re.compile(
    r"^(?:call|name|rename|title|retitle)\s+(?:it|that|this)\s*(?:to|as|:)?\s+(?P<a>.+)$"
    r"|^(?:change|set) the (?:title|name) to\s+(?P<b>.+)$|^the (?:title|name) (?:is"
    r"|should be)\s+(?P<c>.+)$",
    re.I,
)
_WITH_INSTEAD = re.compile(
    r"^(?:make it |change it to |do it |it'?s )?(?:with "
    rf")(?P<who>{LIST})(?P<instead>\s+instead)?(?:,? (?:and )?not (?:with )?{LIST})?\W*$",
    re.I,
)
_INSTEAD_OF = re.compile(rf"^(?:with )?(?P<new>{LIST}) instead of (?P<old>{LIST})\W*$", re.I)
_ALSO = re.compile(
    rf"^(?:add|invite|include|bring|with|plus)\s+(?P<who>{LIST})(?:\s+(?:too|as well|also"
    r"|to it|to that|to the (?:meeting|event|call)))*\W*$",
    re.I,
)
_AND_TOO = re.compile(rf"^(?P<who>{LIST})\s+(?:too|as well|also)\W*$", re.I)
_TOO = re.compile(r"\b(?:too|as well|also)\W*$", re.I)
_WITHOUT = re.compile(
    r"^(?:without|remove|drop|uninvite|take off|leave out|not"
    rf"|minus)\s+(?P<who>{LIST})(?:\s+from (?:it|that|the list))?\W*$",
    re.I,
)
_JUST_INSTEAD = re.compile(rf"^(?P<who>{LIST}) instead\W*$", re.I)
_AND_THEM = re.compile(rf"^(?:no[, ]+)?(?P<also>and |also |plus )(?P<who>{LIST})\W*$", re.I)
_ALL_DAY = re.compile(r"\b(?:all[- ]day|(?:the|a) (?:whole|entire|full) day)\b", re.I)
_LONGER = re.compile(r"\b(?P<way>longer|shorter)\b", re.I)
_PRIVATE = re.compile(r"\b(?:private|public)\b", re.I)
_VIDEO = re.compile(r"\b(?:video(?: (?:link|call))?|zoom(?: link)?|meet link|google meet)\b", re.I)
_CALENDAR = re.compile(r"\b(?:on|to|in) (?:my|the) (?P<name>\w+) calendar\b", re.I)
_NOTE = re.compile(
    r"^(?:add|put|attach|write|include) (?:an? |the |this )?(?:note|description|comment|memo)"
    r"(?: (?:to|on|in|for) (?:it|that|this))?(?:\s*[:,]\s*|\s+(?:saying|that says|that|to)\s+)"
    r"(?P<text>.+)$",
    re.I,
)
_REMIND = re.compile(r"^(?:and )?(?:remind me|with a reminder)\b", re.I)
_FILLER = frozenset(
    re.findall(
        r"\S+",
        "it that this make move change push put set do the to be at on in for from until"
        " a an instead please let's lets then just my of with should is reschedule by and"
        " no not bring shift meeting event appointment time date day start starts begin"
        " end ends keep have let us i we you can could better rather back out forward up"
        " same one only really like want need would also schedule postpone delay extend"
        " shorten add or but so them when hour length it's slot slots options something"
        " takes take lasts last long only anything more other others any find show me are"
        " there else",
    )
)
_SCOPE_WORDS = frozenset(
    re.findall(
        r"\S+",
        "all whole entire series every this that only just following future and one ones"
        " occurrence going forward on",
    )
)
_HOUR_ALONE = re.compile(r"\d{1,2}")
_SHOWN = re.compile(
    r"^(?:(?:mark|show|put|set|list) (?:me|it|that|this)(?: as| to)?|make it|as) (?:an? )?"
    r"(?P<as>busy|free|tentative|out of (?:the )?office|ooo|away)$",
    re.I,
)
_STATUS = dict.fromkeys(("ooo", "away", "out of the office"), "out of office")
_DAY_AFTER = re.compile(
    r"^(?:(?:make|move|change|put) it )?(?:to |on |for )?(?:the )?"
    r"(?:(?:next|following) (?:day|one day)|(?:day|week) after|following week"
    r"|(?P<back>(?:previous|prior) (?:day|week)|(?:day|week) before))(?: instead)?\W*$",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What shall be different; empty fields stay as they are."""

    when: str | None = None
    until: str | None = None
    """When it shall end, its start kept."""
    shift: str | None = None
    length: str | None = None
    longer_by: str | None = None
    repeat: str | None = None
    title: str | None = None
    description: str | None = None
    location: str | None = None
    all_day: bool = False
    part_of_day: str | None = None
    people: tuple[str, ...] = ()
    """Who takes part instead of those named before."""
    more_people: tuple[str, ...] = ()
    fewer_people: tuple[str, ...] = ()
    scope: str | None = None
    visibility: str | None = None
    video: bool = False
    calendar: str | None = None
    show_as: str | None = None
    leads: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()

    @property
    def fields(self) -> Mapping[str, Any]:
        """What is said, by name."""
        return filled(**{name: getattr(self, name) for name in self.__slots__})


def amendment(text: str, setting: Setting, *, about: str = "") -> Amendment | None:
    """The correction in these words; None when they say more than that.

    `about` holds words that may stand there too: the title of what is being corrected.
    """
    bare = _FRONT.sub("", clean(text) + " ").strip()
    bare = re.sub(r"\b(?:the )?one (?=(?:on|at|in|from)\b)", "", bare, flags=re.I)
    bare = re.sub(r"[\s,]*\b(?:please|thanks|thank you)\W*$", "", bare, flags=re.I).strip(" .!?")
    if not bare or len(bare) > 160:
        return None
    if _HOUR_ALONE.fullmatch(bare) and bare != clean(text).strip(" .!?"):
        bare = f"at {bare}"
    beside = _REMIND.match(bare) and beside_event(as_sentence(bare, setting), setting)
    if beside:
        named = {word.casefold() for word in _WORD.findall(str(beside.get("event") or ""))}
        known_words = _FILLER | {word.casefold() for word in _WORD.findall(about)}
        return None if named - known_words else Amendment(leads=tuple(beside["leads"]))
    shown = _SHOWN.match(bare)
    if shown:
        return Amendment(show_as=_STATUS.get(shown["as"].casefold(), shown["as"].casefold()))
    note = _NOTE.match(bare)
    if note:
        return Amendment(description=note["text"].strip()[:1000])
    day = _DAY_AFTER.match(bare)
    if day:
        unit = "week" if "week" in bare.casefold() else "day"
        return Amendment(shift=f"1 {unit} {'earlier' if day['back'] else 'later'}")
    also = _AND_THEM.match(clean(text))
    if also and known(names_of(also["who"]), setting.people):
        return Amendment(more_people=_names(also["who"], setting))
    end = ended(as_sentence(bare, setting))
    if end and not (_named_in(end) - {word.casefold() for word in _WORD.findall(about)}):
        return Amendment(until=end.get("until"), longer_by=end.get("longer_by"))
    return (
        _of_name(bare, setting)
        or _of_people(bare, setting)
        or _of_rest(bare, setting, about)
        or _of_both(bare, setting, about)
    )


def _of_both(bare: str, setting: Setting, about: str) -> Amendment | None:
    """People and something else: "with Ana at 12:30"."""
    match, names = with_people(bare)
    if match is None or not names or not _are_people(match["who"], setting):
        return None
    rest = f"{bare[: match.start()]} {bare[match.end() :]}".strip()
    found = _of_rest(rest, setting, about) if rest else None
    return replace(found, people=_names(match["who"], setting)) if found else None


def _named_in(end: Mapping[str, Any]) -> set[str]:
    """The words by which an event whose end shall change is named."""
    told = f"{end.get('event') or ''} {end.get('event_person') or ''} {end.get('event_when') or ''}"
    return {word.casefold() for word in _WORD.findall(told)}


def _of_name(bare: str, setting: Setting) -> Amendment | None:
    match = _TITLE.match(bare)
    if match is None:
        return None
    title = trimmed((match["a"] or match["b"] or match["c"]).strip("\"' "))
    title = re.sub(r"\s+instead$", "", title)
    return Amendment(title=title[:1].upper() + title[1:200]) if title else None


def _of_people(bare: str, setting: Setting) -> Amendment | None:
    swap = _INSTEAD_OF.match(bare)
    if swap and _are_people(swap["new"], setting):
        new, old = _names(swap["new"], setting), _names(swap["old"], setting)
        return Amendment(more_people=new, fewer_people=old)
    plain_with = bare.casefold().startswith("with") and not _TOO.search(bare)
    also = () if plain_with else _matched(bare, setting, _ALSO, _AND_TOO)
    if also:
        return Amendment(more_people=also)
    gone = _matched(bare, setting, _WITHOUT)
    if gone:
        return Amendment(fewer_people=gone)
    people = _matched(bare, setting, _WITH_INSTEAD, _JUST_INSTEAD)
    return Amendment(people=people) if people else None


def _matched(bare: str, setting: Setting, *patterns: re.Pattern[str]) -> tuple[str, ...]:
    """The people that the first fitting pattern names."""
    for pattern in patterns:
        match = pattern.match(bare)
        if match and _are_people(match["who"], setting):
            return _names(match["who"], setting)
    return ()


def _names(words: str, setting: Setting) -> tuple[str, ...]:
    return tuple(
        known_as(n, setting.people) or n
        for n in names_of(re.sub(r"\s+instead$", "", words, flags=re.I))
    )


def _are_people(words: str, setting: Setting) -> bool:
    names = names_of(words)
    sentence = as_sentence(words, setting)
    return (
        bool(names)
        and not sentence.times
        and not any(set(n.casefold().split()) & _FILLER for n in names)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What the words of a correction say, and what is left when it is taken out."""

    sentence: Sentence
    rest: str
    scope: str | None = None
    place: str = ""
    calendar: str | None = None
    all_day: bool = False
    part_of_day: str | None = None
    way: str = ""
    """Longer or shorter."""
    visibility: str | None = None
    video: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found that could be different."""
        found = (self.scope, self.place, self.calendar, self.part_of_day, self.way, self.visibility)
        return not (self.sentence.times or self.all_day or self.video or any(found))

    def says_more(self, about: str) -> bool:
        """Whether words are left that no correction is made of."""
        allowed = _FILLER | {word.casefold() for word in _WORD.findall(about)}
        if self.scope:
            allowed |= _SCOPE_WORDS
        return any(word.casefold() not in allowed for word in _WORD.findall(self.rest))


def _of_rest(bare: str, setting: Setting, about: str) -> Amendment | None:
    said = _said(bare, setting)
    if said.is_empty or said.says_more(about):
        return None
    return Amendment(
        scope=said.scope,
        location=said.sentence.words(said.place) if said.place else None,
        all_day=said.all_day,
        part_of_day=said.part_of_day,
        visibility=said.visibility,
        video=said.video,
        calendar=said.calendar,
        **_times(said.sentence, said.way),
    )


def _said(bare: str, setting: Setting) -> _Said:
    """Take a correction apart, one thing after the other."""
    bare = _ALL_DAY.sub("all-day", _MAKE.sub("", _BARE_HOUR.sub("at ", bare)))
    part = _PART.search(bare)
    words = _PART.sub(" ", bare.replace("all-day", " ")).strip()
    s = as_sentence(words or "it", setting)
    rest = re.sub(r"[\ue000-\ue1ff]", " ", s.marked)
    calendar = _CALENDAR.search(rest)
    place = place_in(" " + _CALENDAR.sub(" ", rest))
    rest = place.rest.strip()
    longer, private, video = (p.search(rest) for p in (_LONGER, _PRIVATE, _VIDEO))
    for pattern in (_PRIVATE, _VIDEO, _LONGER, _REMIND):
        rest = pattern.sub(" ", rest)
    return _Said(
        sentence=s,
        rest=rest,
        scope=series_scope(bare.casefold()),
        place=place.taken,
        calendar=calendar["name"] if calendar else None,
        all_day="all-day" in bare,
        part_of_day=part["part"].lower() if part else None,
        way=longer["way"].lower() if longer else "",
        visibility=private[0].lower() if private else None,
        video=bool(video),
    )


def _times(s: Sentence, way: str) -> dict[str, Any]:
    length = next((t.text for t in s.times if t.role == "length"), None)
    shift = next((t.text for t in s.times if t.role == "shift"), None)
    rules = [t for t in s.times if isinstance(t.meaning, Meaning) and t.meaning.kind is Kind.RULE]
    grown = re.search(r"\b(?:extend|lengthen|shorten)\b", s.low)
    if grown and (length or shift):
        by = re.sub(r"^(?:by|for)\s+", "", length or shift or "")
        return {"longer_by": f"{by} shorter" if grown[0] == "shorten" else by}
    return {
        "when": None if rules else s.when(tuple(t for t in s.times if t.role in ("when", "to"))),
        "repeat": rules[0].text if rules else None,
        "shift": shift,
        "length": None if way else length,
        "longer_by": (f"{length} shorter" if way == "shorter" else length)
        if way and length
        else None,
        "leads": tuple(lead_words(t.text) for t in s.times if t.role == "lead"),
        "avoid": tuple(t.text for t in s.times if t.role == "not"),
    }
