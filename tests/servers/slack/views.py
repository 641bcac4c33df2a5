"""The `views.*` methods: modals, three deep at most, and each person's home page."""

from secrets import token_hex
from typing import Any

from tests.servers.slack.backend import Backend
from tests.servers.slack.blocks import checked_view
from tests.servers.slack.world import Json, Refused, Token, View

DEEPEST = 3


def open_(slack: Backend, caller: Token, args: Json) -> Json:
    """views.open"""
    body = checked_view(args.get("view"), ("modal",))
    trigger = slack.pull(args.get("trigger_id"))
    if not slack.reaches(caller, trigger.team):
        raise Refused("invalid_trigger_id")
    return {"view": told(slack, make(slack, trigger.team, trigger.user, body))}


def push(slack: Backend, caller: Token, args: Json) -> Json:
    """views.push"""
    body = checked_view(args.get("view"), ("modal",))
    trigger = slack.pull(args.get("trigger_id"))
    below = slack.world.views.get(trigger.view or "")
    if below is None or not below.is_open:
        raise Refused("not_found")
    return {"view": told(slack, stack(slack, below, body))}


def update(slack: Backend, caller: Token, args: Json) -> Json:
    """views.update"""
    found = _found(slack, caller, args)
    if args.get("hash") and args["hash"] != found.hash:
        raise Refused("hash_conflict")
    replace(slack, found, args.get("view"))
    return {"view": told(slack, found)}


def publish(slack: Backend, caller: Token, args: Json) -> Json:
    """views.publish"""
    if not slack.manifest.has_home:
        raise Refused("not_enabled")
    user = slack.account(caller, args.get("user_id"))
    old = slack.world.homes.get(user.id)
    if args.get("hash") and (old is None or old.hash != args["hash"]):
        raise Refused("hash_conflict")
    body = checked_view(args.get("view"), ("home",))
    if old is None:
        old = make(slack, user.team, user.id, body)
        slack.world.homes[user.id] = old
    else:
        replace(slack, old, body)
    return {"view": told(slack, old)}


def _found(slack: Backend, caller: Token, args: Json) -> View:
    for view in slack.world.views.values():
        named = args.get("external_id") and view.body.get("external_id") == args["external_id"]
        if (view.id == args.get("view_id") or named) and slack.reaches(caller, view.team):
            if view.is_open:
                return view
            break
    raise Refused("not_found")


def make(slack: Backend, team: str, user: str, body: Json) -> View:
    """A new view on somebody's screen."""
    external = body.get("external_id")
    if external and any(
        one.body.get("external_id") == external and one.is_open
        for one in slack.world.views.values()
    ):
        raise Refused("duplicate_external_id")
    made = View(slack.world.ids.new("V"), team, user, body, token_hex(6), "")
    made.root = made.id
    slack.world.views[made.id] = made
    slack.changed()
    return made


def stack(slack: Backend, below: View, body: Json) -> View:
    """A new view upon another. Raises Refused."""
    stacked = [one for one in slack.world.views.values() if one.root == below.root and one.is_open]
    if len(stacked) >= DEEPEST:
        raise Refused("push_limit_reached")
    made = make(slack, below.team, below.user, body)
    made.root, made.previous = below.root, below.id
    return made


def replace(slack: Backend, view: View, given: Any) -> None:
    """Show something else in a view. Raises Refused."""
    view.body = checked_view(given, (view.type,))
    view.hash = token_hex(6)
    view.errors = {}
    slack.changed()


def told(slack: Backend, view: View, state: Json | None = None) -> Json:
    """A view as Slack tells it."""
    team = slack.teams[view.team]
    return {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        **view.body,
        "id": view.id,
        "team_id": view.team,
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "state": {"values": state or {}},
        "app_id": slack.app.id,
        "app_installed_team_id": view.team,
        "bot_id": team.bot_id,
    }


METHODS = {
    "views.open": open_,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
