"""Cards of every kind, as the bot says them."""

from datetime import UTC, datetime

from bot.chat.cards import (
    Button,
    ButtonStyle,
    Card,
    CardKind,
    Field,
    Link,
    Moment,
    Picture,
    Quiet,
    Strong,
    Tone,
    message,
)

MOVE = Card(
    kind=CardKind.CARD,
    title=('Move "Lunch with Ana"?',),
    fields=(
        Field(name="was", value=("Wed 11 March 12:30–13:15",)),
        Field(
            name="will be",
            value=(
                Moment(datetime(2026, 3, 11, 12, tzinfo=UTC), "Wed 11 March 13:00–13:45"),
                Quiet(" (your usual hour)"),
            ),
        ),
        Field(name="calendar", value=("Personal (Google) · Ana and 11 others will be mailed",)),
        Field(name="note", value=(Strong("overlaps"), ' "1:1 with Kim" 12:30–13:00')),
    ),
    buttons=(
        Button(label="Confirm", value="confirm:1", style=ButtonStyle.PRIMARY),
        Button(label="Edit", value="edit:1"),
        Button(label="Not now", value="decline:1"),
    ),
    tone=Tone.ASKING,
)
SCOPE = Card(
    kind=CardKind.CARD,
    title=('Cancel "Design review". Which?',),
    buttons=(
        Button(label="Only Mon 16 March", value="only:1"),
        Button(label="This and following", value="following:1"),
        Button(label="Whole series (6 left)", value="all:1", style=ButtonStyle.DANGER),
        Button(label="Not now", value="decline:1"),
    ),
    tone=Tone.CAREFUL,
)
OUTCOME = Card(
    kind=CardKind.CARD,
    title=("✓ Moved to Wed 11 March 13:00–13:45. Ana was mailed.",),
    buttons=(Button(label="Undo", value="undo:1"),),
    tone=Tone.DONE,
)
AGENDA = message(
    "Wednesday 11 March\n"
    "  09:30–10:00  Standup · weekly\n"
    "  12:30–13:15  Lunch with Ana · Café Oslo, the one behind the station, upstairs\n"
    "  all day      Kim is out\n"
    "Free: 10:00–12:30, 13:15–17:00"
)
REMINDER = Card(
    kind=CardKind.REMINDER,
    body=(("⏰ Standup in 10 minutes, 09:30–09:45.",),),
    buttons=(
        Button(label="Join", value="join:1", url="https://meet.example/abc-defg"),
        Button(label="Snooze 5 min", value="snooze:1"),
        Button(label="Done", value="done:1"),
    ),
)
LATE = Card(kind=CardKind.REMINDER, body=(("⏰ Send the report.",),), late=True)
DIGEST = Card(
    kind=CardKind.DIGEST,
    title=("Tuesday 10 March",),
    body=(("  09:30–10:00  Standup",), ("  14:00–15:00  Review · ", Link("notes", "https://n.example"))),
)  # fmt: skip
NOTICE = Card(
    kind=CardKind.NOTICE,
    title=('Bo moved "Review".',),
    fields=(Field(name="will be", value=("Thu 12 March 15:00–16:00",)),),
    buttons=(
        Button(label="Accept", value="accept:1"),
        Button(label="Propose another time", value="propose:1"),
        Button(label="Decline", value="decline:1"),
    ),
    tone=Tone.CAREFUL,
)
PICTURE = Card(picture=Picture(png=b"\x89PNG", words="Your week: 12 hours of meetings"))
HOSTILE = Card(
    kind=CardKind.CARD,
    title=("[red]Free lunch[/red] \x1b[2J\x1b]0;owned\x07",),
    body=(("first\nsecond \u202eesrever",), (Link("bank", "https://bank.example\x1b[31m"),)),
    fields=(Field(name="[b]note[/b]", value=(":smile: \x9b1A",)),),
    buttons=(Button(label="Con\x1bfirm [bold]", value="x:1"),),
)

CARDS = {
    "move": MOVE,
    "scope": SCOPE,
    "outcome": OUTCOME,
    "agenda": AGENDA,
    "reminder": REMINDER,
    "late": LATE,
    "digest": DIGEST,
    "notice": NOTICE,
    "picture": PICTURE,
    "hostile": HOSTILE,
}
