"""Forms that were filled in: what is wrong is said on them before they close.

Slack waits three seconds for that; what is not known by then is taken on, and said afterwards.
"""

import asyncio
import logging
from collections.abc import Mapping

from slack_bolt.async_app import AsyncAck

from adapters.slack import incoming
from adapters.slack.incoming import Payload
from adapters.slack.people import People
from adapters.slack.views import FIELD
from adapters.slack.works import Works
from bot.chat.messages import FormAnswer, Sender
from bot.chat.platform import ChatHandler, MenuHandler
from calendar_core.clock import Clock

log = logging.getLogger("convene.slack.submissions")

CHECK = 2.0
"""Seconds for looking at a form before it closes."""


class Submissions:
    """Checks forms, then hands them over."""

    def __init__(
        self,
        *,
        handler: ChatHandler,
        menus: MenuHandler,
        people: People,
        works: Works,
        clock: Clock,
    ) -> None:
        self._handler = handler
        self._menus = menus
        self._people = people
        self._works = works
        self._clock = clock

    async def take(self, ack: AsyncAck, body: Payload, workspace: str) -> None:
        """Somebody filled in a form: what is wrong is said on it, else it closes."""
        try:
            answer, wrong = await self._check(body, workspace)
        except ValueError:
            log.warning("unreadable form view=%s", body["view"].get("id"))
            await ack()
            return
        errors = on_blocks(wrong, body["view"])
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        self._works.begin(self._handler.on_form(answer))

    async def _check(self, body: Payload, workspace: str) -> tuple[FormAnswer, Mapping[str, str]]:
        """The answer, and what is wrong with it as far as that is known in time."""
        at, user = self._clock.now(), body["user"]
        name = user.get("name", "")
        sender = Sender(platform=incoming.PLATFORM, workspace=workspace, user=user["id"], name=name)
        answer = incoming.form_answer(body, sender=sender, at=at)
        try:
            async with asyncio.timeout(CHECK):
                sender = await self._people.sender(workspace, user["id"], name=name)
                answer = incoming.form_answer(body, sender=sender, at=at)
                return answer, await self._menus.check_form(answer)
        except TimeoutError:
            log.warning("form not checked in time form=%s", answer.id)
            return answer, {}


def on_blocks(wrong: Mapping[str, str], view: Payload) -> dict[str, str]:
    """Faults by the block that they are shown under; those of no block under the first one."""
    blocks = [one["block_id"] for one in view.get("blocks", ()) if one.get("type") == "input"]
    found: dict[str, str] = {}
    for name, words in wrong.items():
        block = f"{FIELD}{name}"
        if block not in blocks:
            if not blocks:
                continue
            block = blocks[0]
        found[block] = f"{found[block]} {words}" if block in found else words
    return found
