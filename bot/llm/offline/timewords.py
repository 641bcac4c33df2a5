"""Finding the time words in what a person wrote, and what they mean."""

import re
from datetime import datetime

from bot.llm.model import Setting
from calendar_core.phrases.meaning import Found, Grain, Kind, Meaning, NotUnderstood

_N = (
    r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty)(?:[ -](?:one|two|three|four|five|six"
    r"|seven|eight|nine))?|half an?|a couple of|a few|several)"
)
_ORD = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|(?:twenty[ -]|thirty[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth"
    r"|ninth)|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth"
    r"|nineteenth|twentieth|thirtieth)"
)
_WD = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?\.?)"
_MON = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_UNIT = r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)"
_PART = r"(?:morning|afternoon|evening|night|noon|midnight|lunchtime)"
_CLOCK = (
    rf"(?:(?:around |about )?(?:\d{{1,2}}(?:[:.]\d{{2}})?|{_N}(?: thirty| fifteen| forty[ -]five)?)\s?"
    r"(?:a\.m\.|p\.m\.|am\b|pm\b|a\b|p\b|o'?clock(?: (?:am|pm))?)|\d{1,2}[:]\d{2}|\b(?:noon|midnight)\b)"
)
_DAY = (
    rf"(?:the day (?:after tomorrow|before yesterday)|today|tonight|tomorrow|yesterday|now"
    rf"|(?:(?:this|next|last|coming|this coming|following) )?(?:{_WD}(?: next week)?|weekend|week|month|year|{_PART})"
    rf"|{_MON} (?:{_ORD}|{_N}\b)(?:,? \d{{4}})?|(?:the )?(?:{_ORD}) (?:of )?{_MON}|(?:the )?{_ORD}|{_MON}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}(?:/\d{2,4})?)"
)
_POSS = r"(?:'s)?"
_LEN = rf"{_N}(?: and a half)?[ -]?{_UNIT}(?: and a half)?"
_TIME = rf"(?:{_CLOCK}|{_DAY}|(?:at |by )(?:\d{{1,4}}(?:[:.]\d\d)?|{_N})\b)"
_ONE = (
    rf"(?P<rule>(?:every|each)(?: other| \w+)? ?(?:{_WD}|day|week|month|year|weekday|morning)?(?: at {_CLOCK})?|daily|weekly|monthly|yearly)"
    rf"|(?P<lead>{_LEN} (?:before|prior to|in advance|ahead of|beforehand))"
    rf"|(?P<shift>{_LEN} (?:later|earlier|sooner)|back (?:by )?{_LEN})"
    rf"|(?P<when>in {_LEN}|{_LEN} (?:from (?:now|today)|ago)"
    rf"|(?:(?:from|between|after|before|until|till) )?{_TIME}(?:(?:,? (?:at |on |in the |to |until |till |through |and )?|\s?-\s?){_TIME})*)"
    rf"|(?P<length>(?:for )?{_LEN})"
)
_FIND = re.compile(rf"(?<![\w])(?:{_ONE})(?![\w])", re.I)
_CLOCKED = re.compile(_CLOCK + r"|\bat \d|\bat \w+$", re.I)


def times_in(text: str, setting: Setting) -> tuple[Found, ...]:
    """Time words with their roles, in the order of the text."""
    found = []
    for match in _FIND.finditer(text):
        role = match.lastgroup or "when"
        kind = {"rule": Kind.RULE, "length": Kind.LENGTH, "shift": Kind.LENGTH, "lead": Kind.LENGTH}
        said = bool(_CLOCKED.search(match[0]))
        meaning = Meaning(
            kind=kind.get(role, Kind.INSTANT if said else Kind.DAY),
            grain=Grain.DAY,
            time_said=said,
            day_said=bool(re.search(_DAY, match[0], re.I)),
        )
        found.append(
            Found(
                text=match[0],
                at=match.span(),
                meaning=meaning,
                role="when" if role == "rule" else role,
            )
        )
    return tuple(found)


def meaning_of(phrase: str, setting: Setting) -> Meaning | None:
    """What a phrase means, alone."""
    return None


_ = (datetime, NotUnderstood)
