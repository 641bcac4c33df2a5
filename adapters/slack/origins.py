"""Whose a delivery is. Pure but for what `settle` takes away.

An app that an organization installed as a whole (Enterprise Grid) is in one place: people, channels
and direct conversations are the same in all its workspaces, so the organization stands for them.
See Slack's "Organization-ready apps" and "Understanding Slack Connect".
"""

import json
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

WORKSPACE = "convene_workspace"
"""Where in Bolt's context stands whose installation a delivery is for."""


def is_organization(workspace: str) -> bool:
    """Whether an id is an organization's, and no workspace's."""
    return workspace.startswith("E")


def settle(body: dict[str, Any]) -> None:
    """Take away what would lead to another installation than the one that a delivery is for.

    A view tells where the app was installed first, or the organization, instead of where the view
    was opened; ours carry that themselves. Of an app of a whole organization some events tell one
    of its workspaces.
    """
    view = body.get("view")
    if isinstance(view, Mapping) and view.get("app_installed_team_id"):
        own, told = opened_in(view.get("private_metadata")), str(view["app_installed_team_id"])
        body["view"] = {
            **view,
            "app_installed_team_id": own or (None if is_organization(told) else told),
        }
    for one in body.get("authorizations") or ():
        if isinstance(one, dict) and one.get("is_enterprise_install"):
            one["team_id"] = None


def opened_in(metadata: object) -> str:
    """The workspace that a view of ours carries; empty for one that is not, or of before."""
    try:
        known = json.loads(metadata) if isinstance(metadata, str) and metadata else {}
        return str(known["place"][0]) if "place" in known else str(known.get("workspace", ""))
    except (ValueError, TypeError, AttributeError, LookupError):
        return ""


def workspace_of(body: Mapping[str, Any], context: AsyncBoltContext) -> str:
    """The installation that a delivery is for: a workspace, or a whole organization."""
    user = body.get("user")
    of_user = user.get("team_id") if isinstance(user, Mapping) else None
    return str(context.get(WORKSPACE) or context.team_id or team_of(body) or of_user or "")


def team_of(body: Mapping[str, Any]) -> str:
    """The workspace of ours in which something happened; empty where only the organization is told,
    or a person who may be of another company."""
    told: list[object] = [body.get("context_team_id"), body.get("team_id")]
    for name, field in (("team", "id"), ("view", "team_id")):
        part = body.get(name)
        told.append(part.get(field) if isinstance(part, Mapping) else None)
    teams = (str(one) for one in told if one)
    return next((one for one in teams if not is_organization(one)), "")
