"""Buttons in a terminal: what a label or a typed key means."""

from dataclasses import dataclass

from adapters.console.screen import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressable:
    """A button on a message, shown now or once."""

    post: Post
    label: str
    value: str
    """`verb:id`."""
    url: str | None = None
    """For a button that opens an address."""


def folded(label: str) -> str:
    """A label without regard to case and outer space, cut to what an index keeps."""
    return " ".join(label.split()).casefold()[:300]
