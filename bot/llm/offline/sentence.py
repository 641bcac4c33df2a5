"""What a person wrote, made ready for reading: cleaned, its time words and quoted words marked.

A mark is one character of Unicode's private use area, so that patterns can look at words and
marks alike.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.llm.model import Setting
from bot.llm.offline import lexicon
from bot.llm.offline.once import read_once
from bot.llm.offline.spelling import mended
from bot.llm.offline.timewords import joined, times_in
from calendar_core.phrases import Found

LONGEST = 2000
"""Characters of a message that are read; nobody asks a calendar for something in more."""

_COMMAND = (
    rf"(?:{lexicon.CREATE}|{lexicon.DELETE}|{lexicon.UPDATE}|{lexicon.LOOK}"
    rf"|{lexicon.ANSWER}|{lexicon.REMIND}|invite)"
)
_VERB = re.compile(_COMMAND)
_GREETING = re.compile(
    r"(?:(?:hey|hi|hello|howdy) there|hey|hi|hello|howdy|hiya|yo|ok|okay|good (?:morning"
    r"|afternoon|evening|day)|thanks|thank you|well|so|um+|uh+|hmm+"
    r"|alright|all right|great|(?:sure|yes|yeah|yep)(?!,? (?:to|for) (?!me\b))|oh|ah|also|then"
    r"|and|but|actually|perfect|i mean(?!t?\w)|i meant|sorry(?= i mean)"
    r"|nice|cool|dear|greetings"
    r"|convene|@convene|olly|siri|alexa|cortana|google|jarvis|assistant|buddy|robot|bot"
    r"|computer|mate|dude|sir"
    r"|please|pls|plz|kindly|just|open calendar(?: and)?|go ahead and"
    r"|do me a favou?r(?: and)?|quickly|first(?=,))"
    r"(?:\s*[,!.:;]+\s*|\s+|$)",
    re.I,
)
_POLITE = re.compile(
    r"(?:be (?:so kind|kind enough|a dear|a star)(?: as)? (?:to|and)"
    r"|i(?:'d| would)?(?: really| very much)? (?:appreciate|like|love"
    r"|be (?:very |so |really )?(?:grateful|happy|thankful)) (?:it )?if you (?:could|would|can)"
    r"|(?:it )?(?:would|'d) be (?:great|nice|lovely|good|helpful|awesome|wonderful) if you"
    r" (?:could|would)"
    r"|i was wondering (?:if|whether) you (?:could|would|can)|i wonder if you could"
    r"|(?:do you think|any chance|is there any chance) you (?:could|can)"
    r"|(?:the |my |our )?\w+ (?:has )?(?:asked|wants|wanted|needs|told)(?: me| us)? to"
    r"(?= (?:move|push|change|reschedule|cancel|postpone|shift|delay|bring)\b)"
    r"|(?:could|may|can|might) i ask you to|would it be possible (?:for you )?to"
    r"|if (?:you (?:could|can|would)|(?:it'?s |it is )?possible|you have time|you don'?t mind),?"
    r"|(?:whenever|when) you (?:get|have) (?:a|the) (?:chance|minute|moment),?"
    r"|(?:please )?(?:i need|i want|i'd like) your help (?:to|with))\s+(?:please )?",
    re.I,
)
_WRAPPER = re.compile(
    r"(?:(?:can|could|would|will|may|might) (?:you|u|we|i|someone)|would you mind"
    r"|are you able to|am i able to"
    r"|i (?:want|need|would like|'d like|expect|wish|ask) (?:for )?you to|i'd like you to"
    r"|you (?:should|can|could|must)"
    r"|(?:is|are) there (?:a|any) way (?:to|you can|i can)|is it possible to"
    r"|make sure (?:to|you)|be sure to"
    r"|don'?t forget to|remember to|help me(?: to)?|let'?s|lets|let us|i'?m (?:trying"
    r"|looking) to|it'?s time to"
    r"|i(?: really|'d| would| also| just)* (?:want|like|need|have|love|wish|plan|intend"
    r"|gotta|got|wanna|am going"
    r"|'?m going|ought|hope) ?(?:to)?|i'?m (?:gonna|going to)|i (?:gotta|wanna|should|must"
    r"|will|'ll)|i'?ll|try to"
    r"|we (?:need|have|want|should)(?: to)?|may you|i(?:'m| am) going to have to|i(?:'ll"
    r"| will| might| may) (?:have|need|want) to|i was (?:hoping|wanting"
    r"|wondering if you could) ?(?:to)?)\s+(?:please |kindly |just |also |go ahead and "
    r"|maybe |quickly )*"
    rf"(?={_COMMAND}\b)",
    re.I,
)
_PLAIN_WRAPPER = re.compile(
    r"(?:can|could|would|will) (?:you|u) (?:please |kindly |just |also |go ahead and |maybe )*",
    re.I,
)
_TAIL = re.compile(
    r"(?:[\s,.!?]|\b(?:please|pls|plz|thanks|thank you|thx|cheers|olly|then|for me please|okay"
    r"|ok|asap)(?=[\s,.!?]*$))+$",
    re.I,
)
_DO_THAT = re.compile(
    r"(?<=[.!?;,]) (?:can|could|would) you (?:please )?(?:do|manage|arrange) (?:that|it)\W*$"
)
_SPACE = re.compile(r"\s+")
_PRIVATE = re.compile("[\ue000-\uf8ff\x00-\x08\x0b-\x1f]")
_QUOTED = re.compile(r"\"([^\"]{1,200})\"|(?<!\w)'([^']{2,200}[^'\s])'(?!\w)")
_PROPER = re.compile(
    r"(?<=\b(?:called|titled) )(?!(?:The |A )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)"
    r"(?:[A-Z][\w'&-]*)(?:\s(?:(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Jan|Feb|Mar"
    r"|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Today|Tomorrow)"
    r"[A-Z#:][\w'&-]*|of|the|and|&)(?!\w))+"
)
_SHORT_DAY = re.compile(
    r"(?<!the )\b(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?"
    r"(?=\s+(?:at\s+)?(?:\d|noon|midnight|morning|afternoon|evening|night|lunch)|$)",
    re.I,
)
_FIT_IN = re.compile(r"\b(fit|squeeze|slot|pencil) in\b(?= (?:an?|some|\d+)\b)", re.I)
_ODD_CLOCK = re.compile(r"\b(\d{1,2})(?:: |\||;)(\d\d)(?=\s?[ap]\.?m\b)", re.I)
"""A slip of the finger: "7|30 pm", "10: 30 am"."""
_H_CLOCK = re.compile(
    r"\b(?P<lead>at|to|from|until|till|my|the|@|around|by) (?P<hour>[01]?\d|2[0-3])h"
    r"(?P<minute>\d\d)?\b"
    r"(?! (?:long|meeting|call|block|session|later|earlier))",
    re.I,
)
_LAST_DAYS = re.compile(
    r"\b((?:last|this|next) (?:mon|tues|wednes|thurs|fri|satur|sun)day)s(?= \w)", re.I
)
_PENCIL = re.compile(r"\b(?:pencil|slot) in\b(?! (?:for|at|on)\b)", re.I)
_ALL_OF_TEAM = re.compile(
    r"\b(?:everyone|everybody|all people|all members) (?:on|in|from|of) "
    r"((?:the|my|our) (?:\w+ )?(?:team|group|department|office|family|class|crew|club))\b",
    re.I,
)
_NOW_AT = re.compile(r"\b(?:is|are)( (?:at|in|on) .+) now(?=$| instead of\b)", re.I)
_PUT_OFF = re.compile(
    r"^((?:\w+ ){0,3})put ((?:the|my|our) .{2,50}?) off (?=(?:until|till|to|for|by)\b)", re.I
)
_FORWARD = re.compile(
    r"\b(?:bring|move|pull) ((?:the|my|our) .{2,50}?) (?:forward|up|ahead) (?=to\b)", re.I
)
_WILL_BE = re.compile(
    rf"^((?:the|my|our) (?:\w+ ){{0,2}}?{lexicon.EVENT}(?: with \w+)?) will be (?=(?:at|in|on) )",
    re.I,
)
_CHECK_IN = re.compile(r"\bcheck in (?=with\b)", re.I)
_ASK_IF = re.compile(
    r"^(?:please )?(?:ask|check with) (?P<who>[^,.?]{2,40}?) (?:if|whether) (?:he|she|they)"
    r"(?:'s|'re| is| are) (?P<free>(?:free|available)\b)",
    re.I,
)
"""Asking somebody else is looking into their calendar."""
_PUT_IN = re.compile(
    r"\b(put|pencil|pop|slot|enter|log) in (?=(?:an?|my|our|the|some|\w+'s) )", re.I
)
_NOT_BUT = re.compile(
    r"^((?:the|my|our) .{2,50}?) (?:is|starts|begins) ((?:at|on) [^,]{1,20}?),? (?:and )?not "
    r"(?=(?:at |on )?(?:\d|noon|\w+day\b))",
    re.I,
)
""" "The party starts at 8 not 7" puts it right, whatever it was before."""
_MAKE_NOT = re.compile(
    r"^(make (?:the|my|our) .{2,50}?) ((?:at|on) [^,]{1,20}?),? not "
    r"(?=(?:at |on )?(?:\d|noon|\w+day\b))",
    re.I,
)
_THEY_MOVED = re.compile(
    r"^(?!(?:what|who|when|where|how|why|did|has|have|if|can|could|is|are)\b)(?:[\w']+ ){1,4}"
    r"(?:(?:has |have |just )*(?:moved|changed|pushed|rescheduled|postponed|delayed)|had to (?:move"
    r"|change|push|reschedule|postpone|delay)) (?=(?:my|our) .* to\b)",
    re.I,
)
""" "The dentist moved my appointment to Friday": a change, whoever made it."""
_THE_OLD_PLACE = re.compile(
    r"^(change|update|set|move|edit) (the|my|our) (?!(?:location|place|venue|title|name)\b)"
    r"(.{2,40}?)"
    r"(?:'s)? (location|place|venue|title|name) (?=to\b)",
    re.I,
)
_SO_AT = re.compile(r"\bso (?:that )?it(?:'s| is) (?=(?:at|in) )", re.I)
_TO_LAST = re.compile(
    r"\b(to|should|must|shall|can|will) last (?=\d|an?\b|half\b|one\b|two\b|three\b|only\b)", re.I
)
_NOT_TO_GO = re.compile(r"^(?:i|we)(?:'ve| have)? decided not to (?=(?:go|attend|come)\b)", re.I)
_REMINDED = re.compile(
    r"\b(?:i (?:need|want|would like|'d like|have|ought)|i'd like) to (?:be|get) reminded\b"
    r"|\b(?:can|could) i (?:be|get) reminded\b",
    re.I,
)
_FORGET = re.compile(
    r"^((?:please |just |let'?s )*)forget about (?=(?:the|my|our|to\w+'s|\w+day'?s?)\b)", re.I
)
_AND_I = re.compile(
    r"^(?P<who>[^\W\d_]+(?: and [^\W\d_]+)?) and i(?:'re| are| will)(?: going to)?(?: be)? "
    r"(?:having|have|doing|getting|get|grabbing|grab|going (?:for|to)) (?:an? |the |some )?"
    r"(?P<what>.+?)(?= (?:at|on|this|next|tomorrow|today|tonight|from|in|\w+day)\b|$)",
    re.I,
)
""" "Ana and I are having lunch on Friday"."""
_SOME_TIME = re.compile(
    r"\b((?:block|reserve|set aside|carve|hold|keep|free)(?: out| off| up)?) some time\b"
    r"(?= (?:on|from|tomorrow|today|this|next|between|at|\w+day)\b)",
    re.I,
)
_OUT_OF = re.compile(r"\bget me out of (?=(?:the|my|our|to\w+'s|\w+day'?s?)\b)", re.I)
_IS_NOW = re.compile(r"\b(?:is|are) now(?= (?:at|on|from|in) \w)", re.I)
_DAYS = {
    day[:3].casefold(): day
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
}
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "`": "'", " ": " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What was written, with the places of its time words marked."""

    text: str
    """Cleaned of greetings and politeness."""
    marked: str
    """The same, with marks for time words and quotes."""
    low: str
    """`marked` in lower case; the same length."""
    setting: Setting
    times: tuple[Found, ...] = ()
    quotes: tuple[str, ...] = ()
    asked: bool = False
    """Whether it ends as a question."""

    def words(self, piece: str) -> str:
        """A piece of `marked`, with its marks turned back into the words that they stand for."""
        return "".join(self._unmark(char) for char in piece)

    def _unmark(self, char: str) -> str:
        if "\ue000" <= char <= "\ue0ff":
            return self.times[ord(char) - 0xE000].text
        if "\ue100" <= char <= "\ue1ff":
            return self.quotes[ord(char) - 0xE100]
        return char

    def times_of(self, piece: str) -> tuple[Found, ...]:
        """The time words that are marked in a piece."""
        return tuple(self.times[ord(c) - 0xE000] for c in piece if "\ue000" <= c <= "\ue0ff")

    def when(self, times: tuple[Found, ...]) -> str | None:
        """Words for the one time that these tell together."""
        return joined(times, self.setting)


def _is_free(match: re.Match[str]) -> str:
    be = "are" if re.search(r",|\band\b", match["who"]) else "is"
    return f"{be} {match['who']} {match['free']}"


@lru_cache(maxsize=16)  # of one message several ask
def clean(text: str) -> str:
    """One line, plain quotes, no marks of ours, not longer than what is read."""
    text = re.sub(r"(?<=\s)w(?:/\s*|\s+(?=[a-z]{2}))", "with ", text[:LONGEST], flags=re.I)
    text = re.sub(r"(?<=\w)\s+re:\s+", " about ", text)
    text = _ODD_CLOCK.sub(r"\1:\2", _H_CLOCK.sub(_clock, text))
    text = _LAST_DAYS.sub(r"\1's", _PUT_IN.sub(r"\1 ", _PENCIL.sub("add", text)))
    text = _ALL_OF_TEAM.sub(r"\1", text)
    text = _NOW_AT.sub(r"should be\1", _WILL_BE.sub(r"\1 should be ", text))
    text = _FORWARD.sub(r"move \1 ", _PUT_OFF.sub(r"\1postpone \2 ", text))
    text = _ASK_IF.sub(_is_free, _CHECK_IN.sub("check-in ", text))
    text = _IS_NOW.sub(r"should be", _FIT_IN.sub(r"\1", text))
    text = _as_usual(text)
    text = mended(text)
    text = _SHORT_DAY.sub(lambda match: _DAYS[match[0][:3].casefold()], text)
    return _SPACE.sub(" ", _PRIVATE.sub(" ", text[:LONGEST].translate(_STRAIGHT))).strip()


_USUAL: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("reminded", _REMINDED, "remind me"),
    (" not ", _NOT_BUT, r"\1 should be \2 instead of "),
    (" not ", _NOT_TO_GO, "I don't want to "),
    (" not ", _MAKE_NOT, r"\1 \2 instead of "),
    (" last ", _TO_LAST, r"\1 take "),
    ("so ", _SO_AT, "to be "),
    (" to ", _THE_OLD_PLACE, r"\1 the \4 of \2 \3 "),
    (" to ", _THEY_MOVED, "move "),
    (" and i", _AND_I, r"\g<what> with \g<who>"),
    (" some time", _SOME_TIME, r"\1"),
    ("forget about", _FORGET, r"\1cancel "),
    ("get me out", _OUT_OF, "decline "),
)
"""Rarer ways of saying it: what must stand in the words, the pattern, the usual way."""


def _as_usual(text: str) -> str:
    low = text.casefold()
    for sign, pattern, usual in _USUAL:
        if sign in low:
            text = pattern.sub(usual, text)
    return text


def _clock(match: re.Match[str]) -> str:
    """ "At 14h30" as "at 14:30"."""
    return f"{match['lead']} {match['hour']}:{match['minute'] or '00'}"


_GERUND = re.compile(
    r"^(?:(?:would|do) you mind|how about|what about|mind) (?:please )?(?P<verb>[a-z]+ing)\b", re.I
)
_DOUBLED = re.compile(r"([lnpt])\1$")


def _with_verb(match: re.Match[str]) -> str:
    """ "Would you mind moving" as "move"; the match as it is, when no verb is known by it."""
    stem = match["verb"].casefold().removesuffix("ing")
    for verb in (stem, f"{stem}e", _DOUBLED.sub(r"\1", stem)):
        if _VERB.fullmatch(verb):
            return verb
    return match[0]


def without_courtesy(text: str) -> str:
    """The request itself: no greeting, no "could you please", no thanks."""
    text = _GERUND.sub(_with_verb, text)
    for _ in range(10):
        before = text
        for pattern in (_GREETING, _POLITE, _WRAPPER, _PLAIN_WRAPPER):
            match = pattern.match(text)
            if match and match.end() < len(text):
                text = text[match.end() :]
        if text == before:
            break
    shorter = _TAIL.sub("", _DO_THAT.sub("", text))
    return shorter or text


@read_once
def as_sentence(text: str, setting: Setting) -> Sentence:
    """Make what a person wrote ready for reading."""
    whole = clean(text)
    bare = _without_at(without_courtesy(whole), setting)
    quotes: list[str] = []
    bare = _PROPER.sub(lambda match: f'"{match[0]}"', bare)

    def _mark_quote(match: re.Match[str]) -> str:
        if len(quotes) >= 200:
            return match[0]
        quotes.append((match[1] or match[2]).strip())
        return chr(0xE100 + len(quotes) - 1)

    quoted = _QUOTED.sub(_mark_quote, bare)
    times = _not_named(times_in(quoted, setting)[:200], quoted)
    marked, at = "", 0
    for number, found in enumerate(times):
        marked += quoted[at : found.at[0]] + chr(0xE000 + number)
        at = found.at[1]
    marked += quoted[at:]
    return Sentence(
        text=bare,
        marked=marked,
        low=_lower(marked),
        setting=setting,
        times=times,
        quotes=tuple(quotes),
        asked=whole.endswith("?"),
    )


_OFTEN = re.compile(
    r"\b(?:the|my|our) (?:daily|weekly|biweekly|fortnightly|monthly|quarterly|yearly)$", re.I
)


def _not_named(times: tuple[Found, ...], text: str) -> tuple[Found, ...]:
    """Without those that tell an event by how often it is: "before the weekly call"."""
    return tuple(one for one in times if not _names(one, text))


def _names(time: Found, text: str) -> bool:
    led = _OFTEN.search(text[: time.at[1]])
    return (
        led is not None
        and led.start() <= time.at[0]
        and re.match(r" [^\W\d_]", text[time.at[1] :]) is not None
    )


_AT_NAME = re.compile(r"(?<![\w@.])@(?=(\w+))")


def _without_at(text: str, setting: Setting) -> str:
    """People are mentioned on some platforms: "@Ben" is Ben, where there is one."""
    if "@" not in text:
        return text
    known = {name.casefold() for one in setting.people for name in (one.split()[0], one) if one}
    return _AT_NAME.sub(lambda one: "" if one[1].casefold() in known else one[0], text)


def _lower(text: str) -> str:
    """In lower case, letter by letter, so that places stay the same."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
