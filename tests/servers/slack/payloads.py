"""What the app is sent when somebody uses a command, presses, submits or opens something."""

from tests.servers.slack import views
from tests.servers.slack.backend import Backend, Team
from tests.servers.slack.chat import event_of
from tests.servers.slack.filling import state_of
from tests.servers.slack.world import Account, Channel, Json, Message, View


def who(slack: Backend, team: Team, account: Account, kind: str, view: str | None = None) -> Json:
    """What every interaction says: who, where, and a trigger to open a view with.

    Of an installation on a whole organisation, only presses on messages tell the team itself.
    """
    name = account.name.lower()
    return {
        "type": kind,
        "user": {"id": account.id, "username": name, "name": name, "team_id": team.id},
        "api_app_id": slack.app.id,
        "token": slack.app.verification,
        "trigger_id": slack.trigger(team.id, account.id, view),
        "team": None if team.is_org else told_team(team),
        "enterprise": {"id": team.enterprise, "name": "Org"} if team.enterprise else None,
        "is_enterprise_install": team.is_org,
    }


def command(
    slack: Backend, team: Team, account: Account, place: Channel, words: tuple[str, str]
) -> Json:
    """A slash command and its text."""
    payload: Json = {
        "token": slack.app.verification,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": place.id,
        "channel_name": named(place),
        "user_id": account.id,
        "user_name": account.name.lower(),
        "command": words[0],
        "text": words[1],
        "api_app_id": slack.app.id,
        "is_enterprise_install": str(team.is_org).lower(),
        "response_url": slack.reply_address("commands", place, account.id),
        "trigger_id": slack.trigger(team.id, account.id),
    }
    return payload | ({"enterprise_id": team.enterprise} if team.enterprise else {})


def on_message(slack: Backend, account: Account, shown: Message) -> Json:
    """What a press on a message says of it."""
    ephemeral = shown.seen_by is not None
    container: Json = {"type": "message", "message_ts": shown.ts,
                       "channel_id": shown.channel.id, "is_ephemeral": ephemeral}  # fmt: skip
    if shown.thread_ts:
        container["thread_ts"] = shown.thread_ts
    out: Json = {
        "container": container,
        "team": told_team(slack.teams[shown.channel.team]),
        "channel": {"id": shown.channel.id, "name": named(shown.channel)},
        "state": {"values": state_of(shown.blocks, {})},
        "response_url": slack.reply_address("actions", shown.channel, account.id, shown),
    }
    # Slack leaves out the message where the press is on an ephemeral one.
    return out if ephemeral else out | {"message": event_of(shown, slack)}


def on_view(slack: Backend, shown: View) -> Json:
    """What a press on a modal or page says of it."""
    state = state_of(shown.body["blocks"], {}, lenient=True)
    container = {"type": "view", "view_id": shown.id}
    return {"container": container, "view": views.told(slack, shown, state)}


def of_shortcut(slack: Backend, account: Account, callback_id: str, on: Message | None) -> Json:
    """What a shortcut says beside who used it."""
    out: Json = {"callback_id": callback_id, "action_ts": slack.ts()}
    if on is None:
        return out
    return out | {
        "message_ts": on.ts,
        "team": told_team(slack.teams[on.channel.team]),
        "channel": {"id": on.channel.id, "name": named(on.channel)},
        "message": event_of(on, slack),
        "response_url": slack.reply_address("app", on.channel, account.id),
    }


def told_team(team: Team) -> Json:
    """A team as interactions tell it."""
    return {"id": team.id, "domain": team.domain}


def named(channel: Channel) -> str:
    """A conversation's name as interactions say it."""
    return channel.name or "directmessage"
