"""Connecting other assistants, in conversation: wishes, the card that asks how much one may do, its
token, and its end.

Everything is said to the asker alone: a token is a secret. Tokens themselves are
`assistant_tokens`, the words `assistant_words`.
"""

from bot.assistant_cards import Asked, AssistantCards
from bot.assistant_tokens import LONGEST_NAME, AssistantTokens, TooManyAssistants, shown
from bot.assistant_words import (
    NONE,
    PROPOSES,
    READS,
    AsksConnect,
    AsksDisconnect,
    choice_card,
    disconnected_words,
    list_card,
    made_card,
    outcome_card,
    put_away_card,
    read_wish,
)
from bot.chat.cards import Card, message
from bot.chat.messages import ButtonPress
from bot.replies import BUTTON_UNKNOWN
from bot.speaking import Hearing, Speaking
from calendar_core.errors import NotFound


class AssistantAsking:
    """Answers wishes about other assistants, and the presses on their cards."""

    def __init__(
        self, speaking: Speaking, tokens: AssistantTokens, cards: AssistantCards, notes: Asked
    ) -> None:
        self._speaking = speaking
        self._tokens = tokens
        self._cards = cards
        self._notes = notes

    async def answer(self, hearing: Hearing, text: str) -> bool:
        """Answer words that are about other assistants; False for all others."""
        wish = read_wish(text)
        if wish is None:
            return False
        there = await self._tokens.of(hearing.me.id)
        if isinstance(wish, AsksConnect):
            card = choice_card(wish.name, there, hearing.now)
        elif not there:
            card = message(NONE)
        elif isinstance(wish, AsksDisconnect):
            meant = [one for one in there if one.name.casefold() == wish.name.casefold()]
            meant = meant if wish.name else list(there)
            if len(meant) == 1:
                card = await self._ended(hearing, meant[0].id)
            else:
                card = list_card(there, hearing.now)
        else:
            card = list_card(there, hearing.now)
        await self._say(hearing, card)
        return True

    async def connect(self, hearing: Hearing, press: ButtonPress, subject: str) -> None:
        """The press that says how much a new one may do."""
        may, _, name = subject.partition(".")
        if may not in (PROPOSES, READS):
            await self._say(hearing, message(BUTTON_UNKNOWN))
            return
        name = (
            shown(name, LONGEST_NAME)
            or f"assistant {len(await self._tokens.of(hearing.me.id)) + 1}"
        )
        try:
            assistant, token = await self._tokens.let_in(
                hearing.me.id, name, may_propose=may == PROPOSES
            )
        except TooManyAssistants as err:
            await self._settle(hearing, press, message(str(err)))
            return
        await self._settle(hearing, press, made_card(assistant, token, self._tokens.address))

    async def disconnect(self, hearing: Hearing, press: ButtonPress, assistant: str) -> None:
        """The press that ends one."""
        await self._settle(hearing, press, await self._ended(hearing, assistant))

    async def put_away(self, hearing: Hearing, press: ButtonPress, assistant: str) -> None:
        """The press that takes a token off the screen. Raises NotFound."""
        there = await self._tokens.of(hearing.me.id)
        mine = [one for one in there if one.id == assistant]
        if not mine:
            raise NotFound("That assistant is disconnected already: its token opens nothing.")
        await self._settle(hearing, press, put_away_card(mine[0]))

    async def _ended(self, hearing: Hearing, assistant: str) -> Card:
        """Its token opens nothing, and what waits of it is left undone. Raises NotFound."""
        gone = await self._tokens.shut_out(assistant, hearing.me.id)
        return outcome_card(disconnected_words(await self._cards.withdraw(gone, self._notes)))

    async def _say(self, hearing: Hearing, card: Card) -> None:
        await self._speaking.post(hearing.place, hearing.sender, card, private=True)

    async def _settle(self, hearing: Hearing, press: ButtonPress, card: Card) -> None:
        """Turn the card into its outcome; where it is not known, say it."""
        if press.message is None:
            await self._say(hearing, card)
            return
        await self._speaking.rewrite(press.message, card, reply=press.reply)
