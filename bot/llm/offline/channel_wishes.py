"""Reading wishes about how a channel is served: its agenda, its reminders, its zone.

Only what names the channel, or "here" in one, is meant; all else is one's own (`preferring`).
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.frame import Frame
from bot.llm.offline.preference_values import DAY, DAYS, EVENTS, clock_in, lengths_in
from bot.llm.offline.sentence import Sentence


class _Words:
    """A pattern that is compiled when it is first looked for, so that starting stays quick."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern)

    def search(self, text: str) -> re.Match[str] | None:
        return self._compiled.search(text)

    def sub(self, by: str, text: str) -> str:
        return self._compiled.sub(by, text)


TOOL = "set_channel_preferences"
WHICH_DAY = "I can post the day's agenda Monday to Friday, or the week's on one day. Which?"
HOW_LONG = "How long before?"
_POLITE = _Words(
    r"^(?:(?:please|hey|ok|okay|so|now|from now on|can|could|would|will|you|i'?d like you to"
    r"|i want you to),? )+|(?:,? (?:please|from now on|thanks|by default))+$"
)
_CHANNEL = (
    r"(?:(?:in |into |to |for |on )?(?:this|the|our) (?:channel|room)\b|\bin here\b"
    r"|(?<!from )\bhere\b)"
)
_NAMED = _Words(
    r"\b(?:this|the|our) (?:channel|room)\b|\bchannel(?:'s)? (?:digest|agenda|reminders)\b"
)
_HERE = _Words(_CHANNEL)
_AGENDA = (
    r"(?:(?:the|this|our|a|your|this channel's|the channel's|the team's|our team's|channel|team) )*"
    r"(?:(?:daily|weekly|day's|week's|morning) )?"
    r"(?:digest|agenda|schedule|summary|overview|briefing|calendar of the week|week"
    r"|(?<=week's )events|(?<=day's )events)\b"
)
_STOPS = _Words(
    rf"^(?:stop|don'?t|do not|no longer|no more|no|never|turn off|switch off|disable|end|quit|drop"
    rf"|remove|cancel)\b (?:(?:posting|sending|showing|post|send|show|sharing) )?{_AGENDA}"
    rf"|^(?:turn|switch) {_AGENDA}.* off\b"
)
_POSTS = _Words(
    r"^(?:(?:(?:every|each|on) [a-z]+s?|weekdays|daily|weekly|at [\d:.]+ ?(?:am|pm)?"
    r"|mornings?),? )*"
    r"(?:post|send|show|put|share|drop|give|bring|start posting|start sending|set|move|change|have"
    r"|turn on|switch on|enable|activate|start"
    rf"|we want|we(?:'d| would) like|i want) (?:us |everyone |everybody )?(?:up )?{_AGENDA}"
)
_NAMED_AGENDA = _Words(
    rf"^(?:{_AGENDA}) (?:of (?:this|the) channel )?(?:here |in this channel |in the channel )?"
    r"(?:at|to|every|on|each)\b"
)
_REMINDS = _Words(
    r"^(?:always )?(?:remind|ping|notify|alert|warn|tell) (?:(?:this channel|the channel"
    r"|everyone|everybody|us all|us|all|people|the team) ?)?(?:in here |in this channel |here )?"
    rf"(?:.*\bbefore\b.*\b(?:{EVENTS})\b|(?:of|about) .*\b{EVENTS}\b.*\bbefore(?:hand)?\b)"
    r"|^(?:set |change |make )?(?:the |our |this channel's |the channel's )?(?:channel )?"
    r"reminders? (?:here|in this channel|in the channel|for this channel|of this channel)?"
    r"\b.*\b(?:before|to)\b"
    r"|^(?:this channel's |the channel's |channel )reminders?:? (?:at )?(?:\d|an? |half )"
)
_US = _Words(
    r"^(?:always )?(?:remind|ping|notify|alert|warn|tell) (?:us all|us|all of us|everyone|everybody"
    r"|the team)\b (?:of |about )?.{2,30} (?:before|of|about) (?:each|every|all|any|our)\b"
)
_SILENT = _Words(
    r"^(?:no|stop|turn off|switch off|disable|don'?t (?:post|send|show)|do not (?:post|send|show)"
    r"|no more|mute) (?:the |all |any |our |event |channel )*reminders?\b"
    r"|^(?:stop reminding|don'?t remind|do not remind) (?:this channel|the channel|everyone"
    r"|everybody|us)\b(?!.*\b(?:about|of) the\b)"
)
_ELSEWHERE = "elsewhere"
ROOM = re.compile(r"#[^\W\d][\w-]*")
"""Another channel, by its name."""
_ONE_EVENT = _Words(rf"\bbefore (?:the |my |our |that |this |tomorrow|today)(?!{EVENTS}\b|team)")
_ZONE = _Words(
    r"\b(?:this|the|our) channel'?s? (?:time ?)?zone (?:is|to|should be|as) "
    r"(?P<zone>[\w/ +-]{2,40})$"
    r"|^(?:use|show) (?P<place>[\w/ ]{2,30}?) time (?:here|in this channel)$"
    r"|^(?:times|all times) (?:here|in this channel) (?:are|should be) in (?P<times>[\w/ ]{2,30})$"
)
_ONCE = _Words(r"\b(?:today|tomorrow|tonight|now|(?:this|next|last) \w+day|next week)\b")
_RHYTHM = _Words(r"\b(?:every|each|daily|weekly|weekdays|at \d|on \w+days)\b")
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORKDAYS = _Words(r"\b(?:weekdays?|workdays?|working days?|every day|each day|daily|mornings?)\b")


def with_own_name(text: str, setting: Setting) -> str:
    """The words with the channel that they are said in as "this channel", where its name stands."""
    if not (setting.in_channel and setting.place_name.startswith("#")):
        return text
    own = re.compile(rf"{re.escape(setting.place_name)}(?![\w-])", re.I)
    return own.sub("this channel", text)


def say_there(channel: str) -> Frame:
    """What is answered where another channel is named: what it is told, it is told there. Nothing
    that is said next is an answer to that."""
    words = f"Say it in {channel} itself, please: what a channel is told is said there."
    return Frame(tool=TOOL, arguments={_ELSEWHERE: channel}, ask=words)


def channel_wish(s: Sentence, setting: Setting) -> Frame | None:
    """What is wished of the channel; None when the words are about something else."""
    if len(s.text) > 160:
        return None
    low = _POLITE.sub("", with_own_name(s.text, setting).casefold().strip(" .!?"))
    elsewhere = ROOM.search(low)
    if elsewhere is not None:
        there = ROOM.sub("this channel", low)
        wish = _zone(s, there) or _stopped(there) or _agenda(there) or _reminders(there)
        return say_there(elsewhere[0]) if wish else None
    if setting.in_channel and _US.search(low):
        return _reminders(low)
    if not (_NAMED.search(low) or (setting.in_channel and _HERE.search(low))):
        return None
    return _zone(s, low) or _stopped(low) or _agenda(low) or _reminders(low)


def answered(known: Mapping[str, Any], s: Sentence) -> Frame | None:
    """The answer to a question about it: which day, or how long before."""
    if _ELSEWHERE in known:
        return None
    low = s.text.casefold()
    days, leads = _days(low), lengths_in(low)
    if days is not None:
        return Frame(tool=TOOL, arguments={**known, "digest": days})
    return Frame(tool=TOOL, arguments={**known, "reminder_leads": leads[:5]}) if leads else None


def _stopped(low: str) -> Frame | None:
    if _STOPS.search(low):
        return Frame(tool=TOOL, arguments={"digest": "off"})
    if _SILENT.search(low):
        return Frame(tool=TOOL, arguments={"reminder_leads": []})
    return None


def _agenda(low: str) -> Frame | None:
    """When which agenda is posted: what was not said stays, a new one is the day's."""
    match = _POSTS.search(low) or _NAMED_AGENDA.search(low)
    if match is None or _ONCE.search(low) or ("show" in match[0] and not _RHYTHM.search(low)):
        return None
    weekly = re.search(r"\bweekly\b|\bweek's\b|\b(?:the|our) week\b", low) is not None
    at, days = clock_in(low), _days(low)
    told = {"digest_at": at} if at else {}
    if days is None and DAYS.search(low):
        return Frame(tool=TOOL, arguments=told, ask=WHICH_DAY)
    retimed = at and re.match(r"(?:set|move|change)\b", low) and days is None and not weekly
    if retimed:
        return Frame(tool=TOOL, arguments=told)
    return Frame(tool=TOOL, arguments={"digest": days or ("monday" if weekly else "daily"), **told})


def _days(low: str) -> str | None:
    """ "daily" for all working days, or the one weekday; None for none, or for several."""
    if _WORKDAYS.search(low) and not re.search(rf"\b{DAY}\b", low):
        return "daily"
    found = DAYS.search(low)
    if found is None:
        return None
    named = [day for day in _WEEK if re.search(rf"\b{day[:3]}", found["days"])]
    whole = re.fullmatch(r"mon(?:day)?s?\s*(?:to|through|thru|-|–)\s*fri(?:day)?s?", found["days"])
    if whole or found["days"] in ("weekdays", "workdays"):
        return "daily"
    return named[0] if len(named) == 1 else None


def _reminders(low: str) -> Frame | None:
    if not _REMINDS.search(low) or _ONE_EVENT.search(low):
        return None
    leads = lengths_in(low)
    if not leads:
        return Frame(tool=TOOL, arguments={}, ask=HOW_LONG) if "before" in low else None
    return Frame(tool=TOOL, arguments={"reminder_leads": leads[:5]})


def _zone(s: Sentence, low: str) -> Frame | None:
    match = _ZONE.search(low)
    if match is None:
        return None
    name = match["zone"] or match["place"] or match["times"]
    at = s.text.casefold().find(name)
    return Frame(tool=TOOL, arguments={"zone": s.text[at : at + len(name)].strip()})
