"""The words that requests are made of, as fragments for patterns.

What they add up to is `intents` and `slots`.
"""

T = "[\ue000-\ue0ff]"
"""Stands for time words in a marked sentence."""
Q = "[\ue100-\ue1ff]"
"""Stands for quoted words in a marked sentence."""


def one_of(words: str) -> str:
    """A pattern for any of these words, separated by bars; longer ones first."""
    return "(?:" + "|".join(sorted(words.split("|"), key=len, reverse=True)) + ")"


CREATE = one_of(
    "add|create|schedule|shedule|schedual|make|set|set up|setup|book|put|plan|arrange"
    "|organize|organise|block|block off"
    "|block out|reserve|enter|insert|mark|mark down|pencil in|save|record|note|log|start"
    "|register|fix|include"
    "|put in|put down|write down|jot down|input|establish|initiate|new|fit in|squeeze in|fit"
    "|squeeze"
    "|pencil me in|put me down|throw|slot in|pop|generate|adding|creating|scheduling|booking"
    "|build|compose|prepare|sign me up for|get me|line up|host|hold|draft|post|open up"
    "|do add|re-add|readd"
)
DELETE = one_of(
    "delete|remove|cancel|cancle|cancell|erase|clear|clear out|wipe|wipe out|drop|scrap"
    "|get rid of|empty|clean|clean up"
    "|disregard|scratch|call off|rm|rm rf|void|nix|dump|trash|discard|eliminate|purge|undo"
    "|unschedule|format|reset|kill"
    "|strike|cross off|forget about|dismiss|take off|destroy|abort|abandon|free up|axe"
    "|take out|revoke|withdraw|unbook"
    "|flush|deleted|take away|skip|nuke|never mind"
)
UPDATE = one_of(
    "move|change|reschedule|reshedule|push|push back|push out|postpone|delay|shift|update"
    "|edit|modify|rename|bump|extend|shorten"
    "|switch|swap|bring forward|relocate|alter|adjust|amend|revise|correct|pull forward"
    "|lengthen|prolong|put off"
    "|defer|advance|retitle|replace|fix|rearrange|slide|slip|set back|put back|turn|convert"
    "|uninvite|disinvite|edit out|repeat"
)
LOOK = one_of(
    "show|list|tell|find|search|look|look for|look up|check|give|display|read|pull up|see"
    "|view|open|get|bring up|fetch"
    "|review|go over|describe|present|summarize|summarise|run through|recite|know|confirm"
    "|verify|print|identify"
    "|locate|say|inform|detail|retrieve|explain|query|count|brief|recap|pull|share"
    "|figure out|find out|report|announce"
)
ANSWER = one_of(
    "accept|decline|join|rsvp|tentatively accept|tentative|reject|turn down|confirm|respond"
    "|say yes|say no|reply|approve"
)
REMIND = one_of("remind|notify|alert|nudge|ping|warn|wake")

GENERIC = one_of(
    "meeting|meetings|event|events|appointment|appointments|appt|appts|appoint"
    "|calendar event|calendar events|entry|entries|item"
    "|items|thing|things|something|anything|everything|calendar entry|calendar item"
    "|engagement|engagements|task|tasks"
    "|activity|activities|plans|plan|schedule|schedules|slot|time|block|calendar|meet"
    "|invite|invitation|invites|invitations"
    "|session|agenda|reservation|reminder|it|that|this|one|them|those|these|booking"
    "|bookings|commitment|commitments"
    "|stuff|any|all|gathering|everything else|data|detail|details|calender|meeting time"
    "|obligations|obligation|date|series|occurrence|occurrences"
    "|meeting event|calendar invite|meeting invite|meting|mtg|mtgs"
)
"""Words for any event: they name none."""

EVENT = one_of(
    "meeting|meetings|event|events|appointment|appointments|appt|lunch|dinner|breakfast"
    "|brunch|supper|party|call|interview"
    "|class|lesson|practice|game|match|concert|birthday|bday|anniversary|wedding|conference"
    "|workshop|session|date|review"
    "|standup|stand-up|sync|one-on-one|1:1|one on one|1 on 1|presentation|flight|trip"
    "|vacation|holiday|haircut|dentist|doctor"
    "|doctors|checkup|check-up|training|seminar|webinar|festival|reunion|picnic|movie|show"
    "|gym|yoga|coffee|drinks|retreat"
    "|demo|exam|test|deadline|reservation|visit|graduation|funeral|ceremony|recital"
    "|rehearsal|tournament|race|marathon"
    "|run|hike|walk|jog|shopping|kickoff|planning|standups|retro|catch-up|catchup|catch up"
    "|get-together|luncheon|golf"
    "|soccer|football|baseball|basketball|tennis|swimming|bowling|fishing|camping|church"
    "|study|homework|surgery|therapy"
    "|massage|manicure|oil change|pickup|pick up|drop off|barbecue|bbq|cookout|potluck"
    "|fundraiser|gala|parade|orientation"
    "|tryouts|webex|zoom|briefing|debrief|town hall|all hands|happy hour|payment|bill|meet"
    "|plans|shower|baby shower|marriage|christening|date night|sleepover|bbq|gathering"
    "|viewing|inspection|delivery|appt|mtg|offsite|checkin|check-in"
)
MEETING = one_of(
    "meeting|call|sync|1:1|one on one|one-on-one|1 on 1|catch-up|catch up|catchup|review"
    "|standup|stand-up|interview|demo"
    "|workshop|session|kickoff|kick-off|retro|planning|presentation|briefing"
    "|conference call|video call|phone call|chat"
    "|check-in|check in|touch base|conversation|meet|appointment|mtg"
)
"""Events to which guests are usually invited."""
WHOLE_DAY = one_of(
    "birthday|bday|b-day|birthdays|anniversary|vacation|holiday|holidays|trip|day off"
    "|days off|off|leave|pto|out of office|ooo"
    "|out of the office|conference|festival|retreat|deadline|due|due date|triathlon"
    "|marathon|camping|visiting|staycation"
    "|travel|traveling|travelling|sick|payment|bill|rent|event|parade|road trip|camp|wfh"
    "|work from home|honeymoon|getaway"
    "|birthday party|moving day|cruise|sabbatical|fair|tournament|reunion|weekend"
    "|spring break|work day|theme park"
)
"""Events that fill days when no hour is said."""

CALENDAR = r"(?:calend[ae]rs?|schedules?|agenda|diary|planner|date ?book)"
DETERMINER = (
    r"(?:the|a|an|my|our|his|her|their|your|this|that|these|those|some|any|another|one|all|mine)"
)
RELATION = one_of(
    "boss|manager|mom|mum|mother|dad|father|wife|husband|brother|sister|son|daughter|friend"
    "|friends|partner|team|doctor"
    "|family|girlfriend|boyfriend|colleague|colleagues|coworker|coworkers|co-worker"
    "|supervisor|client|clients|therapist"
    "|adviser|advisor|lawyer|accountant|dentist|kids|parents|uncle|aunt|cousin|grandma"
    "|grandpa|neighbor|neighbour"
    "|assistant|landlord|teacher|professor|trainer|coach|roommate|staff|department|reports"
    "|hr|group|class|crew|players"
)

CLASH = (
    r"\bdouble[- ]?booked\b|\bdouble bookings?\b"
    r"|\b(?:meetings?|events?|appointments?|calls?|anything|something|things|calendar|schedule)"
    r" (?:that )?(?:do |does |will |are |is )?(?:overlap|clash|conflict|collide)(?:s|es|ing)?\b"
    r"|^(?:any|are there (?:any)?|do i have (?:any)?|have i (?:got )?(?:any)?|show (?:me )?(?:my"
    r"|the|any)?|list (?:my|the)?|find) ?(?:clash(?:es)?|conflicts?|overlaps?"
    r"|(?:clashing|conflicting|overlapping) (?:meetings|events|appointments))\b"
)
"""Questions about what overlaps what, of one's own."""
