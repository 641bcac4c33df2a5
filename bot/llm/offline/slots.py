"""Taking a sentence apart: titles, places, times, what an event is called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.llm.offline.lexicon import CALENDAR, DETERMINER, EVENT, GENERIC, Q, T
from bot.llm.offline.people import seen_people, with_people
from bot.llm.offline.sentence import Sentence
from calendar_core.phrases import Found

BREAK = "\ue200"
"""Stands where something was taken out."""

_BEFORE_TIME = (
    r"(?:\b(?:on|not|except|excluding|only|but|and not|at|for|from|by|in|this|starting"
    r"|beginning|start|around|about|between|during|the|of|until|till|to|through|scheduled"
    r"|set|that starts|that is|which is|which starts|lasting|lasts|that lasts|last"
    r"|and lasting|happening|taking place|start time"
    r"|sometime|some time|anytime|any time|as of|due|dated|ending|ends|and ends|before"
    r"|after|within|since|all|is|are|be|was"
    r"|were|will be|held|booked|planned|placed|each|early|late|later|right|exactly"
    r"|approximately|only|it|that's|going on|and|@"
    r"|will take|it will take(?: about)?|takes|a|an|earlier|time slot|when|repeat|repeating"
    r"|recurring|again)\s+)*"
)
_TIME = re.compile(
    rf"(?:(?<=\W)|^){_BEFORE_TIME}(?:all )?{T}(?:'s|s'|')?(?: (?:meeting time|or so|sharp"
    r"|sharply|instead|as well|long|time frame|in advance|for me))?",
    re.I,
)
_ON_CALENDAR = re.compile(
    r",?\s*\b(?:to|on|in|into|onto|from|off|out of|of|for|at)\s+(?:(?:my|the|our|his|her"
    rf"|your|this)\s+)?(?P<name>(?:#[\w-]+\s+|\w+\s+)?){CALENDAR}(?: app)?(?:'s)?\b",
    re.I,
)
_CALLED = re.compile(
    r"\b(?:called|titled|entitled|named|name it(?: as)?|call it|title it|labell?ed"
    r"|with the (?:title|name|subject)|by the name of|under the name"
    rf"|input name as|title is|name is|subject is|topic is|known as)[,:]?\s+(?:the )?(?P<title>{Q}"
    rf"|[^{BREAK},;]+)",
    re.I,
)
_QUOTE = re.compile(Q)
_JUNK = re.compile(r"^[\s,.;:!?\-–'\ue200]+|[\s,;:!?\-–\ue200]+$|(?<!\b[A-Za-z])\.+$")
_DANGLING = re.compile(
    r"\s+(?:on|at|for|from|by|in|to|with|and|the|a|an|of|about|that|which|is|will be"
    r"|starting|my|please|me|it|be|this|around|between"
    r"|scheduled|set|lasting|until|till|or|so|but|then|also|as|will|next|are|was|has|have"
    r"|i have|coming|in advance|again|added|booked)$",
    re.I,
)
_LEADING = re.compile(
    rf"^(?:{DETERMINER}|for|to|of|about|with|on|at|in|and|that|is|up|me|us|down|new|out"
    r"|from|called|named|titled|it|then|so|also|be|upcoming|next|by|please|just)\s+",
    re.I,
)
_GENERIC = re.compile(
    rf"^(?:(?:{DETERMINER}|new|next|upcoming|following|other|whole|entire|calendar"
    r"|scheduled|first|future|past|last|current|remaining|previous|day's"
    rf"|succeeding)\s+)*(?:{GENERIC}(?:\s+|$))*$",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Words taken out of a sentence, and what stayed."""

    rest: str
    taken: str = ""


def trimmed(words: str) -> str:
    """Without the small words and marks that are left over at both ends."""
    for _ in range(12):
        before = words
        words = _JUNK.sub("", words).strip()
        words = _DANGLING.sub("", words)
        if words == before:
            break
    return words


def bare(words: str) -> str:
    """Trimmed, and without the small words in front."""
    words = trimmed(words)
    for _ in range(8):
        shorter = _LEADING.sub("", words, count=1)
        if shorter == words:
            break
        words = trimmed(shorter)
    return words


def is_generic(words: str) -> bool:
    """Whether words name no event in particular: "meeting", "the next event"."""
    return bool(_GENERIC.match(words.strip()))


def without_times(marked: str) -> str:
    """The sentence with its time words, and what leads to them, taken out."""
    return _TIME.sub(f" {BREAK} ", f" {marked} ")


def known_calendar(text: str, calendars: Sequence[str]) -> re.Match[str] | None:
    """Where a calendar is named whose name is more than one word: "on the Ana Ruiz calendar"."""
    low = text.casefold()
    for name in sorted(calendars, key=len, reverse=True):
        words = name.split()
        if len(words) < 2 or words[0].casefold() not in low:
            continue
        told = r"\s+".join(map(re.escape, words))
        found = re.search(
            r",?\s*(?:\b(?:to|on|in|into|onto|from|off|out of|of|for|at)\s+)?"
            rf"(?:\b(?:my|the|our)\s+)?\b(?P<name>{told})(?:'s)?\s+{CALENDAR}\b",
            text,
            re.I,
        )
        if found is not None:
            return found
    return None


def without_calendar(marked: str, calendars: Sequence[str] = ()) -> Cut:
    """Without "on my calendar"; what is taken is the calendar's name, if one was said: one word, or
    one of those that are known."""
    known = known_calendar(marked, calendars)
    if known is not None:
        rest = f"{marked[: known.start()]} {BREAK} {marked[known.end() :]}"
        return Cut(rest=rest, taken=" ".join(known["name"].split()))
    match = _ON_CALENDAR.search(marked)
    if match is None:
        return Cut(rest=marked)
    name = match["name"].strip()
    if name.casefold() in {"my", "the", "our", "your", "this", "his", "her"}:
        name = ""
    rest = _ON_CALENDAR.sub(f" {BREAK} ", marked)
    return Cut(rest=rest, taken=name)


def called(marked: str) -> Cut:
    """A title that was said as one: in quotes, or after "called"."""
    match = _CALLED.search(marked)
    if match is not None:
        title = re.split(
            rf"{T}|{BREAK}|\.\s|\s(?:for|on|at|from|with)\s(?=[^{BREAK}]{{0,12}}(?:{T}|{BREAK}))"
            rf"|\s(?:(?:added|put|placed|saved) )?(?:to|on|in|into|onto) (?:my|the|our) (?:\w+ )?"
            rf"{CALENDAR}\b",
            match["title"],
            flags=re.I,
        )[0]
        rest = marked[: match.start()] + f" {BREAK} " + marked[match.start("title") + len(title) :]
        return Cut(rest=rest, taken=trimmed(title))
    match = _QUOTE.search(marked)
    if match is not None:
        return Cut(
            rest=marked[: match.start()] + f" {BREAK} " + marked[match.end() :], taken=match[0]
        )
    return Cut(rest=marked)


_AT = re.compile(
    r"\s(?:(?:located |held |taking place |happening |over |is |it'?s |will be |be )?(?:at"
    r"|@|inside)|location(?: is| will be|:)?|in|on(?= (?:mt\b|mount\b|campus|zoom|teams"
    r"|the (?:beach|roof|patio|deck|terrace|lake|field|boat|phone))))\s+"
    rf"(?P<place>https?://[^\s{BREAK}{T[1:-1]}]+"
    r"|(?!(?:least|most|all|once|for|on|at|in|to|my calendar|home with|advance"
    r"|case|order|a row|total|charge|person with"
    rf"|front)\b)[^{BREAK}{T[1:-1]},.;!?]+(?:\.(?=\s?[A-Z])[^{BREAK}{T[1:-1]},.;!?]+)?)",
    re.I,
)
_PLACE_END = re.compile(
    r"\s(?:with|for|to|about|regarding|and|because|so|until|lasting|that|which|it|is|called"
    r"|from|please|then|every|repeat\w*|start\w*|instead)\b.*$",
    re.I,
)
_INDOORS = re.compile(
    r"\b(?:room|office|cafeteria|lobby|park|building|hall|house|home|downtown|school"
    r"|library|church|gym|hotel|restaurant|bar|cafe|mall|beach|studio"
    r"|kitchen|garden|airport|hospital|clinic|station|auditorium|center|centre|store|street"
    r"|st|avenue|town|city|person|conf|campus|theater|theatre|museum|club|pub|stadium|apartment|flat|basement|backyard|yard|garage|pool|cabin|dorm|classroom|gymnasium"
    r"|lounge|courtyard|terrace|warehouse|courthouse|chapel|temple|mosque|synagogue|arena)\b",
    re.I,
)
_NO_PLACE = re.compile(
    r"^(?:my|the|our|a|an)?\s*(?:same|calendar|schedule|morning|afternoon|evening|event|meeting"
    r"|it|that|this|them|advance|general|particular|work for|touch|there|name|time)\b",
    re.I,
)


def is_place(words: str) -> bool:
    """Whether words by themselves name a place: "room 5", "the office", "Zoom"."""
    return bool(
        _INDOORS.search(words) or re.match(r"(?:zoom|teams|google meet|webex)\b", words, re.I)
    )


def place_in(marked: str) -> Cut:
    """Where something takes place: "at Café Oslo", "in the break room"; the last such words."""
    best: tuple[int, int, str] | None = None
    for match in _AT.finditer(marked):
        place = match["place"]
        place = place.rstrip(".,;!?)") if _is_address(place) else _PLACE_END.sub("", place)
        if _is_place(match[0].strip().split(" ", 1)[0].casefold(), place, marked):
            best = (match.start(), match.start("place") + len(place), place)
            break
    if best is None:
        return Cut(rest=marked)
    start, end, place = best
    return Cut(rest=marked[:start] + f" {BREAK} " + marked[end:], taken=trimmed(place))


def _is_address(words: str) -> bool:
    """Whether it is one on the web, which is whole up to the next space."""
    return words.casefold().startswith(("https://", "http://"))


def _is_place(preposition: str, place: str, marked: str) -> bool:
    words = place.strip()
    if _is_address(words):
        return True
    if not words or _NO_PLACE.match(words) or len(words) > 80:
        return False
    if preposition != "in":
        return True
    spoken = marked == marked.lower()
    return (
        words[:1].isupper()
        or bool(_INDOORS.search(words))
        or (spoken and len(words.split()) <= 3)
        or (words.split()[0].casefold() == "the" and any(w[:1].isupper() for w in words.split()))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWords:
    """What somebody says to point at an event."""

    name: str | None = None
    """Words of its title."""
    person: str | None = None
    people: tuple[str, ...] = ()


_SCAFFOLD = re.compile(
    r"(?:'s|'re|'ll|'m|'ve|'d)?\b(?:what|whats|when|whens|where|wheres|wher|who|whos|which"
    r"|how|why|whose|do|does|did|is|are|am|was|were|will|would|can|could|should"
    r"|has|have|had|be|been|being|i|i'm|im|me|my|mine|you|your|we|us|our|he|him|she|it|its"
    r"|they|them|their|there|here|this|that|these|those|the|a|an|any|anything"
    r"|anyone|anybody|some|something|all|everything|every|each|other|another|else|one|ones"
    r"|of|on|at|in|into|onto|for|to|from|by|as|about|with|without|and|or|if|but|so|not|no"
    r"|yet|still"
    r"|go|going|goes|gonna|get|got|take|taking|takes|taken|place|happen|happens|happening"
    r"|happened|scheduled|schedule|schedules|planned|set|booked|supposed|coming|upcoming"
    r"|next|last|latest|first|second|third"
    r"|fourth|fifth|final|current|previous|past|future|start|starts|started|starting|begin"
    r"|begins|end|ends|ending|finish|long|much|many|time|day|date|dates|hour|address"
    r"|location|located|building|restaurant|room|name"
    r"|tell|show|find|search|list|look|looking|check|give|see|seeing|display|read|let|know"
    r"|want|need|like|please|remind|reminder|calendar|agenda|diary|planner|event|events"
    r"|entry|entries|item|items"
    r"|answer|answered|accept|accepted|accepting|decline|declined|declining|respond|responded|response"
    r"|reply|replied|tentative|tentatively|tentativly|attend|attending|attended|moved"
    r"|changed|pushed|postponed|rescheduled|shifted|invited|invite|organized|organizing"
    r"|organizer|leading|hosting|led|underway|now|ever|out"
    r"|people|weather|temperature|rain|sunny|cold|hot|forecast|chance|whether|looking|saved"
    r"|called|titled|named|left|more|information|info|details|people|person|too|just|again"
    r"|up|over"
    r"|eat|eating|having|playing|attend|doing|done|been|won't|don't|didn't|isn't|it's"
    r"|what's|when's|where's|who's|how's|that's|there's|i'd|i've|month|year|week|weekend"
    r"|today|tomorrow|morning|afternoon|evening|night"
    r"|status|say|until|since|during|between|before|after|already|also|only|included"
    r"|include|includes|confirm|verify|thing|things|interesting|occurred|occurs|begin"
    r"|beginning|rsvp|rsvp'd|bringing|able|make|made|put|add|added"
    r"|happens|lasts|last|lasting|soon|supposed|marked|mark|shall|delete|remove|cancel"
    r"|erase|clear|wipe|drop|off|away|rid|hello|hi|hey|ya|your|timeframe|period|free|open"
    r"|busy|available|pull|bring|view|listed|official list|recurring|repeating"
    r"|rundown|overview|recap|lowdown|outlook|anywhere|anymore|longer|important|saw|met"
    r"|visited|spoke|talked|anyone else|plate|docket|books|lined|conflicts?|overlaps?|overlapping"
    r"|clashes|both|earliest|latest|longest|shortest|biggest|soonest|wondering|wonder|miss|missed"
    r"|than|topic|link|links|cancell?ed|anyway|happened|looks|days|working|forget|forgot|needs|current|full|packed|repeat|life|inform|near|comes|right|supposedly|exactly)\b(?!')",
    re.I,
)
_TOKEN = re.compile(rf"{Q}|{T}|{BREAK}|[^\s{BREAK}\ue000-\ue1ff]+")
_ARTICLE_LEFT = re.compile(r"\s(?:the|my|our|a)$", re.I)
_TAIL_GENERIC = re.compile(r"\s+(?:events?|entry|entries|invite|invitation|plan)$", re.I)
_NAMED_EVENT = re.compile(rf"\b(?:{EVENT})\b", re.I)


def event_words(s: Sentence, piece: str) -> EventWords:
    """What names the event in a piece of a marked sentence: title words and people."""
    rest = without_calendar(piece).rest
    title = called(rest)
    if title.taken:
        _, people = with_people(title.rest)
        return EventWords(
            name=s.words(title.taken), people=people, person=", ".join(people) or None
        )
    rest, people = _without_people(rest)
    name = _best_run(rest)
    return EventWords(
        name=s.words(name) if name else None, people=people, person=", ".join(people) or None
    )


def _without_people(piece: str) -> tuple[str, tuple[str, ...]]:
    for finder in (with_people, seen_people):
        match, people = finder(piece)
        if match is not None and people:
            return piece[: match.start()] + f" {BREAK} " + piece[match.end() :], people
    return piece, ()


def _best_run(piece: str) -> str | None:
    """The run of words that most likely is a title: with a noun for events, else the longest."""
    runs: list[str] = []
    current: list[str] = []
    tokens = _TOKEN.findall(piece)
    for place, token in enumerate([*tokens, BREAK]):
        before = tokens[place - 1].casefold() if place else ""
        if _goes_on(token, tokens[max(0, place - 2) : place], current):
            current.append(token)
            continue
        after = tokens[place + 1] if place + 1 < len(tokens) else BREAK
        if not _is_content(token, before, after, current):
            runs, current = [*runs, " ".join(current)], []
            continue
        current.append(token.rstrip(",.;:?"))
        if token[-1] in ",.;:!?":
            runs, current = [*runs, " ".join(current)], []
    runs = [
        _TAIL_GENERIC.sub("", run)
        for run in (_ARTICLE_LEFT.sub("", run) for run in runs)
        if run and (not is_generic(run) or run.casefold() == "date")
    ]
    named = [run for run in runs if _NAMED_EVENT.search(run)]
    return max(named or runs, key=lambda run: len(run.split()), default=None)


def _goes_on(token: str, before: list[str], current: list[str]) -> bool:
    """ "The" in "when I walk the dog": between what somebody does and what it is done to."""
    led = len(current) == 1 and len(before) == 2 and before[0].casefold() in ("i", "we", "to")
    return led and token.casefold() in ("the", "my", "our", "a")


_GOING = frozenset(
    ["trip", "flight", "visit", "drive", "ride", "journey", "vacation", "trips", "flights"]
)


def _is_content(token: str, before: str, after: str, current: list[str]) -> bool:
    """Whether a word belongs to a title: it says something, or goes on with what does."""
    word = token.strip(",.;:!?()").casefold()
    if token == BREAK or not word or "\ue000" <= token[0] <= "\ue0ff":
        return False
    if word in ("date", "dates", "day", "night", "time") and current:
        return True
    if word == "all" and after.casefold().startswith("hands"):
        return True
    if word == "date":
        return before in ("my", "a", "our")
    if word in ("to", "of") and current and (word == "of" or current[-1].casefold() in _GOING):
        return (
            after != BREAK
            and not "\ue000" <= after[0] <= "\ue0ff"
            and not _is_scaffold(after.casefold())
        )
    return not _is_scaffold(word)


def _is_scaffold(word: str) -> bool:
    return _SCAFFOLD.fullmatch(word) is not None


def with_role(times: tuple[Found, ...], *roles: str) -> str | None:
    """The first time words of a role."""
    return next((t.text for t in times if t.role in roles), None)
