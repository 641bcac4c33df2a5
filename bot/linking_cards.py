"""Cards about linking an account: which one, how, and what came of it. Pure.

Cards about accounts that are linked are `linked_cards`; the form is `linking_form`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.chat.cards import Button, ButtonStyle, Card, CardKind, Field, Line, Link, Strong, Tone
from bot.chat.forms import Form, FormField
from bot.linking_words import (
    BEGIN,
    CALDAV,
    CALENDARS,
    DROP,
    ENTER,
    FEED,
    FORM,
    GOOGLE,
    ICLOUD,
    KINDS,
    MICROSOFT,
    Kind,
    named,
)
from bot.wording import say_names
from calendar_core.events import Calendar
from calendar_core.linking import Account, Begun, Linked

APP_PASSWORDS = "https://account.apple.com"
"""Where Apple's app-specific passwords are made."""
PASSWORD_IN_WORDS = (
    "A password does not belong into a message: if you wrote one, delete the message and change "
    "the password. It goes into the form alone."
)
ME = "me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the operator set for linking on vendors' pages."""

    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Provider → the settings that it wants and that are not set."""
    public_url: str = ""
    """Where browsers reach the web door; empty where they do not."""
    in_browser: frozenset[str] = frozenset()
    """Providers that send a browser back."""
    by_code: frozenset[str] = frozenset()
    """Providers that link by a code where no browser can come back."""

    def returns_to(self, kind: Kind) -> str:
        """Where a vendor's page sends the browser; empty where it can't."""
        if not self.public_url or kind.provider not in self.in_browser:
            return ""
        return f"{self.public_url}/link/{kind.provider}/callback"

    def page_of(self, kind: Kind, state: str) -> str:
        """Our short address that leads to a vendor's page: theirs are too long for a button."""
        return f"{self.public_url}/link/{kind.provider}/start/{state}"


def which_card(known: Sequence[str]) -> Card:
    """Which one? Only kinds whose provider is known here are offered."""
    labels = {
        GOOGLE.name: "Google",
        MICROSOFT.name: "Outlook, Microsoft 365",
        ICLOUD.name: "iCloud",
        CALDAV.name: "Another (CalDAV)",
        FEED.name: "Address of a feed",
    }
    offered = [one for one in KINDS.values() if one.provider in known]
    return Card(
        kind=CardKind.CARD,
        title=("Which calendar do you want to link?",),
        body=(
            ("I read it, and change it only when you confirm it on a card.",),
            ('For your account on another platform say "link slack" or "link discord".',),
        ),
        buttons=tuple(
            Button(label=labels[one.name], value=f"{BEGIN}:{one.name}") for one in offered
        ),
        tone=Tone.ASKING,
    )


def form_card(kind: Kind, *, careful: str = "") -> Card:
    """How an account is linked by a form, with the button that opens it."""
    body: list[Line] = [(careful,)] if careful else []
    if kind is ICLOUD:
        body += [
            (
                "iCloud wants a password made for Convene alone: sign in at ",
                Link("account.apple.com", APP_PASSWORDS),
                ", open Sign-In and Security, then App-Specific Passwords, and make one.",
            ),
            ("Then fill in your Apple Account and that password.",),
        ]
    elif kind is FEED:
        body += [("A feed is read only. I need its address, which often is a secret itself.",)]
    else:
        body += [
            (
                "I need the address of your server, or your mail address, your user name and a "
                "password. Take an app password where your server has them (Fastmail, Nextcloud, "
                "Yahoo do).",
            )
        ]
    if kind is not FEED:
        body += [("I keep the password sealed, show it to nobody, and erase it when you unlink.",)]
    return Card(
        kind=CardKind.CARD,
        title=(f"Link a {kind.title}" if kind is FEED else f"Link {kind.title}",),
        body=tuple(body),
        buttons=(
            Button(label="Fill in …", value=f"{FORM}:{kind.name}", style=ButtonStyle.PRIMARY),
        ),
        tone=Tone.ASKING,
    )


def page_card(kind: Kind, page: str, linking: str) -> Card:
    """Off to the vendor's page, in a browser that comes back and shows a code."""
    return Card(
        kind=CardKind.CARD,
        title=(f"Link {kind.title}",),
        body=(
            (f"Sign in on {kind.title}'s page and allow Convene to see your calendars.",),
            ("Then your browser shows a code: enter it here. All that within ten minutes.",),
        ),
        buttons=(
            Button(
                label=f"Open {kind.title}",
                value=f"open:{linking}",
                style=ButtonStyle.PRIMARY,
                url=page,
            ),
            Button(label="Enter the code …", value=f"{ENTER}:{linking}"),
        ),
        tone=Tone.ASKING,
    )


def code_card(kind: Kind, begun: Begun, linking: str) -> Card:
    """A code to be typed on the vendor's page."""
    return Card(
        kind=CardKind.CARD,
        title=(f"Link {kind.title}",),
        body=(("Open the page and type this code there. I tell you here when it is done.",),),
        fields=(
            Field(name="page", value=(Link(begun.page, begun.page),)),
            Field(name="code", value=(Strong(begun.code),)),
            Field(name="careful", value=("Show the code to nobody: it is good for ten minutes.",)),
        ),
        buttons=(
            Button(
                label=f"Open {kind.title}",
                value=f"open:{linking}",
                style=ButtonStyle.PRIMARY,
                url=begun.page,
            ),
        ),
        tone=Tone.ASKING,
    )


def keep_card(kind: Kind, linking: str, linked: Linked, *, wants_code: bool) -> Card:
    """The vendor said yes: is it really the asker's account?"""
    names = say_names([one.name or linked.address for one in linked.calendars[:8]])
    more = len(linked.calendars) - 8
    shown = f"{names} and {more} more" if more > 0 else names
    fields = [
        Field(name="account", value=(Strong(f"{kind.title} {linked.address}"),)),
        Field(name="calendars", value=(shown or "none",)),
    ]
    if wants_code:
        told = "The code that your browser shows. So nobody else's account is linked as yours."
        fields.append(Field(name="code", value=(told,)))
    label = "Enter the code …" if wants_code else "Link"
    return Card(
        kind=CardKind.CARD,
        title=(f"Link {linked.address}?",),
        fields=tuple(fields),
        buttons=(
            Button(label=label, value=f"{ENTER}:{linking}", style=ButtonStyle.PRIMARY),
            Button(label="Not mine", value=f"{DROP}:{linking}"),
        ),
        tone=Tone.ASKING,
    )


def enter_form(linking: str) -> Form:
    """Asks for the code that the browser shows."""
    code = FormField(
        name="code", label="The code in your browser", required=True, hint="six digits"
    )
    return Form(value=f"{ENTER}:{linking}", title="Link the account", fields=(code,), submit="Link")


def linked_card(account: Account, calendars: Sequence[Calendar]) -> Card:
    """It is linked."""
    only = " I keep only when you are busy." if account.free_busy_only else ""
    fields = []
    if calendars:
        names = say_names([one.name for one in calendars[:12]])
        more = len(calendars) - 12
        fields.append(
            Field(name="calendars", value=(f"{names} and {more} more" if more > 0 else names,))
        )
    return Card(
        kind=CardKind.CARD,
        title=(f"✓ Linked {named(account)}.",),
        body=((f"I am reading it now; that may take a minute.{only}",),),
        fields=tuple(fields),
        buttons=(Button(label="Your calendars", value=f"{CALENDARS}:{ME}"),),
        tone=Tone.DONE,
    )


def failed_card(kind: Kind, why: str) -> Card:
    """It was not linked, and why; with the way to try again."""
    verb = FORM if kind.has_form else BEGIN
    return Card(
        kind=CardKind.CARD,
        title=(f"{kind.title[:1].upper()}{kind.title[1:]} is not linked.",),
        body=((why,),),
        buttons=(Button(label="Try again", value=f"{verb}:{kind.name}"),),
        tone=Tone.CAREFUL,
    )


def wrong_code_card(linking: str, left: int) -> Card:
    """Not the code that the browser showed."""
    if not left:
        return said_card(
            "That is not the code that your browser shows, for the third time. Nothing was linked; "
            'say "link" to begin again.',
            Tone.CAREFUL,
        )
    tries = "one try is" if left == 1 else f"{left} tries are"
    return Card(
        kind=CardKind.CARD,
        title=(f"That is not the code that your browser shows; {tries} left.",),
        buttons=(Button(label="Enter the code …", value=f"{ENTER}:{linking}"),),
        tone=Tone.CAREFUL,
    )


def said_card(words: str, tone: Tone = Tone.PLAIN) -> Card:
    """A card that is over."""
    return Card(kind=CardKind.CARD, title=(words,), tone=tone)


def not_set_up(kind: Kind, missing: Sequence[str]) -> str:
    """The operator has to do something first."""
    if not missing:
        return f"This Convene can't link {kind.title} calendars."
    return (
        f"{kind.title} calendars can't be linked here yet. Whoever runs Convene has to set "
        f"{say_names(missing)}; the README says where they come from."
    )


def no_way_back(kind: Kind, person: str) -> str:
    """No browser can come back to us."""
    return (
        f"No browser can come back to this Convene, so {kind.title} is linked on the machine where "
        f"it runs: convene link {kind.name} --person {person}. Or whoever runs it sets "
        "CONVENE_PUBLIC_URL."
    )
