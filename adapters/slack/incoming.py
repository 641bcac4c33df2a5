"""Slack's payloads → the words of `bot.chat`. Pure: names and direct conversations, which must be
asked for, are handed in. Presses on cards are `pressed`.

See Slack's "Events API", "Interaction payloads", "Slash commands". The same delivery makes the
same id, however often it comes.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, TypeAlias

from adapters.slack.views import FIELD, VALUE, opened_of
from adapters.slack.words import readable, text_in
from bot.chat.messages import (
    Command,
    FormAnswer,
    IncomingMessage,
    LinksShared,
    MessageRef,
    Opened,
    Page,
    Place,
    PlaceKind,
    Quoted,
    Sender,
    Shortcut,
    ShortcutKind,
)

Payload: TypeAlias = Mapping[str, Any]

PLATFORM = "slack"
WORDS = ("today", "week", "free", "find", "new", "remind", "link", "feed", "settings", "help")
"""What a command may be about."""
_SAID = (None, "file_share", "thread_broadcast", "me_message")
"""Subtypes of messages in which somebody says something; edits, joins and the like are not."""
_SHORTCUTS = {kind.value: kind for kind in ShortcutKind}
_SLACKBOT = "USLACKBOT"
NOBODY: Mapping[str, str] = MappingProxyType({})


def is_direct(channel: str) -> bool:
    """Whether a channel id names a conversation of two."""
    return channel.startswith("D")


def place(workspace: str, channel: str, *, thread: str | None = None, name: str = "") -> Place:
    """A place in Slack; a `name` is as Slack says it, without #."""
    direct = is_direct(channel)
    return Place(
        platform=PLATFORM,
        workspace=workspace,
        channel=channel,
        thread=thread or None,
        kind=PlaceKind.DIRECT if direct else PlaceKind.CHANNEL,
        name="" if direct or not name else f"#{name.removeprefix('#')}",
    )


def moment(ts: str) -> datetime:
    """When a message was sent: its `ts` is its id and its instant."""
    return datetime.fromtimestamp(float(ts), UTC)


def is_said(event: Payload, *, bot: str) -> bool:
    """Whether an event is a person's words, and not a bot's, an edit's or a join's."""
    user = event.get("user")
    return (
        event.get("subtype") in _SAID
        and not event.get("bot_id")
        and not event.get("hidden")
        and bool(user)
        and user not in (bot, _SLACKBOT)
    )


def is_heard(event: Payload, *, bot: str) -> bool:
    """Whether words could be meant for the bot: said directly, with its mention, or in a thread."""
    if not is_said(event, bot=bot):
        return False
    if is_direct(event["channel"]):
        return bool(text_in(event).strip() or event.get("files"))
    return is_mention(event, bot=bot) or _thread(event) is not None


def is_mention(event: Payload, *, bot: str) -> bool:
    """Whether words in a channel mention the bot."""
    text = text_in(event)
    return event.get("type") == "app_mention" or f"<@{bot}>" in text or f"<@{bot}|" in text


def _thread(event: Payload) -> str | None:
    thread = event.get("thread_ts")
    return thread if thread and thread != event.get("ts") else None


def in_thread(event: Payload) -> bool:
    """Whether words stand in a thread that is there already."""
    return _thread(event) is not None


def message(
    event: Payload,
    *,
    workspace: str,
    bot: str,
    sender: Sender,
    people: Mapping[str, Sender],
    groups: Mapping[str, str] = NOBODY,
    channel_name: str = "",
) -> IncomingMessage:
    """Words for which `is_heard`. A mention in a channel is answered in its thread; direct
    messages are one conversation, from which threads that the person begins branch off."""
    channel, ts = event["channel"], event["ts"]
    direct = is_direct(channel)
    thread = _thread(event) or (None if direct else ts)
    text = readable(text_in(event), names=names_of(people, groups), without=bot)
    return IncomingMessage(
        id=f"{workspace}/{channel}/{ts}",
        place=place(workspace, channel, thread=thread, name=channel_name),
        sender=sender,
        text=text or "help",
        at=moment(ts),
        mentioned=tuple(one for user, one in people.items() if user != bot),
        is_addressed=direct or is_mention(event, bot=bot),
        branched_at=moment(thread) if direct and thread else None,
    )


def names_of(people: Mapping[str, Sender], groups: Mapping[str, str]) -> dict[str, str]:
    """How those are called whom words mention, by id."""
    return {user: one.name for user, one in people.items() if one.name} | dict(groups)


def command(
    body: Payload,
    *,
    workspace: str,
    sender: Sender,
    people: Mapping[str, Sender],
    at: datetime,
    groups: Mapping[str, str] = NOBODY,
    bot: str = "",
) -> Command:
    """A slash command: the word it is about and the rest, or the whole text."""
    channel = body["channel_id"]
    text = readable(text_in(body), names=names_of(people, groups), without=bot)
    first, _, rest = text.partition(" ")
    word = first.casefold() if first.casefold() in WORDS else ""
    return Command(
        id=delivery_id("command", body.get("trigger_id") or f"{channel}/{at.isoformat()}"),
        place=place(workspace, channel, name=channel_name_in(body.get("channel_name", ""))),
        sender=sender,
        name=word,
        text=rest.strip() if word else text,
        at=at,
        trigger=body.get("trigger_id"),
        mentioned=tuple(one for user, one in people.items() if user != bot),
    )


def channel_name_in(name: str) -> str:
    """A channel's name, where the payload tells it: Slack hides those of private ones."""
    return "" if name in ("directmessage", "privategroup") or name.startswith("mpdm-") else name


def form_answer(body: Payload, *, sender: Sender, at: datetime) -> FormAnswer:
    """A modal that was filled in. Raises ValueError when it is not one of ours."""
    view: Payload = body["view"]
    opened = opened_of(view.get("private_metadata", ""), PLATFORM)
    entered: Mapping[str, Payload] = (view.get("state") or {}).get("values") or {}
    fields = {
        block.removeprefix(FIELD): _entered(elements.get(VALUE) or {})
        for block, elements in entered.items()
        if block.startswith(FIELD)
    }
    for name, values in opened.long_values.items():
        if fields.get(name):
            fields[name] = values[int(fields[name])]
    return FormAnswer(
        id=delivery_id("form", view["id"], view.get("hash", "")),
        place=opened.place,
        sender=sender,
        value=opened.value,
        at=at,
        fields=fields,
    )


def _entered(element: Payload) -> str:
    chosen: Payload = element.get("selected_option") or {}
    return str(chosen.get("value") or element.get("value") or "")


def shortcut(
    body: Payload,
    *,
    workspace: str,
    sender: Sender,
    where: Place,
    author: str,
    at: datetime,
    names: Mapping[str, str] = NOBODY,
) -> Shortcut | None:
    """An entry of a menu; None for one that we do not offer. `names` are of those whom the message
    mentions."""
    kind = _SHORTCUTS.get(body.get("callback_id", ""))
    if kind is None:
        return None
    said: Payload | None = body.get("message")
    stamp = body.get("action_ts") or body.get("trigger_id", "")
    return Shortcut(
        id=delivery_id("shortcut", workspace, sender.user, stamp),
        kind=kind,
        place=where,
        sender=sender,
        at=at,
        trigger=body.get("trigger_id"),
        message=_quoted(body, said, author, names) if said else None,
    )


def shortcut_place(body: Payload, workspace: str) -> Place:
    """Where the message stands that a shortcut was used on."""
    channel: Payload = body["channel"]
    said: Payload = body["message"]
    thread = None if is_direct(channel["id"]) else said.get("thread_ts") or said["ts"]
    name = channel_name_in(channel.get("name", ""))
    return place(workspace, channel["id"], thread=thread, name=name)


def _quoted(body: Payload, said: Payload, author: str, names: Mapping[str, str]) -> Quoted:
    domain = (body.get("team") or {}).get("domain", "")
    channel, ts = body["channel"]["id"], said["ts"]
    return Quoted(
        text=readable(text_in(said), names=names),
        author=author,
        at=moment(ts),
        url=f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
        if domain
        else "",
    )


def opened(
    body: Payload, *, workspace: str, sender: Sender, at: datetime, where: Place | None = None
) -> Opened | None:
    """Somebody opened the app; None for tabs that say nothing to us. `where` is their direct
    conversation, for a payload that does not tell it."""
    event: Payload = body["event"]
    page = {"home": Page.HOME, "messages": Page.TALK}.get(event.get("tab", ""))
    if page is None:
        return None
    stamp = body.get("event_id") or f"{event.get('event_ts', '')}/{page}"
    return Opened(
        id=delivery_id("opened", workspace, sender.user, stamp),
        page=page,
        place=where or place(workspace, event["channel"]),
        sender=sender,
        at=at,
    )


def is_shared(event: Payload) -> bool:
    """Whether links stand in a message of a conversation that the bot is in. Those that are still
    being written are not looked at: what is shown of them would go along to nobody knows whom."""
    return (
        event.get("source", "conversations_history") == "conversations_history"
        and event.get("is_bot_user_member") is True
        and all(event.get(name) for name in ("user", "channel", "message_ts"))
    )


def links(body: Payload, *, workspace: str, sender: Sender, name: str, at: datetime) -> LinksShared:
    """Links for which `is_shared`."""
    event: Payload = body["event"]
    channel, ts = event["channel"], event["message_ts"]
    where = place(workspace, channel, thread=event.get("thread_ts"), name=name)
    return LinksShared(
        id=delivery_id("links", workspace, channel, ts),
        place=where,
        sender=sender,
        at=at,
        message=MessageRef(place=where, id=ts),
        urls=tuple(str(one["url"]) for one in event.get("links") or () if one.get("url")),
    )


def delivery_id(*parts: str) -> str:
    """A delivery's own name; long ones are told by their digest."""
    text = "/".join(parts)
    return text if len(text) <= 150 else f"{parts[0]}/{sha256(text.encode()).hexdigest()}"
