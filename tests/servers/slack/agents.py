"""The agent's own methods: status, prompts, titles, sessions; files; and `auth.*`, `oauth.*`."""

from typing import Any

from tests.servers.slack.backend import Backend
from tests.servers.slack.blocks import checked_blocks, checked_view
from tests.servers.slack.chat import decoded, show_status
from tests.servers.slack.world import Channel, Json, Message, Refused, Token

SESSION_STATUSES = ("active", "processing", "suspended", "closed")


def set_status(slack: Backend, caller: Token, args: Json) -> Json:
    """assistant.threads.setStatus"""
    channel, root = _thread(slack, caller, args)
    if "status" not in args:
        raise Refused("invalid_arguments", response_metadata={"messages": ["status"]})
    if len(decoded(args.get("loading_messages")) or []) > 10:
        raise Refused("invalid_arguments", response_metadata={"messages": ["loading_messages"]})
    show_status(slack, channel.id, root, str(args["status"]))
    slack.changed()
    return {}


def set_prompts(slack: Backend, caller: Token, args: Json) -> Json:
    """assistant.threads.setSuggestedPrompts"""
    channel = slack.channel(caller, args.get("channel_id"))
    prompts = decoded(args.get("prompts"))
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
        raise Refused("invalid_arguments", response_metadata={"messages": ["prompts"]})
    if not all(one.get("title") and one.get("message") for one in prompts):
        raise Refused("invalid_arguments", response_metadata={"messages": ["prompts"]})
    if slack.manifest.is_agent and args.get("thread_ts"):
        slack.complain(f"suggested prompts with thread_ts in {channel.id}: shown to nobody")
        return {}
    slack.world.prompts[channel.id] = prompts
    slack.changed()
    return {}


def set_title(slack: Backend, caller: Token, args: Json) -> Json:
    """assistant.threads.setTitle"""
    _thread(slack, caller, args)
    if not args.get("title"):
        raise Refused("invalid_arguments", response_metadata={"messages": ["title"]})
    return {}


def session_status(slack: Backend, caller: Token, args: Json) -> Json:
    """agents.sessions.setStatus"""
    channel, root = _session(slack, caller, args)
    if args.get("status") not in SESSION_STATUSES:
        raise Refused("invalid_arguments", response_metadata={"messages": ["status"]})
    if len(str(args.get("title") or "")) > 200:
        raise Refused("invalid_arguments", response_metadata={"messages": ["title"]})
    initiator = args.get("initiator_user_id")
    if initiator and initiator not in channel.members:
        raise Refused("user_not_in_channel")
    session = slack.world.sessions.setdefault(
        (channel.id, root), {"title": args.get("title") or "", "user": initiator}
    )
    session["status"] = args["status"]
    slack.changed()
    out: Json = {"status": args["status"], "title": session["title"]}
    events = slack.manifest.declared.get("settings", {}).get("event_subscriptions", {})
    if "agent_session_stopped" not in events.get("bot_events", []):
        out["warning"] = "missing_agent_session_stopped_event_subscription"
    return out


def rename_session(slack: Backend, caller: Token, args: Json) -> Json:
    """agents.sessions.rename"""
    channel, root = _session(slack, caller, args)
    session = slack.world.sessions.get((channel.id, root))
    if session is None:
        raise Refused("session_not_found")
    if not 1 <= len(str(args.get("title") or "")) <= 200:
        raise Refused("invalid_arguments", response_metadata={"messages": ["title"]})
    session["title"] = args["title"]
    return {"title": args["title"]}


def _session(slack: Backend, caller: Token, args: Json) -> tuple[Channel, str]:
    if not slack.manifest.is_agent:
        raise Refused("app_not_agent")
    return _thread(slack, caller, args)


def _thread(slack: Backend, caller: Token, args: Json) -> tuple[Channel, str]:
    channel = slack.channel(caller, args.get("channel_id"))
    if slack.self_in(caller, channel) not in channel.members:
        raise Refused("not_in_channel")
    try:
        root = slack.thread(channel, args.get("thread_ts"))
    except Refused as err:
        raise Refused("invalid_thread_ts") from err
    if root is None:
        raise Refused("invalid_thread_ts")
    return channel, root


def auth_test(slack: Backend, caller: Token, args: Json) -> Json:
    """auth.test"""
    if caller.is_org:
        team = next(one for one in slack.teams.values() if one.enterprise == caller.team)
        return {"url": "https://org.enterprise.slack.com/", "team": "Org", "team_id": caller.team,
                "user": "convene", "user_id": caller.user, "bot_id": team.bot_id,
                "enterprise_id": caller.team, "is_enterprise_install": True}  # fmt: skip
    team = slack.teams[caller.team]
    out = {"url": f"https://{team.domain}.slack.com/", "team": team.name, "team_id": team.id,
           "user": slack.world.accounts[caller.user].name, "user_id": caller.user,
           "is_enterprise_install": False}  # fmt: skip
    if team.enterprise:
        out["enterprise_id"] = team.enterprise
    return out | ({"bot_id": team.bot_id} if caller.kind == "bot" else {})


def auth_revoke(slack: Backend, caller: Token, args: Json) -> Json:
    """auth.revoke"""
    if str(args.get("test", "")).lower() in ("1", "true"):
        return {"revoked": False}
    caller.end = "token_revoked"
    return {"revoked": True}


def oauth_access(slack: Backend, args: Json, basic: tuple[str, str] | None) -> Json:
    """oauth.v2.access: a code for tokens, or a refresh token for new ones. Raises Refused."""
    client, secret = basic or (args.get("client_id"), args.get("client_secret"))
    if client != slack.app.client_id:
        raise Refused("invalid_client_id")
    if secret != slack.app.client_secret:
        raise Refused("bad_client_secret")
    if args.get("grant_type") == "refresh_token":
        return _renewed(slack, str(args.get("refresh_token")))
    code = str(args.get("code") or "")
    if code not in slack.codes:
        raise Refused("invalid_code")
    where, by, address = slack.codes[code]
    if not where:
        raise Refused("code_already_used")
    if address and args.get("redirect_uri", address) != address:
        raise Refused("bad_redirect_uri")
    slack.codes[code] = ("", by, address)
    return _installed(slack, where, by)


def _installed(slack: Backend, where: str, by: str) -> Json:
    is_org = where not in slack.teams
    team = next(one for one in slack.teams.values() if where in (one.id, one.enterprise))
    token = slack.issue(where, team.bot_user, is_org=is_org)
    if is_org:
        for one in slack.teams.values():
            one.is_org = one.is_org or one.enterprise == where
    organisation = {"id": team.enterprise, "name": "Org"} if team.enterprise else None
    return _granted(slack, token) | {
        "team": None if is_org else {"id": team.id, "name": team.name},
        "enterprise": organisation,
        "is_enterprise_install": is_org,
        "authed_user": {"id": by},
    }


def _renewed(slack: Backend, refresh: str) -> Json:
    for old in slack.world.tokens.values():
        if old.refresh == refresh and not old.end:
            new = slack.issue(old.team, old.user, is_org=old.is_org)
            old.refresh = None
            team = slack.teams.get(old.team)
            named = {"id": team.id, "name": team.name} if team else None
            return _granted(slack, new) | {"team": named, "is_enterprise_install": old.is_org}
    raise Refused("invalid_refresh_token")


def _granted(slack: Backend, token: Token) -> Json:
    out: Json = {
        "access_token": token.value,
        "token_type": "bot",
        "scope": ",".join(sorted(token.scopes)),
        "bot_user_id": token.user,
        "app_id": slack.app.id,
    }
    if token.refresh and token.expires_at is not None:
        out |= {
            "refresh_token": token.refresh,
            "expires_in": int(token.expires_at - slack.now()),
        }
    return out


def validate(slack: Backend, caller: Token, args: Json) -> Json:
    """blocks.validate"""
    if args.get("view"):
        checked_view(args["view"], ("modal", "home"))
    else:
        message: Any = decoded(args.get("message")) or {}
        checked_blocks(args.get("blocks") or message.get("blocks"))
    return {}


def upload_url(slack: Backend, caller: Token, args: Json) -> Json:
    """files.getUploadURLExternal"""
    if not args.get("filename") or not str(args.get("length", "")).isdigit():
        raise Refused("invalid_arguments")
    made = slack.world.ids.new("F")
    slack.world.files[made] = {"id": made, "name": args["filename"], "length": int(args["length"])}
    return {"upload_url": f"{slack.base_url}/upload/{made}", "file_id": made}


def complete_upload(slack: Backend, caller: Token, args: Json) -> Json:
    """files.completeUploadExternal"""
    given: Any = decoded(args.get("files"))
    files = []
    for one in given or []:
        found = slack.world.files.get(str(one.get("id")))
        if found is None or "content" not in found:
            raise Refused("file_not_found")
        found["title"] = one.get("title") or found["name"]
        files.append({key: found[key] for key in ("id", "name", "title")})
    if args.get("channel_id"):
        channel = slack.writable(caller, args["channel_id"])
        said = Message(slack.ts(), channel, slack.self_in(caller, channel))
        said.text = str(args.get("initial_comment") or "")
        said.thread_ts = slack.thread(channel, args.get("thread_ts"))
        said.bot_id = slack.teams[channel.team].bot_id
        channel.messages[said.ts] = said
        slack.changed()
    return {"files": files}


METHODS = {
    "agents.sessions.rename": rename_session,
    "agents.sessions.setStatus": session_status,
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "assistant.threads.setTitle": set_title,
    "auth.revoke": auth_revoke,
    "auth.test": auth_test,
    "blocks.validate": validate,
    "files.completeUploadExternal": complete_upload,
    "files.getUploadURLExternal": upload_url,
}
