"""What is said when nothing is asked of the calendar, and when the words are not understood."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.zones import UnknownZone, find_zone
from calendar_core.phrases import Kind, Meaning, resolve

_ABILITIES = (
    "I can show your day, find a time, create, move or cancel events, invite people, and "
    "remind you."
)
_HELLO = re.compile(
    r"^(?:(?:hi|hey|hello|howdy|hiya|yo|good (?:morning|afternoon|evening|day)|greetings"
    r"|moin|hallo)(?: (?:there|convene|all|everyone|olly))?\s*[,.!]*\s*)+$",
    re.I,
)
_THANKS = re.compile(
    r"^(?:ok(?:ay)?[, ]*|great[,. ]*|perfect[,. ]*"
    r"|cool[,. ]*)*(?:thanks?(?: you)?(?: (?:a lot|so much|very much|again))?|thx|ty|cheers"
    r"|much appreciated|great|perfect|awesome|nice|cool|good job|well done|ok(?:ay)?|got it"
    r"|sounds good|all good)(?:[, ]+(?:bye|thanks?(?: you)?|cheers|convene))*\s*[.!]*$",
    re.I,
)
_HELP = re.compile(
    r"^(?:help(?: me)?|what (?:else )?can (?:you|i|u) (?:do|ask|say)(?: (?:for|with|to|here"
    r"|you)\b.*)?"
    r"|what(?: are)? (?:your )?(?:features|abilities|commands)|who are you|what are you"
    r"|are you (?:a"
    r"|an|real|human|there)\b.*"
    r"|how do(?:es)? (?:i|this|you) (?:use|work).*|commands?|menu|\?+"
    r"|what do you do)\s*[?.!]*$",
    re.I,
)
_BYE = re.compile(
    r"^(?:bye|goodbye|see you|good night|later|cya|see ya)(?: (?:later|tomorrow|soon))?\s*[.!]*$",
    re.I,
)
_HOW = re.compile(
    r"^how(?:'s| is| are) (?:you|it going|things|life)(?: (?:doing|today))*\s*[?.!]*$", re.I
)
_YES_NO = re.compile(
    r"^(?:yes|no|yep|yeah|nope|nah|sure|do it|go ahead|confirm|correct|right|exactly|please do)"
    r"(?: please| thanks?)?\s*[.!]*$",
    re.I,
)
_PRAISE = re.compile(
    r"^(?:i (?:love|like) (?:you|it|this)|(?:you'?re|you are|that'?s|this is"
    r"|it'?s) (?:\w+ )?(?:great"
    r"|awesome|amazing|the best|good|nice|helpful|wonderful|perfect|cool|brilliant)"
    r"|good (?:bot|work|one))(?: thanks?(?: you)?)?\s*[.!]*$",
    re.I,
)
_SHARE = re.compile(r"^share (?:my|the|our) (?:\w+ )?(?:calendar|schedule)\b", re.I)
_FILES = re.compile(
    r"^(?:sync|export|import|connect|link|add|download|upload|back ?up)(?: (?:my|a|an|the|another"
    r"|new|google|outlook|apple|work))* calendars?(?: (?:to|from|with) .{0,30})?\s*[.!]*$",
    re.I,
)
_CLOCK = re.compile(r"^what(?:'s| is)? (?:the )?(?:time(?: is it)?|time is it)(?: now)?\W*$", re.I)
_CLOCK_THERE = re.compile(
    r"^what(?:'s| is)? (?:the )?time(?: is it)?(?: now| right now)? in (?P<place>[\w ]{2,30}?)"
    r"(?: now| right now)?\W*$",
    re.I,
)
_SNOOZE = re.compile(
    r"^snooze\b(?: (?:it|that|this|the reminder|the alarm|reminder|alarm))?"
    r"(?: (?:(?:for|by|until|till) .{1,30}|(?:another )?\d.{0,20}|an? .{1,20}))?\W*$",
    re.I,
)
_SHOW_MINE = re.compile(
    r"^(?:post|share|show|send|put) (?:(?:everyone|everybody|them|us) )?my (?:own )?(?:agenda|day"
    r"|digest|week|schedule|calendar)\b.{0,30}\b(?:here|in (?:this|the) channel|(?:to|with)"
    r" (?:everyone|everybody|us|the (?:team|channel)))\W*$",
    re.I,
)
_TELL = re.compile(
    r"^(?:tell|message|email|text|write(?: to)?|let) (?!me\b|us\b)\S+.{0,40}?\b(?:that |know )+"
    r".{0,20}\b(?:late|sick|on my way|busy|stuck|away|out)\b"
    r"|^(?:tell|message|email|text|write(?: to)?) (?!me\b|us\b)\w+ (?:that )?"
    r"(?:i'?m|i am|i'll|we'?re)\b",
    re.I,
)
_OFF = re.compile(
    r"^(?:(?:turn|switch) (?:on|off|up|down) (?:the|my) (?:lights?|tv|music|heating|volume|radio"
    r"|alarm system|oven|fan|lamp)s?\b.{0,30}|order (?:a|an|me|some) .{2,40}"
    r"|tell me a (?:joke|story)|(?:how|what)(?:'s| is| will)? the weather\b.{0,30}|sing"
    r"|play (?:some )?music.{0,40}|who made you)\W*$",
    re.I,
)
_LIST = re.compile(
    r"^(?:(?:can|could|would) you |please |i (?:want|need) to |show me |what(?:'s| is) (?:on )?)*"
    r"(?:.{0,80}\b(?:to|on|onto|in|from|off) )?(?:my|the|our|a) (?:\w+ )?"
    r"(?:shopping|grocery|groceries|to[- ]?do|todo|task|packing|wish|bucket|reading|watch"
    r"|christmas) lists?(?: please)?\s*[?.!]*$",
    re.I,
)
_DROP = re.compile(
    r"^(?:(?:no|actually|ok(?:ay)?|oh|well|wait|on second thought)[,. ]*)*"
    r"(?:never ?mind|forget (?:it|that|about it)|drop (?:it|that)"
    r"|(?:leave|keep) (?:it|that|them)(?: as (?:it is|is|they are))?"
    r"|scrap that|no thanks?(?: you)?|nothing|not now|skip it|stop|cancel|cancel that"
    r"|cancel it|nvm|don'?t)\s*[.!]*$",
    re.I,
)


def small_talk(text: str, now: datetime) -> str | None:
    """A line in answer to a greeting, thanks or a call for help."""
    words = " ".join(text.split())[:200]
    if _HELLO.match(words):
        return "Hello. What can I look up or put in for you?"
    if _THANKS.match(words):
        return "You're welcome."
    if _BYE.match(words):
        return "See you."
    if _HOW.match(words):
        return "Well, thank you. What can I do for your calendar?"
    if _CLOCK.match(words):
        return f"It is {now:%H:%M}."
    there = _CLOCK_THERE.match(words)
    if there and (told := _clock_in(there["place"], now)):
        return told
    if told := _clock_elsewhere(words, now):
        return told
    if _SNOOZE.match(words):
        return 'Press Snooze under the reminder, or say when: "remind me in 10 minutes to …".'
    if _SHOW_MINE.match(words):
        return (
            "Your own agenda is for your eyes alone. Of a channel's calendar I post the agenda:"
            ' say "post the digest here every weekday at 9".'
        )
    if _TELL.match(words):
        return f"I can't write to people. {_ABILITIES}"
    if _LIST.match(words):
        return f"I keep no lists. {_ABILITIES}"
    if _OFF.match(words):
        return f"That is beyond me. {_ABILITIES}"
    if _YES_NO.match(words):
        return "Nothing waits for an answer here."
    if _PRAISE.match(words):
        return "That is good to hear."
    if _SHARE.match(words):
        return "I can't share a whole calendar. I can invite people to single events."
    if _FILES.match(words):
        return "Calendars come in with `convene import FILE.ics` and go out with `convene export`."
    if _HELP.match(words):
        return f'{_ABILITIES} Try "what\'s on tomorrow" or "lunch with Ana on Friday at 12:30".'
    return None


def _clock_in(place: str, now: datetime) -> str | None:
    """What time it is somewhere else; None for a place that has no known zone."""
    try:
        zone = find_zone(place)
    except UnknownZone:
        return None
    return f"It is {now.astimezone(zone):%H:%M} in {place.strip().title()}."


_HOUR_THERE = re.compile(
    r"^what(?:'s| is| time is| time would| time will| would| will)? (?P<hour>\S.{0,20}?)"
    r"(?: (?:here|my time|our time|local time|for (?:me|us)))(?: be)?"
    r" in (?P<place>[\w ]{2,30}?)\W*$",
    re.I,
)
_HOUR_HERE = re.compile(
    r"^what(?:'s| is| time is| time would| time will| would| will)? (?P<hour>\S.{0,20}?)"
    r"(?: in (?P<place>[\w ]{2,30}?)| (?P<owner>\w+) time)(?: be)?"
    r"(?: (?:in )?(?:my|our|local) time(?: ?zone)?| here| for (?:me|us))\W*$",
    re.I,
)


def _clock_elsewhere(words: str, now: datetime) -> str | None:
    """ "What is 3pm in Tokyo in my time?", and the other way round; None for what is no hour."""
    there, here = _HOUR_THERE.match(words), _HOUR_HERE.match(words)
    match = there or here
    if match is None or not isinstance(now.tzinfo, ZoneInfo):
        return None
    place = match.groupdict().get("place") or match.groupdict().get("owner") or ""
    try:
        zone = find_zone(place)
    except UnknownZone:
        return None
    told = resolve(match["hour"], now=now, zone=now.tzinfo if there else zone)
    if not isinstance(told, Meaning) or told.kind is not Kind.INSTANT or told.start is None:
        return None
    at = told.start
    if not isinstance(at, datetime):
        return None
    away, mine = at.astimezone(zone), at.astimezone(now.tzinfo)
    name = place.strip().title()
    told_away, told_mine = f"{away:%H:%M} in {name}", f"{mine:%H:%M} here"
    first, then, days = (
        (told_mine, told_away, (away.date() - mine.date()).days)
        if there
        else (told_away, told_mine, (mine.date() - away.date()).days)
    )
    beside = {1: ", the day after", -1: ", the day before"}.get(days, "")
    return f"{first} is {then}{beside}."


def drops(text: str) -> bool:
    """Whether the words take back what was just asked: "never mind"."""
    return bool(_DROP.match(" ".join(text.split())[:60]))


def not_understood(day: str | None = None) -> str:
    """Said when no rule fits; names what can be done, with an example near the words."""
    return f'I didn\'t get that. {_ABILITIES} Try "free time {day or "on Tuesday"}".'
