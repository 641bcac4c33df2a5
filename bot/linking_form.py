"""The form by which CalDAV servers, iCloud and feeds are linked: its fields, and the wish in them.

Its password is a secret field: it goes to the provider's linking and nowhere else.
"""

from collections.abc import Mapping

from bot.chat.forms import Form, FormField, Option
from bot.linking_words import CALDAV, FEED, FORM, ICLOUD, Kind
from calendar_core.linking import Wish
from calendar_core.people import PersonId

KEEPS, TIMES = "all", "times"
_DETAILS = (Option("Times, titles and places", KEEPS), Option("Only when I am busy", TIMES))
_APPLE = "icloud.com"


def link_form(
    kind: Kind, *, server: str = "", user: str = "", free_busy_only: bool = False
) -> Form:
    """What is asked to link an account of a kind."""
    return Form(
        value=f"{FORM}:{kind.name}",
        title=f"Link a {kind.title}" if kind is FEED else f"Link {kind.title}",
        fields=(*_fields(kind, server, user), _details(free_busy_only)),
        submit="Link",
    )


def _fields(kind: Kind, server: str, user: str) -> tuple[FormField, ...]:
    if kind is FEED:
        return (
            FormField(
                name="server",
                label="Address of the feed",
                value=server,
                required=True,
                hint="https://… or webcal://…, ends in .ics as a rule",
            ),
        )
    if kind is ICLOUD:
        return (
            FormField(
                name="user",
                label="Apple Account",
                value=user or server,
                required=True,
                hint="its mail address, like ana@icloud.com",
            ),
            FormField(
                name="password",
                label="App-specific password",
                required=True,
                hint="like abcd-efgh-ijkl-mnop; not the account's own",
                secret=True,
            ),
        )
    return (
        FormField(
            name="server",
            label="Server or mail address",
            value=server,
            required=True,
            hint="like https://cal.example.org or ana@example.org",
        ),
        FormField(
            name="user",
            label="User name",
            value=user or (server if "@" in server and "://" not in server else ""),
            hint="left empty: the mail address above",
        ),
        FormField(
            name="password",
            label="Password",
            required=True,
            hint="an app password, where your server has them",
            secret=True,
        ),
    )


def _details(free_busy_only: bool) -> FormField:
    return FormField(
        name="keep",
        label="What I keep of events",
        value=TIMES if free_busy_only else KEEPS,
        options=_DETAILS,
    )


def wish_of(kind: Kind, owner: PersonId, fields: Mapping[str, str]) -> Wish:
    """What was filled in, as a provider takes it."""
    server, user = fields.get("server", "").strip(), fields.get("user", "").strip()
    if kind is ICLOUD:
        server = _APPLE
    if kind is CALDAV and not user and "@" in server and "://" not in server:
        user = server
    return Wish(owner=owner, server=server, user=user, password=fields.get("password", ""))


def is_free_busy_only(fields: Mapping[str, str]) -> bool:
    """Whether only times are to be kept."""
    return fields.get("keep") == TIMES


def wrong_link_fields(kind: Kind, fields: Mapping[str, str]) -> dict[str, str]:
    """What can't be taken, without asking anybody: field name → a sentence."""
    wrong = {}
    server = fields.get("server", "").strip()
    if kind is CALDAV and not (fields.get("user", "").strip() or "@" in server):
        wrong["user"] = "Your user name on that server, please."
    if kind is ICLOUD and "@" not in fields.get("user", ""):
        wrong["user"] = "The mail address of your Apple Account, please."
    return wrong
