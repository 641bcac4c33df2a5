"""What another assistant may do in somebody's name: the same tools, and no press.

Implements `adapters.mcp.ports.ToolDoor` by shape. Whatever an assistant sends counts as read from
strangers, for it may have read anything (law 3): notes become cards as well, and cards name every
guest and mail. Its tokens are `assistant_tokens`, its cards `assistant_cards`.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from bot.accounts import Accounts
from bot.assistant_cards import AssistantCards, Reach
from bot.assistant_offers import PENDING_OFFER, Offered, offered
from bot.assistant_pace import Pace, TooFast
from bot.assistant_signing import AskedOnly, Signed
from bot.assistant_tokens import (
    LONGEST_CLIENT,
    Assistant,
    AssistantId,
    AssistantTokens,
    shown,
)
from bot.assistant_waiting import PENDING, Waiting
from bot.chat.messages import Place, Sender
from bot.contexts import Contexts, Proposing
from bot.llm.model import Setting, ToolCall, ToolSpec
from bot.notes import Notes
from bot.people import Person
from bot.speaking import Hearing
from bot.store import People
from bot.tools.answering import FENCE
from bot.tools.tool import ProposeContext, ToolKind, ToolResult
from bot.tools.toolbox import Outcome, Returned, Toolbox
from calendar_core.clock import Clock
from calendar_core.errors import CalendarError
from calendar_core.people import PersonId

log = logging.getLogger("convene.assistants")

PATIENCE = timedelta(seconds=40)
"""How long a call may take with all that goes with it; the tool itself has half of it."""
LARGEST = 32_000
"""Characters of a call's arguments, as JSON."""
MOST_WAITING = 10
"""Cards of one assistant that may wait at a time."""
READS_ALONE = "This token may read alone. The person can connect one that may propose as well."
TOO_MANY_WAIT = (
    f"{MOST_WAITING} cards of yours wait for the person's press already. Nothing more can be "
    "proposed before they decided some."
)
TOO_LONG = "That took too long. Ask for less at once, or try again later."
TOO_LARGE = "That is more than I read in one call. Send less."
IN_CHAT = (
    "Only the person can do that: they write “link my calendar” to Convene, in their chat or "
    "terminal, and are shown how."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a call."""

    text: str
    data: Mapping[str, Any] | None = None
    is_error: bool = False


class Assistants:
    """Lets assistants in."""

    def __init__(
        self,
        tokens: AssistantTokens,
        people: People,
        contexts: Contexts,
        desk: Proposing,
        notes: Notes,
        toolbox: Toolbox,
        waiting: Waiting,
        cards: AssistantCards,
        clock: Clock,
        pace: Pace,
        accounts: Accounts,
        reach: Reach,
    ) -> None:
        """`reach` says when cards are shown to people."""
        self.tokens = tokens
        self.people = people
        self.contexts = contexts
        self.desk = desk
        self.notes = notes
        self.toolbox = toolbox
        self.waiting = waiting
        self.cards = cards
        self.clock = clock
        self.pace = pace
        self.accounts = accounts
        self.reach = reach

    async def visitor(self, token: str) -> "Visit | None":
        """Whose token that is; None for one that is none, or is revoked. As the door asks."""
        assistant = await self.tokens.by(token)
        if assistant is None:
            return None
        await self.tokens.used(assistant)
        return Visit(self, assistant)

    def local(self, person: PersonId) -> "Visit":
        """A process that somebody started on their own machine, over their own data folder."""
        return Visit(self, local_assistant(person, self.clock))


def local_assistant(person: PersonId, clock: Clock) -> Assistant:
    """Who asks where no token was needed."""
    return Assistant(id=AssistantId("local"), person=person, name="", made_at=clock.now())


class Visit:
    """An assistant of one person, and what it may do for them."""

    def __init__(self, house: Assistants, assistant: Assistant) -> None:
        self._house = house
        self._assistant = assistant

    async def met(self, client: str) -> None:
        """Its program introduced itself by this name, which strangers chose."""
        await self._house.tokens.met(self._assistant, client)
        self._assistant = replace(self._assistant, client=shown(client, LONGEST_CLIENT))

    async def tools(self) -> Sequence[Offered]:
        """What it may call."""
        me = await self._house.people.person(self._assistant.person)
        specs = [one for one in await self._specs(me) if self._may(ToolKind(one.kind))]
        return [*(offered(one) for one in specs), PENDING_OFFER]

    async def call(self, tool: str, arguments: Mapping[str, Any], client: str) -> Answer | None:
        """Run a tool, or draw up what waits for the person's press; None for no tool of that name.

        Fails by a bug alone, whose text the door tells nobody.
        """
        kind = ToolKind.READS if tool == PENDING else self._house.toolbox.kind(tool)
        if kind is None:
            return None
        try:
            with self._house.pace.one_call(self._assistant.id, proposes=kind is not ToolKind.READS):
                async with asyncio.timeout(PATIENCE.total_seconds()):
                    return await self._answer(tool, kind, arguments, client)
        except TooFast as err:
            return _failed(str(err))
        except TimeoutError:
            return _failed(TOO_LONG)
        except CalendarError as err:
            log.warning("refused assistant=%s error=%s", self._assistant.id, type(err).__name__)
            return _failed(str(err))

    async def _answer(
        self, tool: str, kind: ToolKind, arguments: Mapping[str, Any], client: str
    ) -> Answer:
        if len(json.dumps(arguments, default=str)) > LARGEST:
            return _failed(TOO_LARGE)
        me = await self._house.people.person(self._assistant.person)
        context = await self._context(me, client)
        if tool == PENDING:
            return _told(await self._house.waiting.returned(self._assistant, context, arguments))
        if not self._may(kind):
            return _failed(READS_ALONE)
        proposes = kind is not ToolKind.READS
        if proposes and await self._house.waiting.count(self._assistant) >= MOST_WAITING:
            return _failed(TOO_MANY_WAIT)
        call = ToolCall(id=uuid4().hex, tool=tool, arguments=arguments)
        returned = await self._house.toolbox.call(call, context)
        log.info("call assistant=%s tool=%s outcome=%s", self._assistant.id, tool, returned.outcome)
        result = returned.result
        if result is not None and result.opens is not None:
            return _failed(IN_CHAT)
        if result is not None and (result.proposed is not None or result.asked is not None):
            return _told(returned, await self._shown(me, result))
        return _told(returned)

    async def _shown(self, me: Person, result: ToolResult) -> dict[str, Any]:
        """Have the card shown; what the assistant is told of it."""
        subject = await self._house.cards.show(me.id, result.proposed, result.asked)
        accounts = await self._house.accounts.of(me.id)
        platforms = list(dict.fromkeys(one.sender.platform for one in accounts))
        return {
            "id": subject,
            "card": self._house.reach(platforms),
            "next": f"Nothing is done before they press. Ask {PENDING} with this id how it ended.",
        }

    def _may(self, kind: ToolKind) -> bool:
        return self._assistant.may_propose or kind is ToolKind.READS

    async def _specs(self, me: Person) -> tuple[ToolSpec, ...]:
        calendars = await self._house.contexts.world.mirror.calendars((me.id,))
        return self._house.toolbox.specs(
            Setting(
                now=self._house.clock.now().astimezone(me.zone),
                zone=me.zone,
                speaker=me.name,
                calendars=tuple(one.name for one in calendars),
                policy=me.policy,
            )
        )

    async def _context(self, me: Person, client: str) -> ProposeContext:
        account = await self._house.people.account_of(me.id)
        nobody = Sender(platform="mcp", workspace="", user=me.id, name=me.name)
        hearing = Hearing(
            place=Place(platform="mcp", workspace="", channel=self._assistant.id),
            sender=account or nobody,
            me=me,
            now=self._house.clock.now().astimezone(me.zone),
        )
        plain = self._house.contexts.of(hearing)
        by = self._assistant.told(client)
        return replace(
            plain,
            saw_strangers_text=True,
            heard_private=True,
            proposals=Signed(self._house.desk, by),
            noting=AskedOnly(self._house.notes, by),
        )


def _told(returned: Returned, more: Mapping[str, Any] | None = None) -> Answer:
    """What came of a call, for a model: always between marks, for others may have written it."""
    content = returned.part.content
    if returned.outcome is not Outcome.DONE:
        return _failed(content)
    data: dict[str, Any] = {**json.loads(content), **(more or {})}
    marked = _marked(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    lead = f"{more['card']} {more['next']}\n" if more else ""
    note = f"{FENCE}\n" if data.get("strangers_text") else ""
    return Answer(text=f"{lead}{note}{marked}", data=data)


def _failed(words: str) -> Answer:
    return Answer(text=words.replace("<", "‹"), is_error=True)


def _marked(data: str) -> str:
    unmarked = data.replace("<", "\\u003c")
    return f"<calendar_data>\n{unmarked}\n</calendar_data>"
