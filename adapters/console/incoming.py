"""What is typed or scripted, made into the words of `bot.chat`. Pure but for fresh ids."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from adapters.console.screen import OpenForm, Post
from bot.chat.messages import (
    ButtonPress,
    FormAnswer,
    IncomingMessage,
    Place,
    PlaceKind,
    Sender,
)

PLATFORM = "console"


def person(name: str) -> Sender:
    """Somebody by their local name."""
    return Sender(platform=PLATFORM, workspace="", user=name, name=name)


def direct(name: str) -> Place:
    """The direct conversation with somebody."""
    return Place(platform=PLATFORM, workspace="", channel=f"@{name}", kind=PlaceKind.DIRECT)


def channel(name: str) -> Place:
    """A channel by its name, which begins with #."""
    return Place(platform=PLATFORM, workspace="", channel=name, kind=PlaceKind.CHANNEL, name=name)


def place_named(name: str) -> Place:
    """The place that a stored channel id means: `@ana` or `#team`."""
    return channel(name) if name.startswith("#") else direct(name.removeprefix("@"))


def clean(text: str) -> str:
    """Text that every database can keep: without NUL and half characters."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "")


def message(text: str, *, place: Place, sender: Sender, at: datetime) -> IncomingMessage:
    """Somebody wrote."""
    return IncomingMessage(id=_fresh(), place=place, sender=sender, text=clean(text), at=at)


def press(value: str, post: Post, *, sender: Sender, at: datetime) -> ButtonPress:
    """Somebody pressed a button, where the card stands."""
    return ButtonPress(
        id=_fresh(),
        place=post.place,
        sender=sender,
        value=value,
        at=at,
        message=post.ref,
        trigger=post.id,
    )


def answer(form: OpenForm, fields: Mapping[str, str], *, at: datetime) -> FormAnswer:
    """Somebody filled in a form."""
    return FormAnswer(
        id=_fresh(),
        place=form.place,
        sender=form.sender,
        value=form.form.value,
        at=at,
        fields={name: clean(value) for name, value in fields.items()},
    )


def _fresh() -> str:
    return uuid4().hex
