"""The table of cues, second part: changes, guests, answers to invitations."""

from bot.llm.offline.cues import CLAUSE
from bot.llm.offline.intent import Intent
from bot.llm.offline.lexicon import (
    ANSWER,
    CALENDAR,
    DELETE,
    DETERMINER,
    EVENT,
    UPDATE,
    Q,
    T,
)

CHANGING: tuple[tuple[Intent, float, str], ...] = (
    # Changing
    (Intent.UPDATE, 8, rf"^{UPDATE}\b"),
    (
        Intent.UPDATE,
        6,
        rf"{CLAUSE}(?:move|change|reschedule|push|postpone|delay|shift|update|rename|bump"
        r"|extend|shorten|switch|swap|bring|relocate|edit|modify)\b",
    ),
    (Intent.UPDATE, 7, r"\binstead\b"),
    (Intent.UPDATE, 6, r"^make (?:it|that|this)\b"),
    (
        Intent.UPDATE,
        12,
        rf"^make (?:(?:my|the|our)\b|{T}).*\binstead\b"
        rf"|^make (?:it|that|this) (?:(?:an?|at|on|for) )?(?:{T}|all[- ]day|longer|shorter"
        r"|later|earlier|private|public|weekly|daily|monthly)",
    ),
    (
        Intent.UPDATE,
        9,
        r"[.,;!?] (?:so |but |and )*(?:(?:please|can you|could you|would you) )+(?:move|change"
        r"|reschedule|push|postpone|shift|delay)\b",
    ),
    (
        Intent.DELETE,
        9,
        r"[.,;!?] (?:so |but |and )*(?:(?:please|can you|could you|would you) )+(?:cancel|delete"
        r"|remove|clear)\b(?! (?:him|her|them)\b)",
    ),
    (
        Intent.UPDATE,
        14,
        r"\b(?:cancel|remove|delete)\b.{1,80}\b(?:and|then)? ?(?:reschedule|move"
        r"|re-?schedule it|change it|push it)\b",
    ),
    (
        Intent.UPDATE,
        20,
        rf"^make (?:my|the|our) (?!{T})[^.]{{1,50}}?\s(?:(?<!on )(?<!at )(?<!for )(?<!from "
        rf"){T}$|longer|shorter|earlier|later|private|public|all day|recurring|repeat"
        r"|weekly)",
    ),
    (
        Intent.UPDATE,
        8.5,
        r"\bshould (?:be|start|end|last|run|take)\b|\bneeds? to be (?:moved|changed|pushed"
        r"|at|on|in|shorter|longer)\b|\bhas (?:moved|been moved|changed|been rescheduled)\b"
        r"|\b(?:got|was|been) (?:moved|changed|pushed|postponed|rescheduled) (?:to|until)\b",
    ),
    (
        Intent.UPDATE,
        9,
        r"\b(?:was|is) with \w+(?: \w+)?,? (?:and )?not\b|^(?:no longer|not) with\b",
    ),
    (
        Intent.UPDATE,
        10,
        r"^(?:remove|take|drop|delete|kick|uninvite|disinvite|cut"
        rf"|exclude)\s(?!{DETERMINER}\b)(?!{T})(?:\w+[ ,]+(?:and )?){{1,6}}?(?:off"
        rf"|from)\b(?! (?:of )?(?:my|the|our)? ?(?:\w+ )?{CALENDAR})(?!\s*{T})",
    ),
    (
        Intent.UPDATE,
        14,
        r"\b(?:uninvite|disinvite)\b|\bremove (?:him|her|them)\b|\bremove \w+ from (?:my"
        r"|the|our|this|that)\b(?! (?:\w+ )?(?:calend|schedul|agenda|diary|planner))",
    ),
    (
        Intent.UPDATE,
        12,
        r"^(?:the|my|our) [^.]{1,50} (?:has |was |got |is |been )*(?:moved|pushed|changed"
        r"|rescheduled|postponed|shifted|delayed|bumped|brought forward) (?:to|until|by)\b"
        r"|^(?:i|we)(?:'d| would)? (?:like|want|need) (?:the|my|our) .{2,50} to (?:be|start|end"
        r"|take|run)\b",
    ),
    (Intent.UPDATE, -9, rf"^call (?:the|my) [^{T[1:-1]}{Q[1:-1]}]+{T}$"),
    (
        Intent.UPDATE,
        16,
        r"^(?:start|begin|have|hold|make|schedule|set) (?:the|my|our) .*\binstead\b"
        r"|^(?:set|make|have|change) (?:the|my|our) .{2,50} (?:to )?(?:take|run|be) "
        rf"(?:for )?{T}$|^make (?:the|my|our) .{{2,50}} long$"
        r"|^(?:set|change|update) the (?:location|place|venue|address|title|name|color|colour"
        r"|description) (?:of|for) .*\b(?:to|as)\b",
    ),
    (Intent.UPDATE, 7, r"\bcan'?t make it to\b.*\b(?:but|coming)\b"),
    (
        Intent.UPDATE,
        9,
        r"^have .{1,60} as the (?:location|title|name|place)\b|^(?:set|add|change"
        r"|put) (?:the|a) (?:location|place|title|name|description|note|color"
        r"|colour)\b(?! down)|^call (?:it|the|my)\b|^mark (?:it|the|my) .{0,40}(?:private"
        r"|public|tentative)",
    ),
    (
        Intent.UPDATE,
        16,
        r"^make (?:\w+ ){1,3}(?:longer|shorter|earlier|later)$"
        rf"|^make (?:my|the|our|{T}).{{0,50}}\s(?:start|begin|end|last|run|finish)\b",
    ),
    (Intent.UPDATE, 16, rf"^(?:schedule|have|put) (?:my |the )?{T} to\b"),
    (
        Intent.UPDATE,
        9,
        r"^(?:make|set|let|have) (?:it|that|this|the \w+|my \w+)(?: \w+)? (?:repeat|recur"
        r"|start|end|last|run|longer|shorter)\b|\bstop repeating\b",
    ),
    (
        Intent.UPDATE,
        9,
        r"^(?:add|include|attach|put) (?:a |an )?(?:video link|zoom link|meet link"
        r"|video call|video|meet|link|zoom)\b",
    ),
    (
        Intent.UPDATE,
        20,
        r"^(?:add|put|attach|write) (?:an? |the )?(?:note|description|comment|memo) (?:to"
        r"|on|for|in) (?:the|my|our|this|that)\b",
    ),
    (Intent.UPDATE, 20, rf"^(?:make|change|set) (?:it|that|this)(?: to)?(?: (?:at|on|for))? {T}$"),
    (Intent.UPDATE, 14, r"^(?:start|begin|have|do|hold) .{1,60}\b(?:earlier|later)$"),
    (
        Intent.UPDATE,
        20,
        r"^(?:add|include|attach|put) (?:an? |the )?(?:video|zoom|meet|teams|conference)(?: \w+)?"
        r" (?:to|in|into|on) (?:the|my|our|this)\b"
        r"|^(?:add|include|attach|put) (?:an? |the )?(?:video|zoom|google meet|meet|teams) "
        r"link to ",
    ),
    (
        Intent.UPDATE,
        22,
        r"^(?:remove|delete|drop|take (?:off |away |out )?) ?(?:an? |the )?"
        r"(?:video|zoom|google meet|meet|teams|conference)(?: link| call| conference)? "
        r"(?:off |out )?(?:from|of|off) ",
    ),
    (
        Intent.UPDATE,
        16,
        r"^(?:set|make|mark|keep|put) (?:the|my|our|it|this|that)\b.{0,40} (?:to |as )?(?:private"
        r"|public|tentative)$",
    ),
    (
        Intent.UPDATE,
        16,
        rf"^stop .{{2,50}} from (?:repeating|recurring)$|^make .{{2,50}} (?:an? )?all[- ]day\b"
        rf"|^(?:change|set|move) the end(?:ing)?(?: time)? (?:of|for)\b"
        rf"|^(?:end (?:(?:my|the|our)\b|{T}|.*\b{EVENT}\b)|(?:end|finish|conclude|wrap up|stop)"
        rf" (?:(?:it|this|that)\b|{T}|(?:my|the|our)\b.*\b{EVENT}\b)).*"
        rf"(?:{T}(?: instead)?$|\b(?:earlier|later|early|sooner)$)"
        rf"|^(?:have|let) (?:my|the|our|it|this|that)\b.* (?:end|finish|run|go|last|stop)\b.*{T}",
    ),
    # Taking away
    (Intent.DELETE, 8, rf"^{DELETE}\b"),
    (Intent.DELETE, 8, r"^get rid\b"),
    (
        Intent.DELETE,
        22,
        r"\b(?:isn'?t|is not|won'?t be|not|cancell?ed|called off|backed out|bailed|can'?t|cannot"
        r"|won'?t)\b[^.?]{0,60}[,;.]? (?:so |please |and |can you |could you )*(?:take|get|remove"
        r"|delete|cancel|drop|clear|scrap) (?:it|that|this|him|her|them)"
        rf"(?:\s(?:off|out|from|on)\b|$|\s{T})",
    ),
    (
        Intent.DELETE,
        14,
        r"^(?:i|we) (?:don'?t|do not) (?:want|wish|feel like)(?: to)? (?:go|going|attend|attending"
        r"|come|coming)\b"
        rf"|^(?:stop|discontinue) (?:the |my |our )?(?:{T}|daily|weekly|biweekly|monthly|recurring"
        rf"|regular) (?:\w+ ){{0,2}}{EVENT}$",
    ),
    (Intent.DELETE, 16, rf"^no (?:\w+ ){{0,2}}{EVENT} (?:on )?{T}$"),
    (
        Intent.DELETE,
        9.5,
        rf"{CLAUSE}(?:delete|cancel|erase|remove|clear|wipe|get rid of|scrap|call off)\b",
    ),
    (
        Intent.DELETE,
        7,
        rf"^take\b.{{1,60}}\b(?:off|from|out of) (?:of )?(?:my|the|our) (?:\w+ )?{CALENDAR}",
    ),
    (
        Intent.DELETE,
        9,
        r"^(?:i'?m|i am|we are|we're) (?:not|no longer)\b|^i (?:can'?t|won'?t"
        r"|cannot) (?:make|go|attend|do)\b|^no (?:more|longer)\b",
    ),
    (
        Intent.DELETE,
        14,
        r"^(?:i|we) (?:don'?t|do not|no longer) (?:want|need|have)(?: to)? .{2,60}\b(?:any ?more"
        r"|any longer)$|^(?:i|we) no longer (?:want|need|have)\b|^(?:i|we) don'?t need (?:the"
        r"|my)\b",
    ),
    (Intent.DELETE, 7, r"\b(?:is|was|got|has been|been) (?:cancell?ed|called off)\b(?!.*\?)"),
    (
        Intent.DELETE,
        -9,
        r"^(?:check|see|tell|find|know|confirm)\b.*\b(?:cancell?ed|removed|deleted)\b"
        r"|\b(?:so|if|whether|that) (?:that )?i can (?:delete|cancel|remove)\b|\b(?:is|was"
        r"|been|has|have|were|are) (?:\w+ ){0,4}(?:cancell?ed|removed|deleted)\b.*\?",
    ),
    (
        Intent.DELETE,
        -16,
        r"^(?:trash|garbage) (?:day|pickup|collection|night)\b|^drop (?:\S+ ){1,4}?off\b"
        r"|^(?:take|get) (?:out )?the (?:trash|garbage|bins?|recycling|rubbish)(?: out)?\b"
        r"|^(?:clean|empty|clear) (?:out )?(?:the|my) (?:house|room|kitchen|car|garage|bathroom"
        r"|apartment|flat|yard|gutters?|desk|oven|fridge|attic|basement|dishwasher|bins?|litter)\b"
        r"|^(?:trash|clean) (?:up )?(?!my\b|the\b|all\b|out\b)\w+ing\b|^drop-?off\b",
    ),
    (Intent.DELETE, 6, r"\bto (?:clear|delete|erase|empty|wipe) (?:my|the|out|all)\b"),
    # Guests
    (Intent.INVITE, 10, r"^(?:invite|re-?invite)\b(?!s)"),
    (
        Intent.INVITE,
        12,
        rf"^(?:add|include|bring|put|loop in|get|cc) (?!{DETERMINER}\b"
        rf"|{T})[^.{Q[1:-1]}]{{1,80}}? (?:to|in|into|on|as) (?:the|my|our|this|that"
        rf"|{T}(?:'s)?|an?)\s?(?:[^.]{{0,40}}\b)?(?:meeting|call|event|invite|invitation"
        r"|sync|standup|review|guest list|attendees?|guests?|participants?|lunch"
        r"|dinner|party|interview|workshop|session|1:1|demo|presentation|appointment"
        rf"|brunch|breakfast|it)\b(?! {CALENDAR})",
    ),
    (
        Intent.INVITE,
        6,
        r"\b(?:and|then|also) invite\b|\badd .{1,60} as (?:an? )?(?:attendees?|guests?"
        r"|participants?|optional)\b",
    ),
    (Intent.INVITE, -7, r"^(?:create|schedule|set up|book|make|new|plan|add an?)\b"),
    # Answers to invitations
    (Intent.ANSWER, 11, rf"^(?:{ANSWER})\b(?! (?:all|that|if|whether|when|what))"),
    (
        Intent.ANSWER,
        10,
        r"\b(?:accept|decline|rsvp|turn down|reject)\b.{0,50}\b(?:invite|invitation|meeting"
        r"|event|party)\b",
    ),
    (
        Intent.ANSWER,
        9,
        r"^(?:say|respond|reply|answer|put me down|mark me|i'?ll be"
        r"|i will be) (?:as )?(?:with )?(?:a )?(?:yes|no|maybe|tentative|attending|going"
        r"|not attending|not going|there)\b(?! (?:with|in))",
    ),
    (Intent.ANSWER, 14, r"^(?:accept|decline|reject) (?:all|both|every)\b"),
    (
        Intent.ANSWER,
        -8,
        r"^(?:who|has|have|did|what|how|is|are|was|which|when)\b|^(?:confirm|join"
        r"|approve) (?:my|the|all) (?:schedule|calendar|plans)",
    ),
)
