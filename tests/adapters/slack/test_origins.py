"""Whose a delivery is: a workspace's, or a whole organization's."""

from typing import Any

import pytest
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.internals import extract_team_id

from adapters.slack.origins import WORKSPACE, settle, team_of, workspace_of
from adapters.slack.views import home, modal
from bot.chat.cards import message
from bot.chat.forms import Form, FormField
from bot.chat.messages import Place

ASKED = Form(title="New", submit="Next", value="v:1", fields=(FormField(name="a", label="A"),))


def found(body: dict[str, Any]) -> str:
    """What Bolt looks an installation up by."""
    settle(body)
    return str(extract_team_id(body))


@pytest.mark.parametrize("told", ["E1", "T1"])
def test_a_press_on_a_page_is_for_the_workspace_of_the_page(told: str) -> None:
    view = {**home((message("hi"),), "T2"), "app_installed_team_id": told, "team_id": "T2"}
    user, team = {"id": "U1", "team_id": "T2"}, {"id": "T2"}
    assert found({"type": "block_actions", "view": view, "user": user, "team": team}) == "T2"


def test_a_form_is_for_the_workspace_that_opened_it() -> None:
    view = modal(ASKED, Place(platform="slack", workspace="T1", channel="C1"))
    theirs = {"id": "T9", "enterprise_id": "E9"}
    body = {"view": {**view, "app_installed_team_id": "E1"}, "team": theirs}
    assert found(body) == "T1"


def test_a_strange_view_is_taken_as_it_tells() -> None:
    assert found({"view": {"app_installed_team_id": "T1"}, "team": {"id": "T9"}}) == "T1"
    assert found({"view": {"app_installed_team_id": "E1"}, "team": {"id": "T1"}}) == "T1"
    view = {"app_installed_team_id": "T1", "private_metadata": "[1]"}
    assert found({"view": view}) == "T1"


def test_the_end_of_an_organizations_installation_is_not_one_workspaces() -> None:
    whole = {"enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": True}
    one = {**whole, "is_enterprise_install": False}
    assert found({"team_id": "T1", "authorizations": [whole]}) == "None"
    assert found({"team_id": "T9", "authorizations": [one]}) == "T1"


def test_an_organization_stands_for_all_its_workspaces() -> None:
    context = AsyncBoltContext({"team_id": "T1", WORKSPACE: "E1"})
    assert workspace_of({"team_id": "T1"}, context) == "E1"
    assert workspace_of({"team_id": "T1"}, AsyncBoltContext({})) == "T1"
    alone = {"team": None, "user": {"id": "U1", "team_id": "T1"}}
    assert (team_of(alone), workspace_of(alone, AsyncBoltContext({}))) == ("", "T1")


@pytest.mark.parametrize(
    "body",
    [
        {"team_id": "T9", "context_team_id": "T1"},
        {"team_id": "E1", "team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T9"}},
        {"team": None, "view": {"team_id": "T1"}, "user": {"team_id": "T9"}},
    ],
)
def test_where_it_happened_is_a_workspace(body: dict[str, Any]) -> None:
    assert team_of(body) == "T1"
