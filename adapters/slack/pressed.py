"""Presses on cards → the words of `bot.chat`. Pure; what else comes in is `incoming`.

See Slack's "block_actions payload".
"""

from datetime import datetime

from adapters.slack.incoming import Payload, channel_name_in, delivery_id, place
from adapters.slack.render import OPEN
from bot.chat.messages import ButtonPress, MessageRef, Place, Sender


def press_value(body: Payload) -> str | None:
    """What the pressed button or chosen option carries; None where nothing is said by it."""
    action: Payload = body["actions"][0]
    if str(action.get("action_id", "")).startswith(f"{OPEN}:"):
        return None
    value = (action.get("selected_option") or {}).get("value") or action.get("value")
    return value if isinstance(value, str) and value else None


def is_on_page(body: Payload) -> bool:
    """Whether a press was made on the Home tab."""
    return bool((body.get("view") or {}).get("type") == "home")


def is_on_view(body: Payload) -> bool:
    """Whether a press was made on the Home tab or in a form, and not on a message."""
    return bool(body.get("view"))


def is_ephemeral(body: Payload) -> bool:
    """Whether the message that was pressed is seen by one person alone."""
    container: Payload = body.get("container") or {}
    return bool(container.get("is_ephemeral") or (body.get("message") or {}).get("is_ephemeral"))


def press(
    body: Payload, value: str, *, workspace: str, sender: Sender, where: Place, at: datetime
) -> ButtonPress:
    """A press on a button, or a choice. `where` is the place of the card; of a card on the Home
    tab, the sender's direct conversation."""
    stamp = body["actions"][0].get("action_ts") or body.get("trigger_id", "")
    return ButtonPress(
        id=delivery_id("press", workspace, sender.user, stamp, value),
        place=where,
        sender=sender,
        value=value,
        at=at,
        message=None if is_on_page(body) else _pressed(body, sender, where),
        reply=body.get("response_url") if is_ephemeral(body) else None,
        trigger=body.get("trigger_id"),
        on_page=is_on_page(body),
    )


def press_place(body: Payload, workspace: str) -> Place:
    """Where a card on a message stands."""
    container: Payload = body.get("container") or {}
    channel: Payload = body.get("channel") or {}
    said: Payload = body.get("message") or {}
    thread = container.get("thread_ts") or said.get("thread_ts")
    if thread == pressed_ts(body):
        thread = None  # the beginning of a thread stands in the channel
    return place(
        workspace,
        container.get("channel_id") or channel["id"],
        thread=thread,
        name=channel_name_in(channel.get("name", "")),
    )


def pressed_ts(body: Payload) -> str:
    """The `ts` of the message that was pressed; empty on a page."""
    container: Payload = body.get("container") or {}
    said: Payload = body.get("message") or {}
    return str(container.get("message_ts") or said.get("ts") or "")


def _pressed(body: Payload, sender: Sender, where: Place) -> MessageRef | None:
    ts = pressed_ts(body)
    if not ts:
        return None
    return MessageRef(place=where, id=seen_by(sender.user, ts) if is_ephemeral(body) else ts)


def seen_by(user: str, ts: str) -> str:
    """The id of a message that one person sees: the Web API cannot edit it."""
    return f"{user}~{ts}"
