"""Finding: the time words in a sentence, what they do there, and the ones it is about.

Titles in quotation marks are left alone, and so are numbers, names and prices. In a request to
change something, the old time is told from the new one.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from calendar_core.phrases import lengths
from calendar_core.phrases.drafts import Draft
from calendar_core.phrases.frame import Frame
from calendar_core.phrases.grammar import Reading, read_from
from calendar_core.phrases.holidays import FIRST_WORDS
from calendar_core.phrases.joining import Piece, together
from calendar_core.phrases.lexicon import (
    CARDINALS,
    MONTHS,
    NEAR_DAYS,
    ORDINALS,
    PARTS,
    PLURAL_WEEKDAYS,
    SEASONS,
    TENS,
    UNITS,
    WEEKDAYS,
    WHICH,
    word_set,
)
from calendar_core.phrases.lists import with_more
from calendar_core.phrases.meaning import Found, Kind, Meaning, NotUnderstood, Policy
from calendar_core.phrases.policy import meaning_of_length
from calendar_core.phrases.reading import frame_at, mean
from calendar_core.phrases.terms import Length
from calendar_core.phrases.words import TooMuchWork, Words

_STEPS_A_WORD = 20
_MOST_STEPS = 3500
MOST_FOUND = 32
"""A sentence of people has two or three times; what has more is read as far as this."""
_QUOTED = re.compile(r"\"[^\"]{2,120}\"|“[^”]{2,120}”|(?<![^\s(])['‘][^'’\"]{3,120}['’](?![^\W_])")
_STARTS = (
    word_set(
        "at @ on in of for by around about from between before after since until till through "
        "during within starting beginning over no not later earlier the a an my our every each "
        "once daily weekly biweekly bi fortnightly monthly quarterly yearly annually everyday "
        "nightly hourly weekdays weekends half quarter noon midnight midday mid early late end "
        "sometime anytime back forward start middle rest remainder remaining eom eoy eow eod "
        "cob week weekend w day q h now right asap immediately couple few first closest nearest "
        "working business office upcoming full whole annual high prior effective several "
        "twice thrice alternate alternating semi semiannually biannually any latter throughout "
        "penultimate approx"
    )
    | frozenset(WEEKDAYS)
    | frozenset(PLURAL_WEEKDAYS)
    | frozenset(MONTHS)
    | frozenset(NEAR_DAYS)
    | frozenset(WHICH)
    | frozenset(SEASONS)
    | frozenset(CARDINALS)
    | frozenset(TENS)
    | frozenset(ORDINALS)
    | frozenset(PARTS)
    | frozenset(FIRST_WORDS)
    | frozenset(UNITS)
)
_MOVES = word_set(
    "move moved moving reschedule rescheduled shift change changed push pushed postpone delay "
    "bring switch swap slide bump"
)
_EARLIER = frozenset(("earlier", "sooner", "forward", "ahead"))
_LATER = frozenset(("later", "back"))
_PUSHED = frozenset(("back", "forward", "up"))
_NOT = word_set("not except isn't isnt besides excluding avoid never without n't aren't")
_LOOKS = word_set("delete cancel remove decline drop clear find show list what event events")
_AM = word_set("breakfast brunch")
_PM = word_set("dinner supper drinks party movie concert cinema happy date nightclub")


def find(
    sentence: str, *, now: datetime, zone: ZoneInfo, policy: Policy | None = None
) -> tuple[Found, ...]:
    """All time words in a sentence, in order, each with what it does there."""
    r = _words(sentence)
    frame = frame_at(now, zone, policy or Policy(), _context(r))
    return tuple(_found(sentence, r, piece, frame) for piece in _pieces_of(r))


def find_main(
    sentence: str, *, now: datetime, zone: ZoneInfo, policy: Policy | None = None
) -> Found | None:
    """The time that a request is about, put together where its words stand apart."""
    r = _words(sentence)
    frame = frame_at(now, zone, policy or Policy(), _context(r))
    pieces = _pieces_of(r)
    if not pieces:
        return None
    wanted = [p for p in pieces if p.role == "to"] or [p for p in pieces if p.role == "when"]
    if not wanted:
        told = [p for p in pieces if p.role in ("length", "shift")]
        told += [p for p in pieces if p.role in ("lead", "from")]
        return _found(sentence, r, told[0], frame) if told else None
    parts, draft = together(wanted)
    lengths_said = [p for p in pieces if p.role == "length" and p.draft]
    return _combined(sentence, r, parts, draft, lengths_said, frame)


def _words(sentence: str) -> Words:
    """The words of a sentence without what stands in quotation marks."""
    bare = _QUOTED.sub(lambda match: "q" * len(match.group()), sentence)
    count = bare.count(" ") + 8
    return Words(bare, limit=min(_STEPS_A_WORD * count + 400, _MOST_STEPS), whole=False)


def _context(r: Words) -> str:
    """What the event itself says of its hour: breakfast is early, dinner late."""
    said = set(r.t)
    if said & _PM:
        return "pm"
    return "am" if said & _AM else ""


def _pieces_of(r: Words) -> list[Piece]:
    """All stretches of time words; what was found stands if the work runs out."""
    found: list[Piece] = []
    editing = r.editing = _is_edit(r)
    try:
        for piece in _walk(r, editing):
            found.append(piece)
            if len(found) >= MOST_FOUND:
                break
    except TooMuchWork:
        pass
    return _roles(r, found) if editing else found


def _is_edit(r: Words) -> bool:
    """Whether a sentence moves something from an old time to a new one."""
    if _MOVES & set(r.t[: r.n]):
        return True
    return any(
        r.t[i] in ("make", "update", "put") and r.t[i + 1] in ("it", "that") for i in range(r.n)
    )


def _walk(r: Words, editing: bool) -> Iterator[Piece]:
    i = 0
    while i < r.n:
        if (r.v[i] < 0 and r.t[i] not in _STARTS) or _is_particle(r, i) or _ends_name(r, i):
            i += 1
            continue
        piece = _shift(r, i) or _reading(r, i, editing)
        if piece is None:
            i += 1
            continue
        yield piece
        i = max(piece.end, i + 1)


def _ends_name(r: Words, i: int) -> bool:
    """Whether a number belongs to letters right before it: "room B2", "A4"."""
    if r.t[i] == "a":
        return r.v[i + 1] >= 0 and r.glued[i + 1]
    before = r.t[i - 1] if i else ""
    if r.v[i] < 0 or not r.glued[i] or not before.isalpha():
        return False
    return before == "a" or before not in _STARTS


def _is_particle(r: Words, i: int) -> bool:
    """Whether "on" belongs to the words before it and not to the time: "what's on tomorrow"."""
    if r.t[i] != "on":
        return False
    if r.t[i + 1] in NEAR_DAYS or r.t[i + 1] == "on":
        return True
    before = r.t[i - 1] if i else ""
    asked = before in ("is", "are", "was") and i > 1 and r.t[i - 2] in ("what", "else", "all")
    return asked or before in ("what", "whats", "going")


def _shift(r: Words, i: int) -> Piece | None:
    """A length that moves an event ("half an hour later", "by 30 minutes") or leads up to it."""
    if r.t[i] == "the" and r.t[i + 2] in ("before", "beforehand"):
        ahead = {"day": Length(days=1), "week": Length(days=7, unit="week")}.get(r.t[i + 1])
        return _lead(r, i, ahead, i + 2) if ahead else None
    at = i + 1 if r.t[i] in ("by", "for") else i
    while r.t[at] in ("about", "another"):
        at += 1
    pushed = r.t[i] in _PUSHED
    at = i + 1 if pushed else at
    found = r.once(lengths.length, at)
    if found is None:
        return None
    size, end = found
    if pushed:
        return Piece(i, end, "shift", size=size, sign=1 if r.t[i] == "back" else -1)
    word = r.t[end]
    if word == "prior" and r.t[end + 1] == "to":
        return None
    if (word in _EARLIER and r.t[end + 1] != "than") or word in _LATER:
        return Piece(i, end + 1, "shift", size=size, sign=-1 if word in _EARLIER else 1)
    if word in ("before", "beforehand", "prior") or r.phrase(end, "in", "advance"):
        return _lead(r, i, size, end)
    if r.t[i] == "by":
        early = any(w in r.t[:i] for w in ("forward", "earlier", "up", "shorten"))
        return Piece(i, end, "shift", size=size, sign=-1 if early else 1)
    return None


def _lead(r: Words, i: int, size: Length, end: int) -> Piece | None:
    """A length before something that is no time itself: "10 minutes before"."""
    after = end + (2 if r.t[end] == "in" else 1)
    reading = read_from(r, i)
    if reading is not None and reading.end > after:
        return None
    return Piece(i, after, "lead", size=size)


def _reading(r: Words, i: int, editing: bool) -> Piece | None:
    """The longest phrase at a position, if it is a time there."""
    reading = read_from(r, i) if editing else r.once(read_from, i)
    if reading is None or not _welcome(r, reading):
        return None
    if editing and reading.draft.right is not None:
        parted = _parted(r, i, reading)
        if parted is not None:
            reading = parted
    if not editing or (i and r.t[i - 1] == "to"):
        reading = with_more(r, reading)
    draft = reading.draft
    only_length = draft.left.is_empty and draft.rule is None
    if draft.bound == "from" and _LOOKS & set(r.t[:i]):
        draft = draft._replace(bound="")
    role = "length" if only_length and draft.bound != "within" else "when"
    before = r.t[i - 1] if i else ""
    if before in _NOT or (i > 1 and r.t[i - 2] in _NOT and before in ("on", "the", "for", "a")):
        role = "not"
    if r.phrase(i - 2, "other", "than") and i > 1:
        role = "not"
    if before == "instead" and r.t[i] == "of":
        role = "from"
    return Piece(i, reading.end, role, draft=draft)


def _parted(r: Words, i: int, reading: Reading) -> Reading | None:
    """In a change, "3pm to 4" is the old and the new time, not a stretch; after "to" it is one."""
    timed = reading.draft.left.clock is not None
    if (r.t[i] == "for" and timed) or (i and r.t[i - 1] == "to"):
        return None
    for k in range(reading.end - 1, i, -1):
        if r.t[k] in ("to", "until"):
            short = _up_to(r, i, k)
            if short is not None:
                return short
    return None


def _up_to(r: Words, i: int, end: int) -> Reading | None:
    """The reading of the words before a position alone."""
    saved = r.t[end]
    r.t[end] = "|"
    try:
        found = read_from(r, i)
        if found is None and r.t[i] == "from":
            found = read_from(r, i)
    finally:
        r.t[end] = saved
    return found if found is not None and found.end == end else None


def _welcome(r: Words, reading: Reading) -> bool:
    """Whether a reading is more than a word that also means something else."""
    first, end = r.t[reading.start], reading.end
    if reading.end == reading.start + 1 and first in ("now", "a", "an"):
        return first == "now"
    draft = reading.draft
    if r.t[reading.start - 1] in ("twice", "times", "thrice", "per") and reading.start:
        return False
    if draft.left.is_empty and draft.rule is None and draft.length is not None:
        return not (r.t[end - 1] in ("m", "s") and draft.length.unit != "minute")
    return True


def _roles(r: Words, pieces: list[Piece]) -> list[Piece]:
    """In a change: the time behind "to" is the new one, the ones before it are old."""
    found = list(pieces)
    to = [k for k, p in enumerate(found) if p.role == "when" and _is_target(r, p)]
    if not to and any(p.role == "shift" for p in found):
        to = [len(found)]
    if not to:
        return found
    for k, piece in enumerate(found):
        if piece.role == "when" and piece.draft:
            found[k] = _as_place(piece)._replace(role="to" if k >= to[0] else "from")
    return found


def _as_place(piece: Piece) -> Piece:
    """The old or new time itself: "from 5" and "until the 25th" are no open stretches there."""
    draft = piece.draft
    if draft is not None and draft.right is None and draft.bound in ("from", "until"):
        return piece._replace(draft=draft._replace(bound=""))
    return piece


def _is_target(r: Words, piece: Piece) -> bool:
    before = r.t[piece.start - 1] if piece.start else ""
    if before in ("to", "until") or r.t[piece.end] == "instead":
        return True
    return before == "it" and r.t[piece.start] not in ("from", "on")


def _combined(
    sentence: str,
    r: Words,
    parts: list[Piece],
    draft: Draft,
    lengths_said: list[Piece],
    frame: Frame,
) -> Found:
    """What the parts of one time mean together; the first alone where they contradict."""
    meaning = mean(draft, frame)
    if isinstance(meaning, NotUnderstood) and len(parts) > 1:
        first = parts[0].draft or draft
        alone = mean(first, frame)
        if isinstance(alone, Meaning):
            parts, draft, meaning = parts[:1], first, alone
    longer = [p for p in lengths_said if p.draft and p.draft.length]
    if longer and isinstance(meaning, Meaning) and meaning.kind in (Kind.INSTANT, Kind.RULE):
        size = longer[0].draft.length if longer[0].draft else None
        if size is not None and size.is_hours and draft.length is None:
            told = mean(draft._replace(length=size), frame)
            meaning = told if isinstance(told, Meaning) else meaning
    places = tuple((r.starts[p.start], r.ends[p.end - 1]) for p in parts)
    at = (min(p[0] for p in places), max(p[1] for p in places))
    return Found(
        text=sentence[at[0] : at[1]],
        at=at,
        meaning=meaning,
        parts=places if len(places) > 1 else (),
        role=parts[0].role,
    )


def _found(sentence: str, r: Words, piece: Piece, frame: Frame) -> Found:
    """A piece with its words and its meaning."""
    at = (r.starts[piece.start], r.ends[piece.end - 1])
    if piece.draft is None:
        meaning: Meaning | NotUnderstood = meaning_of_length(piece.size or Length(), piece.sign)
    else:
        meaning = mean(piece.draft, frame)
    return Found(text=sentence[at[0] : at[1]], at=at, meaning=meaning, role=piece.role)


def pieces_read(sentence: str) -> int:
    """How much work a sentence takes, in steps; bounded for any text."""
    r = _words(sentence)
    _pieces_of(r)
    return r.steps
