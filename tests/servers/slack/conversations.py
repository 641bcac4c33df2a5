"""The `conversations.*` methods, and what else is asked about people, teams and bots."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.servers.slack.backend import Backend
from tests.servers.slack.chat import told
from tests.servers.slack.manifest import history_scope, read_scope
from tests.servers.slack.world import Account, Channel, Json, Kind, Message, Refused, Token

TYPES = {
    Kind.CHANNEL: "public_channel",
    Kind.PRIVATE: "private_channel",
    Kind.DIRECT: "im",
    Kind.GROUP_DIRECT: "mpim",
}


def open_(slack: Backend, caller: Token, args: Json) -> Json:
    """conversations.open"""
    if args.get("channel"):
        return {"channel": {"id": slack.channel(caller, args["channel"]).id}}
    users = [one for one in str(args.get("users") or "").split(",") if one]
    if not users:
        raise Refused("users_list_not_supplied")
    slack.need(caller, "im:write" if len(users) == 1 else "mpim:write")
    accounts = [slack.account(caller, one) for one in users]
    if any(one.is_bot for one in accounts):
        raise Refused("cannot_dm_bot")
    if any(one.deleted for one in accounts):
        raise Refused("user_disabled")
    team = slack.teams[accounts[0].team]
    if len(accounts) == 1:
        return {"channel": {"id": slack.direct(team, users[0]).id}}
    members = {team.bot_user, *users}
    made = Channel(slack.world.ids.new("G"), team.id, "mpdm", Kind.GROUP_DIRECT, members)
    slack.world.channels[made.id] = made
    return {"channel": {"id": made.id}}


def info(slack: Backend, caller: Token, args: Json) -> Json:
    """conversations.info"""
    channel = slack.channel(caller, args.get("channel"))
    slack.need(caller, read_scope(channel.kind))
    return {"channel": _told(slack, caller, channel)}


def members(slack: Backend, caller: Token, args: Json) -> Json:
    """conversations.members"""
    channel = slack.channel(caller, args.get("channel"))
    slack.need(caller, read_scope(channel.kind))
    page, cursor = _page(sorted(channel.members), args, 100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def history(slack: Backend, caller: Token, args: Json) -> Json:
    """conversations.history: newest first, without replies."""
    channel = _readable(slack, caller, args)
    found = [one for one in channel.messages.values() if one.thread_ts is None]
    return _messages(list(reversed(_within(found, args))), args)


def replies(slack: Backend, caller: Token, args: Json) -> Json:
    """conversations.replies: the parent, then its replies, oldest first."""
    channel = _readable(slack, caller, args)
    parent = channel.messages.get(str(args.get("ts", "")))
    if parent is None or parent.seen_by is not None:
        raise Refused("thread_not_found")
    root = parent.root
    found = [one for one in channel.messages.values() if one.thread_ts == root]
    return _messages([channel.messages[root], *_within(found, args)], args)


def listed(slack: Backend, caller: Token, args: Json) -> Json:
    """conversations.list"""
    team = slack.team_of(caller, args)
    return _channels(slack, caller, args, lambda one: one.team == team.id)


def of_user(slack: Backend, caller: Token, args: Json) -> Json:
    """users.conversations"""
    team = slack.team_of(caller, args)
    user = str(args.get("user") or team.bot_user)
    slack.account(caller, user)
    return _channels(slack, caller, args, lambda one: one.team == team.id and user in one.members)


def user_info(slack: Backend, caller: Token, args: Json) -> Json:
    """users.info"""
    return {"user": _user(slack, caller, slack.account(caller, args.get("user")))}


def users(slack: Backend, caller: Token, args: Json) -> Json:
    """users.list"""
    team = slack.team_of(caller, args)
    found = [one for one in slack.world.accounts.values() if one.team == team.id]
    page, cursor = _page(found, args, 100)
    told_ = [_user(slack, caller, one) for one in page]
    return {"members": told_, "response_metadata": {"next_cursor": cursor}}


def groups(slack: Backend, caller: Token, args: Json) -> Json:
    """usergroups.list"""
    team = slack.team_of(caller, args)
    found = [
        {"id": one.id, "team_id": one.team, "handle": one.handle, "name": one.handle.title(),
         "is_usergroup": True, "date_delete": 0, "user_count": len(one.users)}
        for one in slack.world.groups.values()
        if one.team == team.id
    ]  # fmt: skip
    return {"usergroups": found}


def group_users(slack: Backend, caller: Token, args: Json) -> Json:
    """usergroups.users.list"""
    group = slack.world.groups.get(str(args.get("usergroup", "")))
    if group is None or not slack.reaches(caller, group.team):
        raise Refused("no_such_subteam")
    return {"users": list(group.users)}


def by_email(slack: Backend, caller: Token, args: Json) -> Json:
    """users.lookupByEmail"""
    for one in slack.world.accounts.values():
        same = one.email and one.email.lower() == str(args.get("email", "")).lower()
        if same and slack.reaches(caller, one.team) and not one.deleted:
            return {"user": _user(slack, caller, one)}
    raise Refused("users_not_found")


def team_info(slack: Backend, caller: Token, args: Json) -> Json:
    """team.info"""
    wanted = args.get("team") or (None if caller.is_org else caller.team)
    team = slack.teams.get(str(wanted))
    if team is None or not slack.reaches(caller, team.id):
        raise Refused("team_not_found")
    out: Json = {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": ""}
    if team.enterprise:
        out |= {"enterprise_id": team.enterprise, "enterprise_name": "Org"}
    return {"team": out}


def bot_info(slack: Backend, caller: Token, args: Json) -> Json:
    """bots.info"""
    for team in slack.teams.values():
        if team.bot_id == args.get("bot") and slack.reaches(caller, team.id):
            bot = {"id": team.bot_id, "deleted": False, "name": "convene", "app_id": slack.app.id,
                   "user_id": team.bot_user}  # fmt: skip
            return {"bot": bot}
    raise Refused("bot_not_found")


def react(slack: Backend, caller: Token, args: Json) -> Json:
    """reactions.add"""
    channel = slack.channel(caller, args.get("channel"))
    found = channel.messages.get(str(args.get("timestamp", "")))
    if found is None:
        raise Refused("message_not_found")
    name = str(args.get("name") or "")
    if not name:
        raise Refused("invalid_name")
    if name in found.reactions:
        raise Refused("already_reacted")
    found.reactions.append(name)
    slack.changed()
    return {}


def _readable(slack: Backend, caller: Token, args: Json) -> Channel:
    channel = slack.channel(caller, args.get("channel"))
    slack.need(caller, history_scope(channel.kind))
    if slack.self_in(caller, channel) not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _within(found: list[Message], args: Json) -> list[Message]:
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9")
    inclusive = str(args.get("inclusive", "")).lower() in ("1", "true")
    return [
        one
        for one in found
        if one.seen_by is None
        and (oldest < one.ts < latest or (inclusive and one.ts in (oldest, latest)))
    ]


def _messages(found: list[Message], args: Json) -> Json:
    with_metadata = str(args.get("include_all_metadata", "")).lower() in ("1", "true")
    page, cursor = _page(found, args, 100)
    return {
        "messages": [told(one, with_metadata=with_metadata) for one in page],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _channels(slack: Backend, caller: Token, args: Json, wanted: Callable[[Channel], bool]) -> Json:
    types = [one.strip() for one in str(args.get("types") or "public_channel").split(",")]
    hidden = str(args.get("exclude_archived", "")).lower() in ("1", "true")
    found = []
    for channel in slack.world.channels.values():
        if not wanted(channel) or TYPES[channel.kind] not in types:
            continue
        mine = slack.self_in(caller, channel) in channel.members
        if (channel.kind is Kind.CHANNEL or mine) and not (hidden and channel.is_archived):
            slack.need(caller, read_scope(channel.kind))
            found.append(_told(slack, caller, channel))
    page, cursor = _page(found, args, 100)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def _told(slack: Backend, caller: Token, channel: Channel) -> Json:
    me = slack.self_in(caller, channel)
    out: Json = {
        "id": channel.id,
        "context_team_id": channel.team,
        "is_channel": channel.kind is Kind.CHANNEL,
        "is_group": channel.kind is Kind.PRIVATE,
        "is_im": channel.kind is Kind.DIRECT,
        "is_mpim": channel.kind is Kind.GROUP_DIRECT,
        "is_private": channel.kind is not Kind.CHANNEL,
        "is_archived": channel.is_archived,
    }
    if channel.kind is Kind.DIRECT:
        return out | {"user": next(iter(channel.members - {me}), me)}
    return out | {
        "name": channel.name,
        "creator": channel.creator,
        "is_member": me in channel.members,
    }


def _user(slack: Backend, caller: Token, account: Account) -> Json:
    offset = datetime.fromtimestamp(slack.now(), UTC).astimezone(ZoneInfo(account.tz)).utcoffset()
    profile = {"real_name": account.name, "display_name": account.name.split()[0]}
    if account.email and "users:read.email" in caller.scopes:
        profile["email"] = account.email
    enterprise = slack.teams[account.team].enterprise
    of_org = {"id": account.id, "enterprise_id": enterprise, "teams": [account.team]}
    return {
        **({"enterprise_user": of_org} if enterprise else {}),
        "id": account.id,
        "team_id": account.team,
        "name": account.name.lower().replace(" ", "."),
        "deleted": account.deleted,
        "real_name": account.name,
        "tz": account.tz,
        "tz_label": account.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": account.is_admin or account.is_owner,
        "is_owner": account.is_owner,
        "is_restricted": account.is_guest,
        "is_ultra_restricted": False,
        "is_bot": account.is_bot,
        "is_app_user": False,
    }


def _page(found: list[Any], args: Json, usual: int) -> tuple[list[Any], str]:
    """One page, and the cursor of the next; empty after the last."""
    begin = 0
    if args.get("cursor"):
        try:
            begin = int(base64.b64decode(str(args["cursor"])).decode())
        except ValueError:
            raise Refused("invalid_cursor") from None
    size = min(int(args.get("limit") or usual), 1000)
    end = begin + size
    cursor = base64.b64encode(str(end).encode()).decode() if end < len(found) else ""
    return found[begin:end], cursor


METHODS = {
    "bots.info": bot_info,
    "conversations.history": history,
    "conversations.info": info,
    "conversations.list": listed,
    "conversations.members": members,
    "conversations.open": open_,
    "conversations.replies": replies,
    "reactions.add": react,
    "team.info": team_info,
    "users.conversations": of_user,
    "usergroups.list": groups,
    "usergroups.users.list": group_users,
    "users.info": user_info,
    "users.list": users,
    "users.lookupByEmail": by_email,
}
