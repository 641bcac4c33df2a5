"""Links: who is told that one was shared or is being written, and `chat.unfurl`.

See Slack's "Unfurling links in messages", `link_shared`, `chat.unfurl`.
"""

import re
from secrets import token_hex
from urllib.parse import urlsplit

from tests.servers.slack.backend import Backend, Team
from tests.servers.slack.blocks import checked_blocks
from tests.servers.slack.chat import decoded
from tests.servers.slack.world import Account, Channel, Json, Kind, Message, Refused, Token

MOST_DOMAINS = 5
_LINK = re.compile(r"https?://[^\s<>|]+")
_COMPOSER = "COMPOSER"


def links_in(slack: Backend, text: str) -> list[Json]:
    """The links in a text whose domains the app has registered, as events tell them."""
    found = []
    for url in dict.fromkeys(_LINK.findall(text.replace("&amp;", "&"))):
        domain = domain_of(slack, url)
        if domain:
            found.append({"domain": domain, "url": url})
    return found


def domain_of(slack: Backend, url: str) -> str:
    """The registered domain that an address is below; empty for none."""
    host = (urlsplit(url).hostname or "").lower()
    registered = slack.manifest.unfurl_domains
    return next((one for one in registered if host == one or host.endswith(f".{one}")), "")


def shared(slack: Backend, said: Message) -> Json | None:
    """The event of a message with links; None for one without. It comes from every conversation,
    whether the bot is in it or not."""
    links = links_in(slack, said.text)
    if not links:
        return None
    bot = slack.teams[said.channel.team].bot_user
    event: Json = {
        "type": "link_shared",
        "channel": said.channel.id,
        "is_bot_user_member": bot in said.channel.members,
        "user": said.user,
        "message_ts": said.ts,
        "unfurl_id": f"{said.channel.id}.{said.ts}.{token_hex(8)}",
        "source": "conversations_history",
        "links": links,
        "event_ts": slack.ts(),
    }
    return event | ({"thread_ts": said.thread_ts} if said.thread_ts else {})


def composed(slack: Backend, account: Account, text: str) -> Json:
    """The event of links that somebody is still writing."""
    made = f"{account.id}-{token_hex(8)}"
    return {
        "type": "link_shared",
        "channel": _COMPOSER,
        "is_bot_user_member": True,
        "user": account.id,
        "message_ts": made,
        "unfurl_id": made,
        "source": "composer",
        "links": links_in(slack, text),
        "event_ts": slack.ts(),
    }


def unfurl(slack: Backend, caller: Token, args: Json) -> Json:
    """chat.unfurl"""
    if args.get("unfurl_id") or args.get("source"):
        raise Refused("cannot_unfurl_message")  # nothing is composed here that could be answered
    for name in ("channel", "ts", "unfurls"):
        if not args.get(name):
            raise Refused(f"missing_{name}")
    channel = slack.world.channels.get(str(args["channel"]))
    if channel is None or not slack.reaches(caller, channel.team):
        raise Refused("cannot_find_channel")
    found = channel.messages.get(str(args["ts"]))
    if found is None or found.seen_by is not None:
        raise Refused("cannot_find_message")
    unfurls = decoded(args["unfurls"])
    if not isinstance(unfurls, dict):
        raise Refused("invalid_unfurls_format")
    for url, shown in unfurls.items():
        _attach(slack, found, url, shown)
    slack.changed()
    return {}


def _attach(slack: Backend, found: Message, url: str, shown: object) -> None:
    if url not in [one["url"] for one in links_in(slack, found.text)]:
        raise Refused("cannot_unfurl_url")
    if not isinstance(shown, dict) or not shown.get("blocks"):
        raise Refused("cannot_parse_attachment")
    found.unfurls[url] = checked_blocks(shown["blocks"])


def direct_between(slack: Backend, team: Team, members: set[str]) -> Channel:
    """A conversation of people without the bot."""
    kind = Kind.DIRECT if len(members) == 2 else Kind.GROUP_DIRECT
    letter = "D" if kind is Kind.DIRECT else "G"
    made = Channel(slack.world.ids.new(letter), team.id, "", kind, members)
    slack.world.channels[made.id] = made
    return made


METHODS = {"chat.unfurl": unfurl}
