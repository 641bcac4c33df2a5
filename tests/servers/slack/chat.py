"""The `chat.*` methods: saying, editing, deleting, and answers that grow."""

import json
from typing import Any

from tests.servers.slack.backend import Backend
from tests.servers.slack.blocks import checked_blocks
from tests.servers.slack.world import Channel, Json, Kind, Message, Refused, Status, Token

LONGEST_TEXT, LONGEST_EDIT, LONGEST_MARKDOWN = 40_000, 4_000, 12_000
METADATA_BYTES = 16_000
STREAM_IDLES = 180.0
"""Seconds without a word until a stream ends; Slack says no number, people saw minutes."""


def post_message(slack: Backend, caller: Token, args: Json) -> Json:
    """chat.postMessage"""
    wanted = args.get("channel")
    account = slack.world.accounts.get(str(wanted))
    if account is not None and slack.reaches(caller, account.team):
        wanted = slack.direct(slack.teams[account.team], account.id).id
    channel = slack.writable(caller, wanted)
    said = compose(slack, caller, channel, args)
    said.thread_ts = slack.thread(channel, args.get("thread_ts"))
    said.metadata = metadata(args)
    put(slack, said)
    return {"channel": channel.id, "ts": said.ts, "message": told(said, with_metadata=True)}


def post_ephemeral(slack: Backend, caller: Token, args: Json) -> Json:
    """chat.postEphemeral"""
    channel = slack.writable(caller, args.get("channel"))
    user = slack.world.accounts.get(str(args.get("user", "")))
    if user is None or user.id not in channel.members:
        raise Refused("user_not_in_channel")
    said = compose(slack, caller, channel, args)
    said.thread_ts = slack.thread(channel, args.get("thread_ts"))
    said.seen_by = user.id
    if said.thread_ts is not None and not is_active(channel, said.thread_ts):
        said.is_shown = False
        slack.complain(f"ephemeral {said.ts} in the thread {said.thread_ts}, which is not active")
    channel.messages[said.ts] = said
    slack.changed()
    return {"message_ts": said.ts}


def update(slack: Backend, caller: Token, args: Json) -> Json:
    """chat.update"""
    found = slack.own_message(caller, args, "cant_update_message")
    if found.channel.is_archived:
        raise Refused("is_inactive")
    if found.is_streaming and not has_idled(slack, found):
        raise Refused("streaming_state_conflict")
    new = compose(slack, caller, found.channel, args, longest=LONGEST_EDIT)
    given = metadata(args)
    if "text" in args or "markdown_text" in args:
        found.text = new.text
    if "blocks" in args or "text" in args or "markdown_text" in args:
        found.blocks = new.blocks
    if given is not None:
        found.metadata = given or None
    edited(slack, found)
    return {"channel": found.channel.id, "ts": found.ts, "text": found.text,
            "message": told(found, with_metadata=True)}  # fmt: skip


def delete(slack: Backend, caller: Token, args: Json) -> Json:
    """chat.delete"""
    found = slack.own_message(caller, args, "cant_delete_message")
    remove(slack, found)
    return {"channel": found.channel.id, "ts": found.ts}


def permalink(slack: Backend, caller: Token, args: Json) -> Json:
    """chat.getPermalink"""
    channel = slack.channel(caller, args.get("channel"))
    found = channel.messages.get(str(args.get("message_ts", "")))
    if found is None or found.seen_by is not None:
        raise Refused("message_not_found")
    domain = slack.teams[channel.team].domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{found.ts.replace('.', '')}"
    if found.thread_ts:
        link += f"?thread_ts={found.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def start_stream(slack: Backend, caller: Token, args: Json) -> Json:
    """chat.startStream"""
    channel = slack.writable(caller, args.get("channel"))
    thread = slack.thread(channel, args.get("thread_ts"))
    if channel.kind is Kind.DIRECT:
        if thread is None:
            raise Refused("invalid_arguments", response_metadata={"messages": ["thread_ts"]})
    else:
        _recipient(slack, caller, channel, args)
    said = Message(slack.ts(), channel, slack.self_in(caller, channel), thread_ts=thread)
    said.bot_id = slack.teams[channel.team].bot_id
    said.is_streaming = True
    said.touched = slack.now()
    feed(said, args)
    put(slack, said)
    return {"channel": channel.id, "ts": said.ts}


def append_stream(slack: Backend, caller: Token, args: Json) -> Json:
    """chat.appendStream"""
    found = _streaming(slack, caller, args)
    if not args.get("markdown_text") and not args.get("chunks"):
        raise Refused("no_text")
    feed(found, args)
    found.touched = slack.now()
    slack.changed()
    return {"channel": found.channel.id, "ts": found.ts}


def stop_stream(slack: Backend, caller: Token, args: Json) -> Json:
    """chat.stopStream"""
    found = _streaming(slack, caller, args)
    blocks = checked_blocks(args["blocks"]) if args.get("blocks") else []
    given = metadata(args)
    feed(found, args)
    found.blocks = [*found.blocks, *blocks]
    found.metadata = given or found.metadata
    found.is_streaming = False
    session = slack.world.sessions.get((found.channel.id, found.root))
    if args.get("session_status") and session is not None:
        session["status"] = args["session_status"]
    edited(slack, found)
    return {"channel": found.channel.id, "ts": found.ts, "message": told(found)}


def _recipient(slack: Backend, caller: Token, channel: Channel, args: Json) -> None:
    for name in ("recipient_team_id", "recipient_user_id"):
        if not args.get(name):
            raise Refused(f"missing_{name}")
    if args["recipient_team_id"] not in slack.teams:
        raise Refused("team_not_found")
    slack.account(caller, args["recipient_user_id"])


def _streaming(slack: Backend, caller: Token, args: Json) -> Message:
    found = slack.own_message(caller, args, "message_not_owned_by_app")
    if not found.is_streaming or has_idled(slack, found):
        found.is_streaming = False
        raise Refused("message_not_in_streaming_state")
    return found


def has_idled(slack: Backend, found: Message) -> bool:
    """Whether a stream was left alone for too long."""
    return slack.now() - found.touched > STREAM_IDLES


def feed(found: Message, args: Json) -> None:
    """Let a message grow by what a call brings."""
    if args.get("markdown_text") and args.get("chunks"):
        raise Refused("invalid_arguments")
    found.text += _markdown(args.get("markdown_text") or "")
    for chunk in decoded(args.get("chunks")) or []:
        if chunk.get("type") == "markdown_text":
            found.text += _markdown(chunk.get("text", ""))
        elif chunk.get("type") == "blocks":
            found.blocks = [*found.blocks, *checked_blocks(chunk.get("blocks"))]
        elif chunk.get("type") not in ("task_update", "plan_update"):
            raise Refused("invalid_chunks")


def _markdown(text: str) -> str:
    if len(text) > LONGEST_MARKDOWN:
        raise Refused("msg_too_long")
    return text


def compose(
    slack: Backend, caller: Token, channel: Channel, args: Json, *, longest: int = LONGEST_TEXT
) -> Message:
    """A message of what a call brings, not yet said. Raises Refused."""
    text, markdown = args.get("text") or "", args.get("markdown_text") or ""
    blocks = checked_blocks(args["blocks"]) if args.get("blocks") else []
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if not (text or markdown or blocks or args.get("attachments")):
        raise Refused("no_text")
    if len(text) > longest:
        raise Refused("msg_too_long")
    if blocks and not text:
        slack.complain(f"blocks without a text in {channel.id}: nothing for a notification")
    said = Message(slack.ts(), channel, slack.self_in(caller, channel), _markdown(markdown) or text)
    said.blocks = blocks
    said.bot_id = slack.teams[channel.team].bot_id if caller.kind == "bot" else None
    return said


def metadata(args: Json) -> Json | None:
    """The metadata of a call; None when it brings none. Raises Refused."""
    given = decoded(args.get("metadata"))
    if given is None or given == {}:
        return given if isinstance(given, dict) else None
    if (
        not isinstance(given, dict)
        or not isinstance(given.get("event_type"), str)
        or not isinstance(given.get("event_payload"), dict)
    ):
        raise Refused("invalid_metadata_format")
    if len(json.dumps(given).encode()) > METADATA_BYTES:
        raise Refused("metadata_too_large")
    return given


def decoded(value: Any) -> Any:
    """A value as it came or, in a form, as JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def is_active(channel: Channel, root: str) -> bool:
    """Whether a thread has a reply that everybody sees."""
    return channel.threads[root] > 0


def put(slack: Backend, said: Message) -> None:
    """Let a message stand, and tell the app of it."""
    said.channel.messages[said.ts] = said
    if said.thread_ts is not None:
        said.channel.threads[said.thread_ts] += 1
    if said.bot_id is not None:
        show_status(slack, said.channel.id, said.root, "")
    slack.changed()
    slack.tell(said.channel.team, event_of(said, slack))


def edited(slack: Backend, found: Message) -> None:
    """Tell the app of an edit."""
    found.edits += 1
    slack.changed()
    if found.seen_by is None:
        ts = slack.ts()
        event = {**_frame(found, ts), "subtype": "message_changed", "hidden": True,
                 "message": told(found), "previous_message": {"ts": found.ts}}  # fmt: skip
        slack.tell(found.channel.team, event)


def remove(slack: Backend, found: Message) -> None:
    """Take a message away, and tell the app of it."""
    found.channel.messages.pop(found.ts, None)
    slack.changed()
    if found.seen_by is None:
        if found.thread_ts is not None:
            found.channel.threads[found.thread_ts] -= 1
        event = {**_frame(found, slack.ts()), "subtype": "message_deleted", "hidden": True,
                 "deleted_ts": found.ts, "previous_message": told(found)}  # fmt: skip
        slack.tell(found.channel.team, event)


def show_status(slack: Backend, channel: str, root: str, text: str) -> None:
    """Show what goes on in a thread; the empty text, or a message there, ends it."""
    if slack.world.doing.get((channel, root), "") == text:
        return
    if text:
        slack.world.doing[channel, root] = text
    else:
        del slack.world.doing[channel, root]
    slack.world.statuses.append(Status(channel, root, text, slack.now()))


def _frame(found: Message, ts: str) -> Json:
    return {
        "type": "message",
        "channel": found.channel.id,
        "channel_type": found.channel.kind.value,
        "ts": ts,
        "event_ts": ts,
    }


def told(found: Message, *, with_metadata: bool = False) -> Json:
    """A message as Slack tells it."""
    out: Json = {"type": "message", "user": found.user, "text": found.text, "ts": found.ts,
                 "team": found.channel.team}  # fmt: skip
    if found.client_msg_id:
        out["client_msg_id"] = found.client_msg_id
    if found.bot_id:
        out["bot_id"] = found.bot_id
        out["app_id"] = "A0CONVENE"
    if found.blocks:
        out["blocks"] = found.blocks
    if found.edits:
        out["edited"] = {"user": found.user, "ts": found.ts}
    if found.thread_ts:
        out["thread_ts"] = found.thread_ts
        root = found.channel.messages.get(found.thread_ts)
        out["parent_user_id"] = root.user if root else found.user
    elif is_active(found.channel, found.ts):
        out["thread_ts"] = found.ts
    if with_metadata and found.metadata:
        out["metadata"] = found.metadata
    return out


def event_of(said: Message, slack: Backend) -> Json:
    """The `message` event of something that was said."""
    return {**told(said), "channel": said.channel.id, "channel_type": said.channel.kind.value,
            "event_ts": said.ts}  # fmt: skip


METHODS = {
    "chat.appendStream": append_stream,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.startStream": start_stream,
    "chat.stopStream": stop_stream,
    "chat.update": update,
}
