"""Finding people's names in what a person wrote."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.llm.offline.lexicon import EVENT, RELATION, Q, T

_STOP = (
    r"(?:at|in|on|for|to|about|regarding|re|concerning|from|by|so|because|that|who|which"
    r"|where|when|if|but|is|are|was|were|will"
    r"|be|has|have|called|titled|named|tomorrow|today|tonight|this|next|last|until|before"
    r"|after|during|please|instead|as|of"
    r"|i|we|it|he|she|they|invite|add|remind|notify|then|using|via|over|off|into|onto|around|coming|later|every|each"
    r"|can|should|would|could|my calendar"
    r"|start|starts|begin|begins|end|ends|last|lasts|run|runs|longer|shorter|earlier"
    r"|scheduled|planned|not|except|got|gets|moved|needs|need|send|make|put|set|create"
    r"|and (?:invite|add|then"
    r"|put|send|make|set|tell|his|her|their|i|say|remind|ping|notify|alert|cancel|move|book"
    r"|schedule)\b)"
)
_ADDRESS = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_NAME = (
    rf"(?:{_ADDRESS}|(?!{_STOP}\b)(?:dr\.? |mr\.? |mrs\.? |ms\.? "
    r"|prof\.? )?[^\s,.;:!?&\ue000-\ue2ff]+(?:\.(?=\w)[^\s,.;:!?&\ue000-\ue2ff]*)?)"
)
_PERSON = rf"(?:{_NAME}(?: (?!and\b|or\b){_NAME}){{0,3}})"
LIST = (
    rf"{_PERSON}(?:(?:\s?,\s?(?:and |& )?|\s?\.\s(?=[A-Z][a-z]+ and )| and | & | plus "
    rf"|\s?/\s?){_PERSON}){{0,30}}"
)
"""A pattern for one or several names."""
_WITH = re.compile(
    rf"\b(?:along )?with(?: my (?:friends?|colleagues?|boss|partner))?(?= )\s+(?P<who>{LIST})", re.I
)
_SPLIT = re.compile(r"\s*(?:,\s*(?:and|&)?\s+|,|\band\b|&|\bplus\b|/|\bor\b|\.\s)\s*", re.I)
MAIL = re.compile(_ADDRESS)
_NOBODY = re.compile(
    r"^(?:the|a|an|no|any|some|all|me|us|you|him|her|them|it|myself|people|everyone"
    r"|everybody|anyone|someone|somebody|this person"
    rf"|attendees|guests|(?:(?:my|our|his|her|their|the|your)\s.*\b)?{RELATION}|\d+)$",
    re.I,
)
_LEAD = re.compile(
    r"^(?:(?:my|our|his|her|their) (?:friends?|boss|partner|manager|colleague|wife|husband"
    r"|brother|sister|mom|dad|clerks?|doctor) |clerks |both )",
    re.I,
)
_ARTICLE = re.compile(r"^(?:my|our|his|her|their|the|a|an|your|no)\b", re.I)
_TRAIL = re.compile(
    r"(?:'s)?(?: (?:too|also|again|there|them|soon|yet|both|all"
    r"|please|in them|as well|team|manager|boss"
    r"|supervisor))+$|'s(?: \w+){1,3}$",
    re.I,
)


def names_of(words: str) -> tuple[str, ...]:
    """The single names in "Ana, Bo and Kim"; relations and pronouns left out."""
    names = []
    for piece in _SPLIT.split(words):
        name = _TRAIL.sub("", _LEAD.sub("", piece.strip(" ,.;:!?"))).strip()
        if name and not is_nobody(name) and name not in names:
            names.append(name)
    return tuple(names[:50])


def is_nobody(name: str) -> bool:
    """Whether the words name no single person: "my boss", "the team", "everyone"."""
    return bool(_NOBODY.match(name) or _ARTICLE.match(name))


def with_people(marked: str) -> tuple[re.Match[str] | None, tuple[str, ...]]:
    """The "with …" of a marked sentence and the names in it."""
    match = _WITH.search(marked)
    if match is None:
        return None, ()
    return match, names_of(match["who"])


_SEEING = re.compile(
    r"\b(?:meeting|meet|met|seeing|see|visiting|visit|seen|jamming|invite"
    rf"|inviting)(?: up)?(?: with)? (?!{T}|{Q}|with\b)(?P<who>{LIST})",
    re.I,
)
_OBJECT = re.compile(rf"^(?:the|a|an|my|our|what|when|where|how|if|all|any|{EVENT})\b", re.I)


def seen_people(marked: str) -> tuple[re.Match[str] | None, tuple[str, ...]]:
    """The people whom one is "seeing" or "meeting"."""
    match = _SEEING.search(marked)
    if match is None or _OBJECT.match(match["who"]):
        return None, ()
    return match, names_of(match["who"])


def known(names: Sequence[str], people: Sequence[str]) -> bool:
    """Whether every name is a mail address or one of the people known here."""
    return bool(names) and all(MAIL.fullmatch(name) or known_as(name, people) for name in names)


def apart(names: Sequence[str], people: Sequence[str]) -> list[str]:
    """The names with those said in one breath taken apart: "ana bo" where both are known."""
    found: list[str] = []
    for name in names:
        words = name.split()
        each = len(words) > 1 and not known_as(name, people) and known(words, people)
        found += words if each else [name]
    return found


def known_as(name: str, people: Sequence[str]) -> str | None:
    """The known person whom a name means; None for a stranger."""
    return _by_name(tuple(people)).get(name.casefold().lstrip("@"))


@lru_cache(maxsize=16)  # of one message several ask, each for all its words
def _by_name(people: tuple[str, ...]) -> Mapping[str, str]:
    """Who is meant by a whole name or a first one: whoever comes first."""
    known: dict[str, str] = {}
    for person in people:
        full = person.casefold()
        for name in (full, *full.split()[:1]):
            known.setdefault(name, person)
    return known
