"""What is said when nothing is asked of the calendar, and when the words are not understood."""

import re
from datetime import datetime

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
    r"|sounds good|all good)\s*[.!]*$",
    re.I,
)
_HELP = re.compile(
    r"^(?:help(?: me)?|what can (?:you|i|u) (?:do|ask|say).*|who are you|what are you"
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
_CLOCK = re.compile(r"^what(?:'s| is)? (?:the )?(?:time(?: is it)?|time is it)(?: now)?\W*$", re.I)
_OFF = re.compile(
    r"^(?:tell me a (?:joke|story)|(?:how|what)(?:'s| is| will)? the weather\b.{0,30}|sing"
    r"|play (?:some )?music.{0,40}|who (?:made|are) you)\W*$",
    re.I,
)
_DROP = re.compile(
    r"^(?:no[,. ]*)?(?:never ?mind|forget (?:it|that|about it)|drop (?:it|that)|leave it"
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
    if _OFF.match(words):
        return f"That is beyond me. {_ABILITIES}"
    if _HELP.match(words):
        return f'{_ABILITIES} Try "what\'s on tomorrow" or "lunch with Ana on Friday at 12:30".'
    return None


def drops(text: str) -> bool:
    """Whether the words take back what was just asked: "never mind"."""
    return bool(_DROP.match(" ".join(text.split())[:60]))


def not_understood(day: str | None = None) -> str:
    """Said when no rule fits; names what can be done, with an example near the words."""
    return f'I didn\'t get that. {_ABILITIES} Try "free time {day or "on Tuesday"}".'
