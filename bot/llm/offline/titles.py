"""What a new event is called, by the words of the person who wants it."""

import re

from bot.llm.offline.lexicon import CALENDAR, CREATE, DETERMINER, EVENT, RELATION, T
from bot.llm.offline.people import with_people
from bot.llm.offline.sentence import Sentence
from bot.llm.offline.slots import BREAK, bare, is_generic, place_in, trimmed

_HEAD_NOUN = (
    r"(?:calendar )?(?:event|entry|item|something|anything|reminder|time|slot|plan"
    r"|appointment|meeting"
    r"|block|note|spot|invite|invitation|meeting event|thing|task|activity|session|schedule)"
)
_I = r"(?:i|we)"
_LEADS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"^(?:please )?(?:can|could|would|will|may) (?:you|i|we)(?: please| just| also)*"
        r"(?: (?:get|have)(?: (?:an?|the|my|our))?)? ",
        r"^(?:please )?(?:mark|block|set|label|put"
        rf"|reserve)\b(?![^{BREAK}]{{0,20}}\b{EVENT}\b)[^{BREAK}]{{0,20}}{BREAK}"
        r"\s*(?:off )?(?:as|for)\s+",
        r"^(?:new )?(?:event|meeting|appointment|appt|entry|item|task|reminder)\s*:\s*",
        rf"^(?:add|put|note|mark|write)[\s{BREAK}]+(?:down )?that (?=(?:i|we|my|our|the)\b)",
        r"^(?:please )?remember that ",
        r"^(?:make sure|be sure)(?: that)? (?:i|we) (?:have|get)(?: an?)?(?: time)?(?: for)? ",
        r"^let'?s (?:do|have|get|grab|go to|plan|make it) |^let'?s (?=meet\b)",
        r"^(?:how|what) about (?:an? |some )?|^save the date (?:for|of) (?:(?:my|our|the|an?) )?",
        r"^(?:please )?(?:pencil me in|put me down|sign me up)(?: for)? ",
        rf"^(?:please )?(?!book (?:club|fair|signing|report|launch|release))"
        rf"{CREATE}(?:\s+(?:me|us|for me|for us|up|down|in|off|out))*"
        rf"\s+(?:{DETERMINER}\s+)?(?:(?:new|calendar|quick)\s+)*",
        r"^(?:event|appointment|appt|entry|item|task|reminder)\s*:\s*",
        rf"^(?:recurring|repeating|regular) (?={_HEAD_NOUN}s? for\b)",
        rf"^{_HEAD_NOUN}s?(?:\s+{BREAK})*"
        r"\s+(?:for|called|about|of|on|to|titled|named|that|where|which|with the title)"
        rf"\s+(?!{BREAK}|me\b|us\b|with\b|(?:my|our|his|her|the)\s+{RELATION}\b(?!'s))"
        rf"(?:{DETERMINER}\s+)?(?:(?:calendar )?(?:event|entry|item)s?\s+(?:for|of)\s+)?",
        rf"^(?:calendar )?(?:events?|entry|item)\s+(?!{BREAK}|(?:with|at|in|on|for|from|to"
        r"|please)\b)",
        r"^(?:please )?(?:show|mark|list|put|make|set|note) (?:me|us|my \w+(?: status)?)(?: \w+)?"
        r" (?:as|to|for|down for) (?:an? )?",
        r"^(?:update|edit|change) (?:my|the|our) calend[ae]r"
        r" (?:to (?:say|reflect|show|include|add|have)|that|with)(?: that)? ",
        rf"^(?:so |but )?(?:{_I}(?:'ve| have)? (?:got|have|had)|{_I}(?:'ve| have| had)"
        rf"|{_I}(?:'ll| will|'d| would)? (?:be having|have|like to have|want to have)"
        rf"|{_I} (?:can|could|might) (?:get|have)|there(?:'s| is| will be| are)"
        rf"|{_I}(?:'m|'re| am| are) having"
        rf"|it(?:'s| is| will be)|(?:the |my |our )?\w+ (?:has|have|had)(?= an?\b))"
        rf"\s+(?!to\b)(?:{DETERMINER}\s+)?(?:(?:event|function|thing)\s+called\s+)?",
        rf"^{_I}(?:'m|'re| am| are|'ll| will)(?: going to)? be at (?:the |an? )?",
        rf"^{_I}(?:'m|'re| am| are) (?:in|at) (?:an? )(?={EVENT}\b)",
        rf"^{_I} wanna ",
        rf"^{_I}(?:'m|'re| am| are) (?:going|off) on\s+(?:{DETERMINER}\s+)?",
        rf"^{_I}(?: really|'d| would| also| just)?"
        rf" (?:need|want|like|love|have|got|gotta|should|must|plan|wish)(?: {BREAK})?\s+"
        rf"(?:(?:to )(?:have|attend|get|do|make time for)\s+)?(?:to\s+)?(?:{DETERMINER}\s+)?",
        r"^(?:i(?:'m| am) interested in (?:going to )?"
        r"|i(?:'m| am) (?:planning|supposed|scheduled|meant) (?:to|for|on) |i(?:'ll"
        r"| will) be (?:in|on) (?:the )?)",
        rf"^{_I}(?:'ve| have)? (?:just |already )?(?:booked|scheduled|made|arranged|set up|planned)"
        rf" (?:{DETERMINER} )?",
        rf"^{_I} (?:can|could|should|must|might|may|will|shall) ",
        rf"^(?:to|for|about|called|have|that)\s+(?:{DETERMINER}\s+)?",
        rf"^{_I}(?:'m| am|'ll| will|'re| are)(?: be)? (?!in\b)",
        r"^(?:need|have|got|want)(?:ta)? to (?=\w)",
        r"^got (?:an?|the|my|our) (?=\w)",
        r"^(?:do|have|get|grab) (?:an? |some )?"
        r"(?=(?:breakfast|brunch|lunch|dinner|supper|coffee)\b)",
        r"^(?:my|our|the)\s+",
    )
)
_AFTERTHOUGHT = re.compile(
    r"^(?:please |can you |could you |and |so |also |then )*"
    r"(?:(?:put|add|set|save|mark|schedule|book|create|note|place|enter|make|get) "
    r"(?:it|that|this|them|the event|this event|an event|(?:a "
    rf"|the )?(?:{T} )?reminder)?(?: {BREAK}|{T}|\W)*"
    rf"(?:in|on|to|into|down)?(?: (?:my|the))?(?: \w+)?(?: {CALENDAR})?(?: (?:for|at|on|in"
    rf"|the)| {BREAK}|{T}|\W)*"
    r"(?:please)?|remind (?:it|me)|thanks?|please add that"
    r"|(?:book|reserve|find|get) (?:a|us a|me a) room\b.*|(?:we|i) need a room|so excited)\W*$",
    re.I,
)
_DETAIL = re.compile(
    r"^(?:it(?:'s|s| is| will| usually| should|'ll)|its|location|the location|that(?:'s| will)"
    r"|this (?:is|will)|we(?:'ll| will|'re| are)|make it|with|invite|and|also|they"
    rf"|add(?!\b[^{BREAK}]*\b{EVENT}\b)"
    r"|(?:when|what time|what day|where|how long) (?:is|are|will|does|do|can)|no,? wait)\b",
    re.I,
)
_IT_IS = re.compile(
    r"^(?:it'?s|it is|this is|it will be|it'?s called) (?:the |an? |my |our )"
    rf"(?P<name>[^{BREAK}]+?)"
    rf"(?: and (?:it|that|i)\b.*)?(?=$|{BREAK})",
    re.I,
)
"""What an event is, said after the wish for it: "I have an event to add. It's the fair"."""
_STATUS = re.compile(
    r"^(?:(?:me|my \w+|as|an?|i|will|be|to|out|of|the|office|ooo|busy|away|free|unavailable"
    r"|available"
    r"|looks?|like|am|going|i'm|status|showas)\s*)+$",
    re.I,
)
_COPULA = re.compile(
    rf"^(?P<title>[^.{BREAK}]{{2,80}}?)\s+(?:(?:is|are|will be) meeting|is|are|was|will be"
    r"|'ll be|happened"
    r"|happens|takes place|will take place|starts?|begins?|meets|leaves|departs|arrives|lands"
    r"|takes off)"
    r"(?:\s+(?:on|at|in|from|being|scheduled|set|held|happening|for|going to be|due))*"
    rf"\s*(?={BREAK}|at |in |$)",
    re.I,
)
_COMES = re.compile(
    rf"^(?:(?:my|our|his|her|the) )?(?:{RELATION}|(?!{EVENT}\b)\w+)(?: and \w+)?"
    r" (?:arrives?|leaves?"
    r"|lands?|departs?|comes?|starts?|begins?)\b",
    re.I,
)
_NO_SUBJECT = re.compile(rf"^(?:i|we|it|there|this|that|what|looks|(?:please )?{CREATE})\b", re.I)
_PURPOSE = re.compile(
    rf"(?:^|\s|{BREAK})(?:(?:in order )?to (?!be\b)(?P<act>\w[^{BREAK}]*)"
    r"|(?:about|regarding|re|concerning|on the topic of|for) (?P<topic>(?!me\b|us\b|my\b|our\b)\w"
    rf"[^{BREAK}]*))$",
    re.I,
)
_CLAUSE_TAIL = re.compile(
    rf"\s+(?:that )?{_I}(?:'ve)? (?:need|have|want|got|had|scheduled|booked)(?: to \w+)?$"
    rf"|,?\s+(?:and )?{_I}(?:'\w+)?$|\s+at that time$|\s+put$"
    r"|(?:\s+for (?:me|us))?\s+(?:that|which) (?:is|isn'?t|is not|are|aren'?t|won'?t)\b.*$"
    r"|\s+for (?:me|us)$",
    re.I,
)
_ONLY_VERB = re.compile(rf"^(?:{CREATE}|find|need|want|get)$", re.I)
_ONLY_I = re.compile(
    r"^(?:(?:i|we|you)(?:'ll|'m|'re| am| are| will)?(?: going to)?(?: be)?"
    r"|going(?: to(?: be)?)?|(?:to )?be|to)$",
    re.I,
)
_COMMAND = re.compile(rf"^(?:please |can you |could you |and |so |also |then )*{CREATE}\b", re.I)
_EVENT = re.compile(rf"\b{EVENT}\b", re.I)
_NAMELESS = re.compile(
    r"^(?:(?:new|calendar|another|next|scheduled)\s+)*(?:events?|entry|item|something"
    r"|anything|reminder"
    r"|time|slot|it|that|this|thing|plan|block|schedule|calend[ae]r|task|activity|invite"
    r"|data|booking"
    r"|event \w+ing)$",
    re.I,
)


def title_of(clauses: list[str], s: Sentence) -> str | None:
    """What the event is called; None when the words name nothing."""
    generic = None
    telling = [
        c for n, c in enumerate(clauses) if not _is_aside(c.strip(f" {BREAK}"), first=n == 0)
    ]
    telling = telling or clauses[:1]
    for clause in sorted(telling, key=lambda c: not _COMMAND.match(c.strip(f" {BREAK}"))):
        words = _clause_title(clause)
        if words and len(telling) > 1 and _STATUS.match(words):
            continue
        if words and not is_generic(words):
            return s.words(words)
        generic = generic or words
    named = next((m["name"] for c in clauses if (m := _IT_IS.match(c.strip(f" {BREAK}")))), None)
    if named and bare(named) and not is_generic(bare(named)):
        return s.words(bare(named))
    if generic and _EVENT.search(generic) and not _NAMELESS.match(generic):
        return s.words(generic)
    return None


def _is_aside(clause: str, *, first: bool) -> bool:
    """Whether a clause adds to another: "put it on my calendar", "it will be at the mall"."""
    return bool(_AFTERTHOUGHT.match(clause) or (not first and _DETAIL.match(clause)))


def _clause_title(clause: str) -> str | None:
    work = clause.strip(f" {BREAK}.,!?:")
    copula = _COPULA.match(work)
    if copula and not _NO_SUBJECT.match(copula["title"]):
        comes = _COMES.match(work)
        return bare(comes[0] if comes else copula["title"])
    company, rest = _take_company(place_in(" " + work).rest.strip())
    rest = _without_lead(rest)
    pieces = [piece for part in rest.split(BREAK) if (piece := trimmed(part))]
    title = _once(_named(pieces)) or _purpose(rest) or _first_word(pieces)
    if title and _ONLY_VERB.match(title):
        title = None
    if title and _ONLY_I.match(title):
        title = bare(place_in(" " + work).taken) or None
    if company and title:
        return f"{title} {company}"
    return title or (f"meeting {company}" if company else None)


def _without_lead(words: str) -> str:
    for lead in _LEADS:
        shorter = lead.sub("", words.strip(f" {BREAK},"), count=1).strip()
        if trimmed(shorter):
            words = shorter
    return words


def _named(pieces: list[str]) -> str | None:
    """The first piece that names something, unless it only says what a plain meeting is for."""
    for piece in pieces:
        name = bare(_CLAUSE_TAIL.sub("", piece))
        purpose = _PURPOSE.search(name)
        head = name[: purpose.start()].strip() if purpose else ""
        if purpose and is_generic(head or "meeting"):
            return trimmed(purpose["act"] or bare(purpose["topic"]))
        if name and not is_generic(name) and not _ONLY_VERB.match(name):
            return name
    return None


def _once(title: str | None) -> str | None:
    """ "Recurring standup" as "standup": how often is said by the time."""
    shorter = (
        re.sub(r"^(?:recurring|repeating|regular) (?=\w)", "", title, flags=re.I) if title else None
    )
    return shorter if shorter and not _NAMELESS.match(shorter) else title


def _first_word(pieces: list[str]) -> str | None:
    """What is left to name it by: a plain "meeting", else whatever stands first."""
    words = [word for piece in pieces if (word := bare(piece)) and not _ONLY_VERB.match(word)]
    plain = next((w for w in words if _EVENT.search(w) and not _NAMELESS.match(w)), None)
    return plain or (words[0] if words else None)


def _purpose(rest: str) -> str | None:
    purpose = _PURPOSE.search(rest)
    return trimmed(purpose["act"] or purpose["topic"]) if purpose else None


def _take_company(work: str) -> tuple[str, str]:
    """The words "with …" and the clause without them."""
    match, _ = with_people(work)
    if match is None:
        return "", work
    return trimmed(match[0]), work[: match.start()] + f" {BREAK} " + work[match.end() :]
