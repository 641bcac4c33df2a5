"""The table of cues, third part: reminders, figures, calendars, preferences."""

from bot.llm.offline.intent import Intent
from bot.llm.offline.lexicon import CLASH, DELETE, T

_REMINDER = r"(?:reminders?|alarms?|alerts?|notifications?|remainders?|notices?)"
_SETTINGS = (
    r"(?:time ?zone|working hours|work hours|office hours|business hours|work(?:ing)? ?days"
    r"|work ?week|week start|default (?:length|duration"
    r"|meeting length|event length|reminder)s?|quiet hours|do not disturb|buffer"
    r"|daily (?:digest|agenda|summary)|digest"
    r"|(?<!o')clock|time format|weekend reminders|preferences|settings|all[- ]day reminders?)"
)

SERVING: tuple[tuple[Intent, float, str], ...] = (
    # Reminders
    (
        Intent.REMIND,
        13,
        r"^(?:remind|remember me|wake me)\b(?! (?:me |us )?(?:what|when|where|who|which)\b)",
    ),
    (
        Intent.REMIND,
        11,
        r"\bremind (?:me|us|him|her|them|it|everyone|everybody|the (?:team"
        r"|channel))\b(?! (?:what|when|where|who)\b)",
    ),
    (
        Intent.REMIND,
        11,
        r"^(?:ping|notify|alert|nudge) (?:everyone|everybody|us|(?:this|the|our) (?:team|channel"
        r"|room|thread))\b",
    ),
    (
        Intent.REMIND,
        11,
        r"^(?:set|create|make|add|give|send|put|schedule|need|activate|have|turn on|start"
        rf"|get|i need|i want|i'd like|leave|issue)\b.{{0,50}}?\b{_REMINDER}\b(?! (?:event"
        r"|meeting) on)",
    ),
    (
        Intent.REMIND,
        9,
        r"\b(?:set|create|make|add|give me|send me|need) (?:me )?(?:an? "
        rf"|another )?(?:\w+ )?{_REMINDER}\b",
    ),
    (
        Intent.REMIND,
        16,
        rf"^(?:change|set|move|update|make) (?:the|my) (?:\w+ )?{_REMINDER} (?:for|of|before)"
        rf" .*{T}$"
        rf"|^(?:send|show|get) me (?:an? )?{T}[ -](?:warning|notice|heads[- ]?up)\b"
        rf"|^(?:give me )(?:an? )?{T}[ -](?:warning|notice|heads[- ]?up|reminder|alert)\b",
    ),
    (Intent.REMIND, 8, rf"^(?:\w+ )?{_REMINDER}(?: (?:for|to|about|that|at)\b|:)"),
    (Intent.REMIND, 8, rf"^(?:an? )?{T}[ -]{_REMINDER} (?:before|for)\b"),
    (
        Intent.REMIND,
        8,
        r"\b(?:alert|notify|ping|nudge|warn|dm) me\b|^(?:alert|notify|nudge|warn)\b",
    ),
    (Intent.REMIND, 12, r"^(?:tell|let) (?:me|us) .{0,20}\bto \w+ (?!my calendar)"),
    (
        Intent.REMIND,
        4,
        rf"\bdon'?t let me forget\b|^{_REMINDER}$|^meeting reminder$|\bset an alarm\b",
    ),
    (
        Intent.REMIND,
        14,
        r"^(?:make sure|ensure|see to it) (?:that )?(?:i|we) (?:don'?t|do not|never) forget\b"
        r"|^(?:i|we) (?:need|have|want|must|should)(?: to)? remember (?:to|that)\b"
        r"|^(?:i|we) (?:mustn'?t|can'?t|shouldn'?t|must not|don'?t want to) forget\b"
        r"|^(?:help me )?remember to\b|^don'?t (?:let me |let us )?(?:forget|miss)\b",
    ),
    (Intent.REMIND, -9, r"^(?:is|are|do|does|what|which|when|how|any|list|did|show)\b"),
    (
        Intent.REMINDERS,
        14,
        r"^(?:what|which|any|list|show|do|does|are|is|tell|see|read|how many"
        r"|give me (?:all|my|the|a list)|check|view|display|my|pending|all|upcoming|when"
        rf"|open|did)\b.{{0,50}}\b{_REMINDER}\b(?! (?:in|for|about|of) my (?:event"
        r"|meeting))",
    ),
    (Intent.REMINDERS, 14, r"^what (?:did|have|do|are|am|should) .*\bremind(?:ing)? (?:me|us)\b"),
    (Intent.REMINDERS, 12, r"^(?:my|pending|current|upcoming|all) (?:\w+ )?reminders?\b"),
    (
        Intent.REMIND,
        9,
        r"^let (?:me|us) know (?:of|about) (?:the|my) (?:meeting|event|appointment|party)\b",
    ),
    (Intent.REMIND, 14, r"\b(?:notify|alert) (?:me|us) before\b"),
    (Intent.REMIND, 20, r"^remind (?:me|us) (?:when|as soon as|once) .*\b(?:starts?|begins?)\b"),
    (
        Intent.UNREMIND,
        30,
        r"^(?:i|we) (?:don'?t|do not|no longer) (?:need|want) (?:the |my |a |any |that )?(?:\w+ )?"
        rf"{_REMINDER}\b",
    ),
    (Intent.UNREMIND, 30, rf"^{DELETE}\b.{{0,60}}\b(?:{_REMINDER})\b"),
    (
        Intent.UNREMIND,
        12,
        r"^(?:stop|don'?t|do not|quit|never mind|no need to) remind(?:ing)? me\b(?! (?:on "
        r"weekends|at weekends))",
    ),
    (Intent.UNREMIND, 10, rf"^(?:turn off|disable|stop|switch off)\b.{{0,40}}\b{_REMINDER}\b"),
    # Figures, calendars, preferences
    (
        Intent.ANALYZE,
        12,
        r"\bhow (?:often|many times) (?:do|did|have|will|am|are) (?:i|we)(?: be)? (?:meet|met|see"
        r"|seen|seeing|meeting|talk|talked|speak|spoke|get together)\b"
        r"|\bhow (?:many hours|much time|busy|heavy|full)\b(?! (?:until|till"
        r"|do i have (?:until|left|before|free)|before|is left))|\bbusiest\b"
        r"|\bmeeting load\b|\bfocus time\b(?!.*\b(?:block|book|schedule|add|create|put|set"
        r"|find|reserve)\b)|\b(?:analy[sz]e|analysis|statistics|stats|insights?|trends?"
        r"|breakdown)\b|\bwho do i (?:meet|see|talk)\b.{0,20}\bmost\b|\b(?:time"
        r"|hours) (?:spent |spend )?in meetings\b|\btoo many meetings\b",
    ),
    (
        Intent.ANALYZE,
        14,
        r"\b(?:percent(?:age)?|share|portion|fraction) of (?:my|our) (?:time|day|week)",
    ),
    (Intent.ANALYZE, 10, r"^(?:what|which|when)\b.*\bbusiest\b"),
    (Intent.ANALYZE, 24, CLASH),
    (Intent.ANALYZE, -12, r"^(?:block|book|schedule|add|create|put|set|reserve|find|make)\b"),
    (
        Intent.CALENDARS,
        12,
        r"\b(?:which|what|list|show|see)\b.{0,20}\bcalendars\b|\bcalendars (?:are|do|have"
        r"|i have)\b|^(?:my )?calendars$|\bcalendars?\b.{0,20}\b(?:linked|connected|synced"
        r"|healthy)\b|\b(?:linked|connected) calendars?\b",
    ),
    (
        Intent.PREFER,
        14,
        r"^(?:set|change|update|make|turn|switch|put|use|my|adjust|enable|disable|start"
        rf"|stop|send|give|keep|leave|the|a|our)\b.{{0,40}}?\b{_SETTINGS}\b",
    ),
    (
        Intent.PREFERENCES,
        20,
        r"^(?:what|show|which|tell|list|see|get|when|how|view|check"
        rf"|where)\b.{{0,30}}\b{_SETTINGS}\b|^(?:my |the )?(?:preferences|settings)$",
    ),
)
