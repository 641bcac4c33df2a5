"""Reading wishes about how one wants to be served: zone, hours, quiet, lengths, digest.

Each wish has words of its own; the values in it are read by `preference_values`. Words that fit no
wish are left to the table of cues, whose vaguer ones `read_prefer` reads loosely.
"""

import re
from collections.abc import Callable
from functools import cache

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.frame import Frame
from bot.llm.offline.preference_values import (
    DAY,
    DAYS,
    EVENTS,
    HOUR,
    PING,
    PINGS,
    SILENT,
    Wish,
    all_day,
    buffer,
    calendar_news,
    clock_shown,
    counted,
    default_calendar,
    default_length,
    digest,
    in_digest,
    leads,
    quiet,
    quiet_hours,
    range_in,
    resumed,
    told_days,
    week_start,
    weekends_on,
    working,
    zone,
)
from bot.llm.offline.sentence import Sentence, as_sentence


def wish_in(s: Sentence, setting: Setting) -> Wish | None:
    """What is wished for, by name of the preference; None when the words are about something else.

    A name with None is a wish whose value was not said.
    """
    if len(s.text) > 160:
        return None
    s = _in_digits(s, setting)
    low = s.text.casefold().strip(" .!?")
    for pattern, read in _readers():
        match = pattern.search(low)
        if match:
            wish = read(s, match, low)
            if wish is not None:
                return wish
    return None


_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    "twelve",
)
_PAST = {None: "", "fifteen": ":15", "thirty": ":30", "forty five": ":45", "forty-five": ":45"}
_SPOKEN = re.compile(
    r"(?<=\b(?:at|to) )(?P<hour>{0})(?: (?P<past>fifteen|thirty|forty[- ]five))?\b(?! (?:min|h))"
    r"|(?<=\b(?:from|till) )(?P<from>{0})(?: (?P<half>fifteen|thirty|forty[- ]five))?\b(?! min)"
    r"|(?<=\b(?:after|until) )(?P<side>{0})\b(?! min)".replace("{0}", "|".join(_NUMBERS)),
    re.I,
)


def _in_digits(s: Sentence, setting: Setting) -> Sentence:
    """ "From eight to four thirty" as "from 8 to 4:30"."""
    text = _SPOKEN.sub(_digits, s.text)
    return s if text == s.text else as_sentence(text, setting)


def _digits(match: re.Match[str]) -> str:
    hour = match["hour"] or match["from"] or match["side"]
    past = match["past"] or match["half"]
    return f"{_NUMBERS.index(hour.casefold()) + 1}{_PAST[past.casefold() if past else None]}"


def read_prefer(s: Sentence, setting: Setting) -> Frame:
    """A change of preferences, or the question what to change."""
    wish = wish_in(s, setting) or _loosely(s)
    given = {name: value for name, value in wish.items() if value is not None}
    if given:
        return Frame(tool="set_preferences", arguments=given)
    missing = next(iter(wish), "")
    frame = asking.complete(Frame(tool="set_preferences", arguments={}), setting)
    ask = _QUESTIONS.get(missing, frame.ask)
    return Frame(tool="set_preferences", arguments={}, ask=ask)


def answered(question: str, words: str) -> str:
    """An answer to one of the questions here, as a whole wish."""
    missing = next((name for name, asked in _QUESTIONS.items() if asked == question), "")
    lead = _WISHES.get(missing)
    return f"{lead} {re.sub(_PREPOSITION, '', words, flags=re.I)}" if lead else words


_PREPOSITION = r"^(?:until|till|to|at|on|from|it'?s|use|about)\s+"
_WISHES = {
    "zone": "my time zone is",
    "working_hours": "my working hours are",
    "week_start": "weeks start on",
    "default_length": "default length",
    "reminder_leads": "default reminder",
    "all_day_reminder": "all-day reminders at",
    "quiet_hours": "quiet hours",
    "digest_at": "daily digest at",
    "digest_days": "daily digest at",
    "buffer": "set the buffer to",
    "pause_reminders_until": "mute reminders until",
    "default_calendar": "my default calendar is",
}
_QUESTIONS = {
    "zone": "Which zone, or which city?",
    "working_hours": "From when to when do you work?",
    "week_start": "On which day shall weeks start: Monday, Sunday or Saturday?",
    "default_length": "How long shall new events be?",
    "reminder_leads": "How long before?",
    "all_day_reminder": "At which hour of the day?",
    "quiet_hours": "From when to when shall it be quiet?",
    "digest_at": "At which hour shall your agenda come?",
    "digest_days": (
        'Your own agenda comes every day; with "no reminders on weekends" it rests there too. '
        "At which hour shall it come, or off?"
    ),
    "buffer": "How long between meetings?",
    "pause_reminders_until": "Until when?",
    "default_calendar": "Which calendar?",
}


Reader = Callable[[Sentence, re.Match[str], str], Wish | None]


@cache
def _readers() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    """Every wish's words, compiled when the first come, so that starting stays quick."""
    return tuple((re.compile(pattern), read) for pattern, read in _READERS)


_CAL = r"(?P<name>[\w#' -]{2,40}?)"
_DIGEST = r"(?:digest|daily (?:agenda|summary|briefing|overview)|morning (?:briefing|summary))"

_READERS: tuple[tuple[str, Reader], ...] = (
    (
        r"^(?:leave|keep|take|drop|exclude|include|put|add|show|hide|remove|skip|omit"
        r"|(?:don'?t|do not|never) (?:show|include|put|list)|stop (?:showing|including)) (?:the "
        r"|my )?"
        rf"{_CAL} calendars? (?:out of|in|into|off|from|to) (?:my |the )?{_DIGEST}",
        in_digest,
    ),
    (
        rf"^(?:don'?t |do not |never |stop )?(?:count|counting|treat|treating|ignore)"
        rf" (?:(?:all )?(?:the |my )?events (?:on|in|from|of) )?(?:the |my )?{_CAL}"
        r"(?: calendar| events)? (?:as|when)\b",
        counted,
    ),
    (
        r"^(?:don'?t let |(?:events|everything) (?:on|in|from) )?(?:the |my )?"
        rf"{_CAL} calendar (?:(?:should|shall|must|does|do|need|can|will)(?: ?n[o']t| not)? )?"
        r"(?:count|block|take|be counted|be treated|make me|show as|affect)\w*\b",
        counted,
    ),
    (
        rf"^(?:(?:put|add|create|save) (?:everything|all (?:my )?(?:new )?{EVENTS})"
        rf" (?:on|in|to|into)|use|take) (?:the |my )?{_CAL} calendar"
        r" (?:by default|from now on|always|for everything|unless .*)$",
        default_calendar,
    ),
    (
        rf"^(?:use|put|make|set) (?:the |my )?{_CAL}(?: calendar)? (?:for (?:all )?new"
        r"|(?:as |the |my |to be )+default calendar)",
        default_calendar,
    ),
    (
        rf"^(?:put|add|create|save) (?:all )?(?:my )?new {EVENTS} (?:on|in|to|into) (?:the |my )?"
        rf"{_CAL}(?: calendar)?(?: by default)?$",
        default_calendar,
    ),
    (
        rf"^(?:all |my |all my )?(?:new )?{EVENTS} (?:should |shall |must |will |to |always |now )*"
        r"(?:go|be (?:put|added|created|saved)|land|belong|live)(?:es|s)? (?:on|in|to|into) "
        rf"(?:the |my )?{_CAL}(?: calendar)?(?: by default| from now on)*$",
        default_calendar,
    ),
    (
        r"\bdefault calendar (?:is|to|should be|shall be|as|:) (?:the |my )?"
        rf"{_CAL}(?: calendar)?$",
        default_calendar,
    ),
    (
        r"\btime ?zone\b(?:(?! (?:is|to|as)\b)[^,])*(?: (?:is|to|as|at)"
        r"|:)? ?(?P<zone>[\w/ +-]{2,40})?$",
        zone,
    ),
    (r"\b(?:switch|change|go|set) (?:my zone )?(?:to|it to) (?P<zone>[\w/ ]{2,30}) time\b", zone),
    (r"\b(?:use|show (?:me )?(?:all )?times in) (?P<zone>[\w/ ]{2,30}?) time\b", zone),
    (
        r"^(?:i'?m|i am|we'?re|we are) (?:now |currently |back |living |working |based )+in "
        r"(?P<zone>[\w/ ]{2,30}?)(?: now| at the moment| these days| again)?$",
        zone,
    ),
    (
        r"^(?:i'?m|i am|we'?re|we are) in (?P<zone>[\w/ ]{2,30}?)"
        r"(?: now| at the moment| these days| currently)?$",
        zone,
    ),
    (
        r"^(?:i|we)(?:'ve| have)?(?: just)? (?:moved|relocated|live|landed|arrived|got)"
        r"(?: back)? (?:to|in) (?P<zone>[\w/ ]{2,30}?)(?: now| today| time)?$",
        zone,
    ),
    (
        rf"^(?:please )?(?:unmute|resume|unpause|unsnooze)(?: (?:all |my |the )*(?:{PINGS}"
        rf"|everything|yourself))?$|^(?:turn|switch) (?:my |the |all )*(?:{PINGS} (?:back )?on"
        rf"|(?:back )?on (?:my |the |all )*{PINGS})(?: again| back on)*$",
        resumed,
    ),
    (
        r"\bcalendar news\b|\bcalendar change (?:notices|notifications|alerts|messages)\b"
        r"|\b(?:tell|telling|notify|notifying|inform|informing|alert|alerting) me (?:about|of|when"
        r"|what) (?:any |the )?(?:changes?|updates?|others change|(?:someone|somebody|others)"
        r" changes?)\b.{0,40}\bcalendars?\b",
        calendar_news,
    ),
    (r"\bquiet (?:hours|time)\b|\bdo not disturb\b|\bdnd\b", quiet_hours),
    (
        rf"\b(?:{PINGS}|{PING} me) (?:\w+ )?(?:on|at|over|during) (?:the )?weekends? (?:too|again"
        r"|as well|also)\b|\bweekend reminders (?:on|again)\b",
        weekends_on,
    ),
    (rf"\bweekend {PINGS}\b.*\b(?:off|stop|no)\b|\b(?:no|stop|turn off) weekend {PINGS}", quiet),
    (SILENT, quiet),
    (
        r"^(?:please )?(?:no|don'?t|never|stop)\b.*\b(?:digest|daily agenda|daily summary)\b"
        r"|^(?:please )?(?:(?:don'?t|never|stop|only|always) )?(?:send|bring|deliver|dm)(?:ing)?"
        r" (?:me )?my (?:own )?(?:agenda|schedule)(?: to me)?(?: (?:only|just|always))?"
        r"(?: (?:daily|weekly)| (?:at|on|every|each) (?!the |my ))(?!.*\b(?:today|tomorrow)\b)"
        rf"|\b{_DIGEST}\b|\b(?:agenda|schedule|day)\b.{{0,20}}\b(?:every|each) (?:day|morning"
        r"|evening|weekday|night)\b|\b(?:every|each) (?:day|morning|evening)\b.{0,25}\bmy (?:agenda"
        r"|schedule)\b|\b(?:wake|greet) me with (?:my|the) (?:agenda|schedule)\b",
        digest,
    ),
    (
        rf"\b(?:work(?:ing)?|office|business) (?:hours|days|week|time)s?\b(?!.*\b{EVENTS}\b)",
        working,
    ),
    (
        rf"^(?:i|we) (?:only |usually |normally |always |now )*work (?:from |between |only |on )*"
        rf"(?:{HOUR}\s*(?:to|until|till|-|–|and)|{DAY}\s*(?:to|through|thru|until|till|-|–|,|and)"
        rf"|weekdays|every day|{DAY}s\b)(?!.*\b(?:tomorrow|today|next|this)\b)",
        working,
    ),
    (
        rf"^(?:i|we) (?:don'?t|do not|never|no longer) work (?:on )?(?:{DAY}|weekends)"
        r"(?!.*\b(?:next|this|tomorrow)\b)",
        working,
    ),
    (
        rf"^my (?:work ?)?day (?:is|starts|runs|goes)\b.*{HOUR}",
        working,
    ),
    (
        r"\b(?:12|24|twelve|twenty[- ]four)[- ]?(?:hours?|hr|h)\b[- ]?(?:clock|time|format|mode)"
        r"|^(?:use|show|switch to|i (?:want|prefer|like)|give me|display) (?:the |me |times in )?"
        r"(?:(?:12|24|twelve|twenty[- ]four)[- ]?(?:hours?|hr|h)\b|am (?:and|/|or) pm|am/pm"
        r"|military time)",
        clock_shown,
    ),
    (
        r"^(?:set |make |have )?(?:my |the |our )?weeks? (?:should |shall |to )?(?:start|begin)"
        r"|^(?:start|begin) (?:my |the |our )?weeks?\b|\bweek start\b",
        week_start,
    ),
    (
        r"\b(?:keep|leave|want|need|have|put|set|give|add|make|use|no|without|any)\b.{0,30}\b"
        rf"(?:between|before and after|in between|around) (?:my |all |all my )?{EVENTS}$"
        rf"|\bbuffers?\b.{{0,20}}\b(?:between|around|of|to|is|before)\b|\bno (?:more )?buffers?\b"
        r"|^(?:set|make|change|remove|use) (?:a |the |my )?(?:\S+ ){0,3}buffer\b",
        buffer,
    ),
    (r"\ball[- ]day (?:events?|reminders?)\b.*\bat\b|\ball[- ]day reminders?\b", all_day),
    (
        rf"\bremind\w*\b.*\b(?:before|of|about|for) (?:all|every|each|any|all of|my)(?: my| of my)?"
        rf" {EVENTS}(?: by default| always|,? please)?$(?<! my event)(?<! my meeting)"
        rf"(?<! my appointment)(?<! my call)"
        rf"|\bremind\w*\b.*\bbefore (?:every|each|all) |\bdefault reminders?\b"
        rf"|^(?:always|by default,?) remind me\b.*\bbefore\b"
        rf"|\bremind\w*\b.*\bbefore\b.*\bby default\b"
        rf"|\bremind me (?:of|about|before) (?:all |my |every )?{EVENTS}.*\bbefore(?:hand)?$"
        rf"|^(?:don'?t|do not|never|stop) remind(?:ing)? me (?:of|about|before) (?:my |all "
        rf"|every )?"
        rf"{EVENTS}(?: by default)?$",
        leads,
    ),
    (
        rf"\bdefault (?:{EVENTS} )?(?:length|duration)s?\b|^(?:make|set|change|use|my|the) (?:my "
        rf"|the )?(?:default|standard|usual) {EVENTS}(?: (?:is|to|to be|should be|be|at|last|takes?"
        rf"))*\s.*\b(?:minutes?|mins?|hours?|long)$|\b(?:new )?{EVENTS}\b.*\bby default\b"
        rf"|\bby default,? .*\b{EVENTS}\b|\bdefault to\b|^(?:make|my|all|new|set)\b(?: \w+)? "
        rf"(?:new )?{EVENTS} (?:should|shall|to|are|last|take|always|be)+\b.*\b(?:long|minutes"
        rf"|mins"
        r"|hours?|default)$(?=.*\bnew\b|.*\balways\b|.*\bdefault\b)"
        rf"|^(?:make|set) (?:all )?(?:my )?new {EVENTS}\b",
        default_length,
    ),
)


def _loosely(s: Sentence) -> Wish:
    """What vaguer words may mean: only hours, days or a length are left to go by."""
    low = s.text.casefold()
    hours, days = range_in(low), DAYS.search(low)
    return {"working_hours": hours, "working_days": told_days(s, days) if days and hours else None}
