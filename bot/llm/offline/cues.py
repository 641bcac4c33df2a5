"""The table of cues, first part: making new events, looking, free time.

Each cue is words that speak for an intent, and how much. The others are `change_cues` and
`reminder_cues`; summing them up is `intents`.
"""

from bot.llm.offline.intent import Intent
from bot.llm.offline.lexicon import (
    CALENDAR,
    CREATE,
    EVENT,
    LOOK,
    T,
)

CLAUSE = (
    r"(?:(?:^|[.?!,;:\ue000-\ue1ff]\s*|\b(?:and|then|please|to|just|also|but|so|could you"
    r"|can you|would you|you|i|lets"
    r"|let's|i'll|calendar)\s)(?:(?:please|just|also|then|go ahead and)\s)?)"
)
_AUX = (
    r"(?:do|does|did|is|are|am|was|were|will|has|have|had|isn't|aren't|don't"
    r"|didn't)(?= (?:i|we|you|my|our|the|there|it|any"
    r"|anyone|anybody|everyone|everybody|somebody|someone|this|that|today|tomorrow|all"
    r"|[\ue000-\ue1ff]|\w+'s|\w+ (?:\w+ ){0,4}?"
    r"(?:free|available|busy|coming|going|attending|invited|accepted|declined|responded|at"
    r"|still|on|be|scheduled|planned)))"
)

TABLE: tuple[tuple[Intent, float, str], ...] = (
    # Making something new
    (Intent.CREATE, 6, rf"^{CREATE}\b"),
    (
        Intent.CREATE,
        4,
        rf"{CLAUSE}(?:add|create|schedule|book|put|set up|make|plan|block|set|mark|save"
        r"|pencil)\b(?! (?:for|at|on|like|look)\b)",
    ),
    (
        Intent.CREATE,
        2.5,
        r"^(?:i|we)(?:'ve| have|'m| am|'ll| will|'d| would| had| need| want| can| gotta"
        r"| got to| plan| was)\b(?! you\b)",
    ),
    (
        Intent.CREATE,
        2,
        r"^(?:i'm|we're|i'll|we'll|im|there's|there (?:is|will be|are)(?! (?:any|an?y)\b)"
        r"|let's|my|our|the)\b",
    ),
    (Intent.CREATE, 2, rf"\b(?:on|to|in|into|onto) (?:my|the|our|his|her) (?:\w+ )?{CALENDAR}\b"),
    (Intent.CREATE, 2.5, rf"{T}"),
    (Intent.CREATE, 1, rf"\b{EVENT}\b"),
    (Intent.CREATE, 1, r"\bwith \w"),
    (
        Intent.CREATE,
        5,
        r"\b(?:create|set up|schedule|book|add|make) (?:me )?(?:an?|the|new|some|another)\b",
    ),
    (
        Intent.CREATE,
        11,
        rf"^(?:show|mark|put|set|list|make|note|block) (?:me|my {CALENDAR}"
        r"|my \w+(?: status)?|us|myself)(?: \w+)? (?:as|to) (?:an? )?(?:[\ue100-\ue1ff]"
        r"|busy|free|out|away|ooo|tentative|working|unavailable|off|available)",
    ),
    (
        Intent.CREATE,
        15,
        rf"^(?:update|edit|change) (?:my|the|our) {CALENDAR} (?:to (?:say|reflect|show"
        r"|include|add|have)|that|with)\b",
    ),
    (
        Intent.CREATE,
        9,
        r"^find (?:me )?.{0,30}\bto (?:create|schedule|book|make|set up|work on|write|study)\b",
    ),
    (
        Intent.CREATE,
        4,
        r"\b(?:put|added|add|set|save|mark|create) (?:it|that|this|the event|an event)\b",
    ),
    (
        Intent.CREATE,
        6,
        r"\bsend (?:\w+ ){0,3}invit|^send (?:an? |the )?(?:\w+ ){0,2}invite|\bsend invite",
    ),
    (
        Intent.CREATE,
        6,
        r"^get (?:me |us )?an? (?!list|summary|overview)(?:\w+ ){0,2}(?:meeting|appointment"
        r"|event)\b",
    ),
    (Intent.CREATE, 2, rf"^(?:\S+ ){{0,5}}{EVENT}$"),
    (Intent.CREATE, 3, r"^(?:out of (?:the )?office|ooo|lunch|dinner|meeting|new)\b"),
    (Intent.CREATE, 9, rf"^(?:how|what) about (?:an? |some )?(?:\w+ ){{0,2}}{EVENT}\b.*{T}"),
    (Intent.CREATE, 5, r"^call (?:\w+ ){1,3}for (?:an? )?meeting"),
    # Looking
    (
        Intent.LOOK,
        7,
        r"^(?:(?:so|and|at|in|on|from|for|by|about|during) )?(?:what|whats|when|whens|where"
        r"|wheres|wher|who|whos|which|how|why|whose|whom)\b",
    ),
    (Intent.LOOK, 6.5, rf"^{_AUX}"),
    (
        Intent.LOOK,
        6,
        rf"^{LOOK}\b(?! (?:rid|ready|going|an? \w+ (?:appointment|meeting))\b| (?:me"
        r"|us) an? (?:reminder|event|meeting|appointment))",
    ),
    (
        Intent.LOOK,
        5,
        r"^(?:i(?:'d| would)? )?(?:like|want|need|love|wanted|am looking"
        r"|'m looking)(?: you)?(?: to)? (?:to )?(?:know|see (?:what|when|where|if|who|my"
        r"|how|all|the)|check|find|hear|look|view|confirm|you to find)\b",
    ),
    (
        Intent.LOOK,
        6,
        r"[,.;!?] ?(?:do|did|does|is|are|was|were|will|what|when|where|who) (?:i|it|my|the"
        r"|there|time|is)\b",
    ),
    (
        Intent.LOOK,
        13,
        rf"^(?:(?:my|the|our|all|latest|{T}(?:'s)?)\s?){{0,3}}(?:(?:upcoming|weekly|daily"
        r"|work|full|next|entire) )?(?:schedule|events?|plans?|agenda|appointments"
        rf"|meetings|{CALENDAR}|day|week)(?:\s(?:for\s)?{T})?$",
    ),
    (
        Intent.LOOK,
        4,
        r"\b(?:can you|could you|please|to|and) (?:tell|show|find|check|list|search|look"
        r"|see what|see if|pull up)\b",
    ),
    (Intent.LOOK, 6, r"^(?:any|anything)\b"),
    (Intent.LOOK, 5, r"^let (?:me|us) (?:know|see|hear)\b"),
    (
        Intent.LOOK,
        4,
        r"\b(?:upcoming|what(?:'s| is)|happening|going on|coming up|do i have|have i got"
        r"|i have (?:scheduled|planned|set up|going))\b",
    ),
    (Intent.LOOK, 5, r"\bmore about\b|^events\b|\blist of\b|^search\b|^open events\b"),
    (
        Intent.LOOK,
        14,
        r"^(?:curious|wondering|i wonder|i was wondering|i(?:'m| am) (?:curious|wondering|not sure"
        r"|unsure)|i (?:forgot|forget)|i (?:can'?t|don'?t) (?:remember|recall|know))"
        r" (?:if|whether|when|where|what|who|how|about)\b",
    ),
    (
        Intent.LOOK,
        10,
        r"\b(?:can you|could you|please) (?:tell|show) me (?:what|when|if|where|who|how)\b",
    ),
    (
        Intent.LOOK,
        6,
        r"[.,;!?] (?:so |but |and )*(?:(?:please|can you|could you|would you) )+(?:tell|show) me\b",
    ),
    (
        Intent.LOOK,
        13,
        r"^remind (?:me|us) (?:again )?(?:of |about )?(?:what|when|where|who|which|how)\b",
    ),
    (Intent.LOOK, 4, r"\bwhat (?:meetings|events|appointments|plans|is|are|was|do i)\b"),
    (Intent.LOOK, 5, r"^did you\b"),
    (Intent.LOOK, 8, r"^(?:did|have|had|didn't|haven't) (?:i|we)\b"),
    (
        Intent.LOOK,
        15,
        rf"^(?:is|are|was|were) .{{1,40}} (?:cancell?ed|still (?:on|happening)|moved|on)(?: {T})?$"
        rf"|^(?:the |my )?(?:first|last|final) (?:meeting|event|appointment|thing"
        rf"|call) (?:on )?{T}$",
    ),
    (
        Intent.LOOK,
        14,
        r"^(?:did|has|have|does|do|is|are|was|were) (?:\w+ ){1,3}?(?:accept(?:ed)?|declin\w+"
        r"|respond(?:ed)?|repl\w+|answer(?:ed)?|confirm(?:ed)?|rsvp\w*|come|coming|attend\w*"
        r"|say yes)\b|^what did (?:\w+,? ){1,5}?(?:answer|say|reply)\W*$",
    ),
    (
        Intent.LOOK,
        15,
        rf"^repeat (?:(?:my|the|our|{T}) )+(?:\w+ )?(?:{CALENDAR}|events|plans|list)\b",
    ),
    (Intent.LOOK, 12, r"^(?:the |my )?(?:last|latest|previous) time (?:i|we)\b"),
    (
        Intent.LOOK,
        12,
        r"^(?:my |the )?next (?:meeting|event|appointment|call|thing|one|up)$|^next$"
        r"|^(?:my |the |our )?(?:\w+ )?(?:calendar|schedule|agenda)(?: please)?$"
        r"|^(?:the |our |this )?(?:team|channel|group)(?:'s)? (?:agenda|schedule|calendar)\b",
    ),
    # Free time
    (
        Intent.FREE,
        9,
        r"\b(?:when|what time|what times|what day|which day|how long)s? (?:am|are|is|do"
        r"|does|can|will|could|would|works?|have)\b.{0,80}\b(?:free|available|availability"
        r"|open|no meetings|gaps?)\b",
    ),
    (
        Intent.FREE,
        9,
        r"\b(?:find|show|look for|get|give|see|check|suggest|propose|list|need"
        r"|tell)\b.{0,40}\b(?:free|available|open|common|mutual|best|good"
        r"|suitable)\b.{0,20}\b(?:time|times|slot|slots|window|windows|hours?|spots?|gaps?"
        r"|blocks?)\b",
    ),
    (
        Intent.FREE,
        8,
        r"^(?:find|look for|suggest|propose|search for|get)(?: me| us)? (?:a |an |some "
        r"|the )?(?:(?:best|good|next|first|suitable|mutual|common|free|open"
        rf"|available) )?(?:(?:time|times|slot|slots|gap|window)\b|{T})(?! to create)",
    ),
    (
        Intent.FREE,
        9,
        r"^(?:free|available|open) (?:time|times|slots?|hours)\b|^(?:my )?availability\b",
    ),
    (
        Intent.FREE,
        9,
        r"^(?:am|are|is|will|was|would|could|can|isn't|aren't|do|does|has"
        r"|have)\b.{1,60}?\b(?:free|available|busy|booked|occupied|open|unavailable"
        r"|availability)\b(?! time (?:to|for) \w+ing)",
    ),
    (
        Intent.FREE,
        12,
        r"^(?:is|are|was|were|will) (?!i\b|we\b|it\b|there\b|that\b|this\b|the \b)"
        r"(?:my |our )?[^\W\d][\w' ,&-]{0,40}? "
        r"(?:be )?(?:out(?: of (?:the )?office)?|away|off|around|on (?:vacation|leave|holiday|pto)"
        r"|at work|in the office|ooo|wfh|working)(?:\s*[\ue000-\ue0ff])*$",
    ),
    (
        Intent.FREE,
        16,
        r"^(?:is|are|am|will|was|isn't|aren't)\b.{1,60}?\b(?:clear|wide open|empty)\b"
        r"(?! (?:that|the|my|to)\b)",
    ),
    (Intent.FREE, -12, r"^(?:when|what time) (?:do|can|will|am) i (?:get |be )?off\b"),
    (Intent.FREE, -6, r"\b(?:busy day|busy week|booked (?:for|on)|anything booked)\b"),
    (
        Intent.FREE,
        8,
        r"^(?:do|does) (?:i|we) have (?:any |some |a )?(?:\w+ ){0,3}?(?:time|slots?|gaps?"
        r"|room|openings?|blocks? of time|availability)\b",
    ),
    (
        Intent.FREE,
        9,
        r"^when (?:can|could|should) (?:i|we)\b",
    ),
    (
        Intent.FREE,
        8,
        r"\bwhen (?:can|could|should|would) (?:i|we|everyone|everybody|they"
        r"|\w+ and)\b.{0,40}\b(?:meet|talk|get together|schedule|do|go|have|fit|book)\b",
    ),
    (
        Intent.FREE,
        8,
        r"\bdo(?:es)? .{0,50} (?:work|suit)(?: for| me)?\b|\bhave time (?:to|for)\b|\bfit in\b",
    ),
    (
        Intent.FREE,
        16,
        r"^(?:when|what time|what day|which day)(?:'s| is| are|'d be| would be)? (?:good|best"
        r"|works?"
        r"|suits?|convenient|a good time)\b",
    ),
    (
        Intent.FREE,
        15,
        r"[.!?;] (?:can you |could you |please )*(?:find|look for|suggest) (?:me |us )?"
        r"(?:an? |some )?(?:\w+ )?(?:slot|time|spot|gap|window)\b",
    ),
    (Intent.FREE, 12, rf"^(?:when|what day|which day|what time) (?:do|can|will) (?:i|we) have {T}"),
    (Intent.FREE, 7, r"\b(?:free|available) (?:time|slots?)\b"),
    (
        Intent.FREE,
        20,
        r"^(?:(?:tell|show) (?:me|us) |find out |let me know )?(?:when|what time|which day)\b"
        r".{0,40}?"
        r"\b(?:nothing|no (?:meetings?|events?|plans|appointments?))\b",
    ),
    (
        Intent.FREE,
        26,
        r"^(?:does|do|would|will) (?:[\ue000-\ue0ff]\s*)+(?:clash|conflict|overlap|collide)\b",
    ),
    (
        Intent.FREE,
        18,
        r"^(?:any|are there any|is there an?y?|(?:do|have) i (?:have |got )?an?y?|got any)"
        r" (?:free |open |empty )*(?:gaps?|slots?|openings?|holes?|windows?)\b",
    ),
    (
        Intent.LOOK,
        24,
        r"\bnext time (?:i|we)(?:'m|'re| am| are)? (?:see|meet|talk|seeing|meeting|talking)\b"
        r"|^when (?:do|will|am|are) (?:i|we) next\b|^when(?:'s| is) (?:my|our) next\b",
    ),
    (
        Intent.FREE,
        9,
        r"^(?:check|see|find out)\b.{0,20}\b(?:if|whether)\b.{1,60}\b(?:free|available"
        r"|busy)\b|\bavailability\b",
    ),
)
