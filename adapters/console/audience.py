"""To whom and where something was said, in words, as far as the reader does not see it anyway."""

from adapters.console.screen import Post
from bot.chat.messages import Place


def audience(post: Post, *, name: str = "", place: Place | None = None) -> str:
    """For somebody called `name` who sits in `place`; empty when there is nothing to add."""
    where = "" if post.place == place else _where(post, name)
    if not post.is_hidden:
        return where
    only = "only you see this" if post.seen_by == name else f"only {post.seen_by} sees this"
    return f"{where}, {only}" if where else only


def _where(post: Post, name: str) -> str:
    if not post.place.is_private:
        return f"in {post.place.name}"
    owner = post.place.channel.removeprefix("@")
    return "in direct messages" if owner == name else f"to {owner}"
