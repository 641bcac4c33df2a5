"""The stand-in's Web API refuses what Slack refuses; asked by the real slack-sdk."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import SlackServer
from tests.servers.slack.conftest import Town
from tests.servers.slack.manifest import GENEROUS

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Lunch at 12:30"}}


async def refusal(call: Awaitable[Any]) -> dict[str, Any]:
    """The answer that a call is refused with."""
    with pytest.raises(SlackApiError) as caught:
        await call
    data: dict[str, Any] = caught.value.response.data
    return data


async def error(call: Awaitable[Any]) -> str:
    """The error that a call is refused with."""
    return str((await refusal(call))["error"])


async def test_what_is_posted_is_seen_by_members_alone(town: Town) -> None:
    answer = await town.client.chat_postMessage(
        channel=town.team.id, text="Lunch", blocks=[SECTION]
    )
    seen = await town.ana.sees("Lunch at 12:30", town.team)
    assert seen.ts == answer["ts"]
    assert town.eve.messages(town.team) == []
    assert town.slack.complaints == []


async def test_tokens_are_asked_for(town: Town) -> None:
    stranger = AsyncWebClient("xoxb-no", base_url=town.slack.api_url)
    nobody = AsyncWebClient(base_url=town.slack.api_url)
    assert await error(nobody.auth_test()) == "not_authed"
    assert await error(stranger.auth_test()) == "invalid_auth"
    assert await error(stranger.apps_connections_open(app_token="xapp-no")) == "invalid_auth"
    taken = stranger.apps_connections_open(app_token=town.acme.bot_token)
    assert await error(taken) == "not_allowed_token_type"
    await town.client.auth_revoke()
    assert await error(town.client.auth_test()) == "token_revoked"


async def test_scopes_are_those_of_the_manifest() -> None:
    manifest = {**GENEROUS, "oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    async with SlackServer(manifest) as slack:
        acme = slack.workspace()
        client = AsyncWebClient(acme.bot_token, base_url=slack.api_url)
        answer = await refusal(client.users_list())
        assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")
        assert answer["provided"] == "chat:write"


async def test_places_are_looked_at(town: Town) -> None:
    elsewhere = town.slack.workspace("other").channel("team")
    outside = town.acme.channel("outside", town.ana, bot=False)
    secret = town.acme.channel("secret", town.ana, private=True, bot=False)
    old = town.acme.channel("old", town.ana)
    old.is_archived = True
    for place, refused in {
        "C404": "channel_not_found",
        elsewhere.id: "channel_not_found",
        secret.id: "channel_not_found",
        outside.id: "not_in_channel",
        old.id: "is_archived",
    }.items():
        assert await error(town.client.chat_postMessage(channel=place, text="x")) == refused


async def test_a_message_needs_words(town: Town) -> None:
    post = town.client.chat_postMessage
    bare = town.client.api_call("chat.postMessage", json={"channel": town.team.id, "text": ""})
    assert await error(bare) == "no_text"
    assert await error(post(channel=town.team.id, text="x" * 40_001)) == "msg_too_long"
    markdown = post(channel=town.team.id, markdown_text="x", text="y")
    assert await error(markdown) == "markdown_text_conflict"
    odd = post(channel=town.team.id, text="x", thread_ts="yesterday")
    assert await error(odd) == "invalid_thread_ts"
    nowhere = post(channel=town.team.id, text="x", thread_ts="1234567890.123456")
    assert await error(nowhere) == "thread_not_found"


async def test_only_own_messages_are_edited(town: Town) -> None:
    said = await town.ana.says(town.team, "mine")
    update = town.client.chat_update
    assert await error(update(channel=town.team.id, ts=said.ts, text="x")) == "cant_update_message"
    assert await error(update(channel=town.team.id, ts="1.1", text="x")) == "message_not_found"
    delete = town.client.chat_delete(channel=town.team.id, ts=said.ts)
    assert await error(delete) == "cant_delete_message"
    mine = await town.client.chat_postMessage(channel=town.team.id, text="one", blocks=[SECTION])
    long = update(channel=town.team.id, ts=mine["ts"], text="x" * 4001)
    assert await error(long) == "msg_too_long"
    await update(channel=town.team.id, ts=mine["ts"], text="two")
    assert (await town.ana.sees("two", town.team)).blocks == []


async def test_ephemeral_messages_are_for_one_and_are_never_edited(town: Town) -> None:
    whisper = town.client.chat_postEphemeral
    away = whisper(channel=town.team.id, user=town.eve.id, text="x")
    assert await error(away) == "user_not_in_channel"
    answer = await whisper(channel=town.team.id, user=town.ana.id, text="psst")
    await town.ana.sees("psst", town.team)
    assert town.ben.messages(town.team) == []
    edit = town.client.chat_update(channel=town.team.id, ts=answer["message_ts"], text="x")
    assert await error(edit) == "message_not_found"


async def test_an_ephemeral_message_in_a_thread_without_replies_is_shown_to_nobody(
    town: Town,
) -> None:
    asked = await town.ana.says(town.team, "anyone?")
    whisper = town.client.chat_postEphemeral
    await whisper(channel=town.team.id, user=town.ana.id, text="lost", thread_ts=asked.ts)
    assert [one.text for one in town.ana.messages(town.team)] == ["anyone?"]
    assert "not active" in town.slack.complaints[0]
    await town.ben.says(town.team, "me", thread=asked)
    await whisper(channel=town.team.id, user=town.ana.id, text="seen", thread_ts=asked.ts)
    await town.ana.sees("seen", town.team, thread=asked)


async def test_metadata_is_kept_through_edits_and_told_when_asked(town: Town) -> None:
    key = {"event_type": "said", "event_payload": {"key": "r1"}}
    said = await town.client.chat_postMessage(channel=town.team.id, text="one", metadata=key)
    await town.client.chat_update(channel=town.team.id, ts=said["ts"], text="two")
    plain = await town.client.conversations_history(channel=town.team.id)
    told = await town.client.conversations_history(channel=town.team.id, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert told["messages"][0]["metadata"] == key
    odd = town.client.chat_postMessage(channel=town.team.id, text="x", metadata={"a": 1})
    assert await error(odd) == "invalid_metadata_format"


async def test_threads_are_read_parent_first_and_by_pages(town: Town) -> None:
    asked = await town.ana.says(town.team, "0")
    for n in range(1, 4):
        await town.ben.says(town.team, str(n), thread=asked)
    read = town.client.conversations_replies
    first = await read(channel=town.team.id, ts=asked.ts, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await read(channel=town.team.id, ts=asked.ts, cursor=cursor)
    texts = [one["text"] for one in [*first["messages"], *rest["messages"]]]
    assert texts == ["0", "1", "2", "3"]
    assert await error(read(channel=town.team.id, ts="1.1")) == "thread_not_found"


async def test_people_are_found_and_reached(town: Town) -> None:
    found = await town.client.users_lookupByEmail(email="BEN@acme.test")
    assert found["user"]["tz"] == "America/New_York"
    assert await error(town.client.users_lookupByEmail(email="no@acme.test")) == "users_not_found"
    opened = await town.client.conversations_open(users=town.ben.id)
    assert opened["channel"]["id"] == town.ben.dm.id
    assert await error(town.client.conversations_open(users="U404")) == "user_not_found"
    bot = town.client.conversations_open(users=town.acme.bot_user)
    assert await error(bot) == "cannot_dm_bot"
    info = await town.client.users_info(user=town.ana.id)
    assert info["user"]["is_admin"]
    assert info["user"]["profile"]["email"] == "ana@acme.test"


async def test_streams_grow_and_end(town: Town) -> None:
    asked = await town.ana.dms("what is on?")
    stream = await town.client.chat_stream(
        channel=town.ana.dm.id, thread_ts=asked.ts, buffer_size=1
    )
    await stream.append(markdown_text="Two ")
    await stream.append(markdown_text="things.")
    editing = town.client.chat_update(channel=town.ana.dm.id, ts=str(stream.ts), text="x")
    assert await error(editing) == "streaming_state_conflict"
    await stream.stop(blocks=[SECTION])
    seen = await town.ana.sees("Two things.")
    assert seen.thread_ts == asked.ts
    assert [one["type"] for one in seen.blocks] == ["section"]
    more = town.client.chat_appendStream(channel=town.ana.dm.id, ts=seen.ts, markdown_text="x")
    assert await error(more) == "message_not_in_streaming_state"


async def test_streams_have_their_conditions(town: Town) -> None:
    start = town.client.chat_startStream
    asked = await town.ana.says(town.team, "?")
    bare: dict[str, Any] = {"channel": town.team.id, "thread_ts": asked.ts}
    assert await error(start(**bare)) == "missing_recipient_team_id"
    half = start(**bare, recipient_team_id=town.acme.id)
    assert await error(half) == "missing_recipient_user_id"
    other = start(**bare, recipient_team_id="T404", recipient_user_id=town.ana.id)
    assert await error(other) == "team_not_found"
    top = start(channel=town.ana.dm.id, thread_ts="")
    assert await error(top) == "invalid_arguments"
    begun = await start(**bare, recipient_team_id=town.acme.id, recipient_user_id=town.ana.id)
    town.slack.skip(600)
    late = town.client.chat_appendStream(channel=town.team.id, ts=begun["ts"], markdown_text="late")
    assert await error(late) == "message_not_in_streaming_state"


async def test_status_shows_until_a_message_comes(town: Town) -> None:
    asked = await town.ana.dms("hm")
    show = town.client.assistant_threads_setStatus
    await show(channel_id=town.ana.dm.id, thread_ts=asked.ts, status="is looking")
    await town.client.chat_postMessage(channel=town.ana.dm.id, thread_ts=asked.ts, text="done")
    assert [one.text for one in town.slack.statuses] == ["is looking", ""]
    nowhere = show(channel_id=town.ana.dm.id, thread_ts="1234567890.000001", status="x")
    assert await error(nowhere) == "invalid_thread_ts"


async def test_prompts_with_a_thread_are_lost_without_a_word(town: Town) -> None:
    offer = town.client.assistant_threads_setSuggestedPrompts
    prompts = [{"title": "Today", "message": "what is on today"}]
    await offer(channel_id=town.ana.dm.id, prompts=prompts, thread_ts="1234567890.000001")
    assert town.slack.backend.world.prompts == {}
    assert len(town.slack.complaints) == 1
    await offer(channel_id=town.ana.dm.id, prompts=prompts)
    assert town.slack.backend.world.prompts == {town.ana.dm.id: prompts}
    assert await error(offer(channel_id=town.ana.dm.id, prompts=prompts * 5)) == "invalid_arguments"


async def test_limits_are_waited_for_as_told(town: Town) -> None:
    town.slack.limit("chat.postMessage", 2, 1.0, by_channel=True)
    retrying = AsyncWebClient(town.acme.bot_token, base_url=town.slack.api_url)
    retrying.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    posts = [retrying.chat_postMessage(channel=town.team.id, text=str(n)) for n in range(3)]
    await asyncio.gather(*posts)
    assert sorted(one.text for one in town.team.messages.values()) == ["0", "1", "2"]
    assert [one.status for one in town.slack.calls("chat.postMessage")].count(429) == 1


async def test_faults_come_as_often_as_asked(town: Town) -> None:
    bare = AsyncWebClient(town.acme.bot_token, base_url=town.slack.api_url)
    bare.retry_handlers.clear()
    town.slack.fault("auth.test", status=500)
    town.slack.fault("auth.test", cut=True)
    town.slack.fault("auth.test", garbage=True)
    town.slack.fault("auth.test", retry_after=7)
    for _ in range(4):
        with pytest.raises((SlackApiError, ClientError)):
            await bare.auth_test()
    assert (await bare.auth_test())["team_id"] == town.acme.id


async def test_an_answer_can_be_lost_after_the_work_was_done(town: Town) -> None:
    town.client.retry_handlers.clear()
    town.slack.fault("chat.postMessage", lose_answer=True)
    with pytest.raises(ClientError):
        await town.client.chat_postMessage(channel=town.team.id, text="did it happen?")
    assert len(town.team.messages) == 1


async def test_a_code_is_good_once_and_tokens_rotate() -> None:
    settings = {**GENEROUS["settings"], "token_rotation_enabled": True}
    async with SlackServer({**GENEROUS, "settings": settings}) as slack:
        acme = slack.workspace(installed=False)
        admin = acme.user("Ana")
        client = AsyncWebClient(base_url=slack.api_url)
        app = {"client_id": slack.client_id, "client_secret": slack.client_secret}
        code = slack.grant(acme, admin.id)
        wrong = client.oauth_v2_access(client_id=slack.client_id, client_secret="no", code=code)
        assert await error(wrong) == "bad_client_secret"
        first = await client.oauth_v2_access(**app, code=code)
        assert first["team"]["id"] == acme.id
        assert await error(client.oauth_v2_access(**app, code=code)) == "code_already_used"
        slack.skip(13 * 3600)
        old = AsyncWebClient(first["access_token"], base_url=slack.api_url)
        assert await error(old.auth_test()) == "token_expired"
        again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = await client.oauth_v2_access(**app, **again)
        new = AsyncWebClient(second["access_token"], base_url=slack.api_url)
        assert (await new.auth_test())["user_id"] == acme.bot_user
        assert await error(client.oauth_v2_access(**app, **again)) == "invalid_refresh_token"


async def test_an_organisation_has_one_token_for_its_teams() -> None:
    async with SlackServer() as slack:
        one, two = (slack.workspace(name, enterprise="E1", installed=False) for name in "ab")
        admin = one.user("Ana")
        client = AsyncWebClient(base_url=slack.api_url)
        granted = await client.oauth_v2_access(
            client_id=slack.client_id,
            client_secret=slack.client_secret,
            code=slack.grant("E1", admin.id),
        )
        assert (granted["team"], granted["enterprise"]["id"]) == (None, "E1")
        wide = AsyncWebClient(granted["access_token"], base_url=slack.api_url)
        for team in (one, two):
            await wide.chat_postMessage(channel=team.channel("x").id, text="hello")
        assert await error(wide.users_list()) == "missing_argument"
        assert len((await wide.users_list(team_id=one.id))["members"]) == 2


async def test_files_are_uploaded_in_three_steps(town: Town) -> None:
    await town.client.files_upload_v2(
        channel=town.team.id, filename="team.ics", content="BEGIN:VCALENDAR", title="Team"
    )
    (file,) = town.slack.backend.world.files.values()
    assert file["content"] == b"BEGIN:VCALENDAR"
