"""What a provider can do, so that planning and cards need not know its name."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The traits of a provider that a change depends on."""

    mails_guests: bool
    """Whether guests hear of a change by mail from the provider."""
    resets_answers: bool
    """Whether the provider itself asks guests again when the time changes; else planning does."""
    undo_restores_text: bool = True
    """Whether a resource can be written back word for word."""
    video: str = ""
    """What its video links are called, where it makes them: "Google Meet". Empty: it makes none."""


LOCAL = Capabilities(mails_guests=False, resets_answers=False)
CALDAV = Capabilities(mails_guests=True, resets_answers=False)
"""Whether guests are mailed is the server's affair (RFC 6638): the card says that they may be."""
GOOGLE = Capabilities(
    mails_guests=True, resets_answers=False, undo_restores_text=False, video="Google Meet"
)
MICROSOFT = Capabilities(
    mails_guests=True, resets_answers=True, undo_restores_text=False, video="Teams"
)
"""Exchange mails guests by itself, always, and asks them anew when the time changes."""
BY_PROVIDER: Mapping[str, Capabilities] = {
    "local": LOCAL,
    "caldav": CALDAV,
    "google": GOOGLE,
    "microsoft": MICROSOFT,
}


def of(provider: str) -> Capabilities:
    """The traits of a provider by name; of an unknown one the cautious guess."""
    return BY_PROVIDER.get(provider, Capabilities(mails_guests=True, resets_answers=True))
