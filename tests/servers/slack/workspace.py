"""How a test makes a team and lets its people write, press, fill in and look."""

from dataclasses import dataclass
from secrets import token_hex

from tests.servers.slack import payloads, unfurling, views
from tests.servers.slack.backend import Backend, Team
from tests.servers.slack.blocks import checked_view
from tests.servers.slack.chat import compose, edited, event_of, put, remove
from tests.servers.slack.delivery import COMMAND, INTERACTION, Delivery, Post
from tests.servers.slack.filling import Values, input_blocks, state_of
from tests.servers.slack.looking import everything, find_button, find_choice
from tests.servers.slack.world import (
    Account,
    Channel,
    Json,
    Kind,
    Message,
    Refused,
    Token,
    View,
)

PATIENCE = 5.0


@dataclass(frozen=True)
class Submission:
    """What came of submitting a modal."""

    delivery: Delivery
    errors: dict[str, str]
    """Block id → what is said under the field; empty when the modal went on."""
    view: View | None
    """The modal that stands there now."""


class Workspace:
    """A team in which the app is installed, and the means to change it."""

    def __init__(self, slack: Backend, post: Post, team: Team, token: Token | None) -> None:
        self.slack = slack
        self.post = post
        self.team = team
        self.token = token

    @property
    def id(self) -> str:
        return self.team.id

    @property
    def bot_user(self) -> str:
        return self.team.bot_user

    @property
    def bot_token(self) -> str:
        """What the app calls with."""
        if self.token is None:
            raise LookupError("the app is not installed here")
        return self.token.value

    def user(
        self,
        name: str,
        *,
        tz: str = "Europe/Berlin",
        email: str = "",
        is_admin: bool = False,
        is_owner: bool = False,
        is_guest: bool = False,
    ) -> "Member":
        """A new person of the team."""
        account = Account(self.slack.world.ids.new("U"), self.id, name, email, tz)
        account.is_admin, account.is_owner, account.is_guest = is_admin, is_owner, is_guest
        self.slack.world.accounts[account.id] = account
        return Member(self, account)

    def channel(
        self, name: str, *members: "Member", private: bool = False, bot: bool = True
    ) -> Channel:
        """A new channel with these people and, unless told otherwise, the bot."""
        kind = Kind.PRIVATE if private else Kind.CHANNEL
        inside = {one.id for one in members} | ({self.bot_user} if bot else set())
        creator = members[0].id if members else ""
        made = Channel(self.slack.world.ids.new("C"), self.id, name, kind, inside, creator)
        self.slack.world.channels[made.id] = made
        return made

    def between(self, *members: "Member") -> Channel:
        """A conversation of people alone, without the bot."""
        ids = {one.id for one in members}
        return unfurling.direct_between(self.slack, self.team, ids)

    async def uninstalls(self) -> None:
        """Take the app out of the team: its tokens die, and it is told."""
        for token in self.slack.world.tokens.values():
            if token.team == self.id:
                token.end = "account_inactive"
        tokens = {"oauth": [], "bot": [self.bot_user]}
        await self.post.event(self.id, {"type": "tokens_revoked", "tokens": tokens})
        await self.post.event(self.id, {"type": "app_uninstalled"})

    def revokes_token(self) -> None:
        """Let the bot's token die without a word."""
        if self.token is not None:
            self.token.end = "token_revoked"


class Member:
    """A person of a team: writes, presses, fills in, looks."""

    def __init__(self, workspace: Workspace, account: Account) -> None:
        self.workspace = workspace
        self.account = account
        self._slack = workspace.slack
        self._post = workspace.post

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def dm(self) -> Channel:
        """The direct conversation with the bot."""
        return self._slack.direct(self.workspace.team, self.id)

    # Writing

    async def says(
        self, channel: Channel, text: str, *, thread: Message | str | None = None
    ) -> Message:
        """Write something; the app is told, and has acked or not, when this returns."""
        if self.id not in channel.members:
            raise Refused("not_in_channel")
        said = Message(self._slack.ts(), channel, self.id, text, client_msg_id=token_hex(8))
        if thread is not None:
            said.thread_ts = thread.root if isinstance(thread, Message) else thread
            channel.threads[said.thread_ts] += 1
        channel.messages[said.ts] = said
        self._slack.changed()
        event = event_of(said, self._slack)
        if self.workspace.bot_user in channel.members:
            await self._post.event(channel.team, event)
        if f"<@{self.workspace.bot_user}" in text and channel.kind is not Kind.DIRECT:
            kept = {key: value for key, value in event.items() if key != "channel_type"}
            await self._post.event(channel.team, {**kept, "type": "app_mention"})
        shared = unfurling.shared(self._slack, said)
        if shared is not None:
            await self._post.event(channel.team, shared)
        return said

    async def composes(self, text: str) -> None:
        """Write something with a link and not send it yet."""
        event = unfurling.composed(self._slack, self.account, text)
        await self._post.event(self.workspace.id, event)

    async def mentions(
        self, channel: Channel, text: str, *, thread: Message | str | None = None
    ) -> Message:
        """Write something to the bot in a channel."""
        return await self.says(channel, f"<@{self.workspace.bot_user}> {text}", thread=thread)

    async def dms(self, text: str, *, thread: Message | str | None = None) -> Message:
        """Write to the bot alone."""
        return await self.says(self.dm, text, thread=thread)

    async def edits(self, message: Message, text: str) -> None:
        """Change one's own words."""
        message.text = text
        edited(self._slack, message)

    async def deletes(self, message: Message) -> None:
        """Take one's own words back."""
        remove(self._slack, message)

    # Commands, presses, forms

    async def commands(
        self, command: str, text: str = "", *, channel: Channel | None = None
    ) -> Delivery:
        """Use a slash command, in a channel or in the direct conversation."""
        escapes = self._slack.manifest.escapes(command)
        if escapes is None:
            raise Refused("not_a_command")
        place = channel or self.dm
        payload = payloads.command(
            self._slack, self.workspace.team, self.account, place, (command, text)
        )
        delivery = await self._post.interaction(COMMAND, payload)
        self._answered(place, delivery)
        return delivery

    def _answered(self, place: Channel, delivery: Delivery) -> None:
        """Show what came with a command's ack."""
        answer = delivery.answer or {}
        if not (answer.get("text") or answer.get("blocks")):
            return
        bot = self.workspace.bot_user
        said = compose(self._slack, Token("", "bot", place.team, bot, frozenset()), place, answer)
        if answer.get("response_type") == "in_channel":
            put(self._slack, said)
            return
        said.seen_by = self.id
        place.messages[said.ts] = said
        self._slack.changed()

    async def clicks(self, shown: Message | View, wanted: str) -> Delivery:
        """Press the button of that label, action id or value."""
        block, element = find_button(shown, wanted)
        return await self._acts(shown, block, element, {})

    async def chooses(self, shown: Message | View, wanted: str) -> Delivery:
        """Choose what is called so in a select."""
        block, element, option = find_choice(shown, wanted)
        return await self._acts(shown, block, element, {"selected_option": option})

    async def _acts(
        self, shown: Message | View, block: Json, element: Json, more: Json
    ) -> Delivery:
        kept = ("type", "action_id", "text", "value", "style", "placeholder", "url")
        action = {key: element[key] for key in kept if key in element}
        action |= {"block_id": block["block_id"], "action_ts": self._slack.ts(), **more}
        view = shown if isinstance(shown, View) else None
        payload = {**self._who("block_actions", view), "actions": [action]}
        if isinstance(shown, Message):
            if shown not in self.messages(shown.channel):
                raise LookupError("nobody can press what they do not see")
            payload |= payloads.on_message(self._slack, self.account, shown)
        else:
            payload |= payloads.on_view(self._slack, shown)
        return await self._post.interaction(INTERACTION, payload)

    def _who(self, kind: str, view: View | None = None) -> Json:
        of = self.workspace.team
        return payloads.who(self._slack, of, self.account, kind, view.id if view else None)

    async def submits(self, view: View, values: Values | None = None) -> Submission:
        """Fill in a modal and submit it. Raises CantSubmit where Slack itself would not."""
        if not view.is_open:
            raise LookupError("the modal is closed")
        state = state_of(view.body["blocks"], values or {})
        payload = {
            **self._who("view_submission", view),
            "view": views.told(self._slack, view, state),
            "response_urls": [],
        }
        delivery = await self._post.interaction(INTERACTION, payload)
        if not delivery.is_acked:
            return Submission(delivery, {"": "We had some trouble connecting."}, view)
        return self._submitted(view, delivery)

    def _submitted(self, view: View, delivery: Delivery) -> Submission:
        answer = delivery.answer or {}
        action = answer.get("response_action")
        if action == "errors":
            view.errors = dict(answer.get("errors") or {})
            unknown = set(view.errors) - input_blocks(view)
            if unknown or not view.errors:
                self._slack.complain(f"errors at {sorted(unknown)}, which are not input blocks")
            return Submission(delivery, view.errors, view)
        view.errors = {}
        if action == "update":
            views.replace(self._slack, view, answer.get("view"))
            return Submission(delivery, {}, view)
        if action == "push":
            body = checked_view(answer.get("view"), ("modal",))
            return Submission(delivery, {}, views.stack(self._slack, view, body))
        view.is_open = False
        for other in self._slack.world.views.values():
            if action == "clear" and other.root == view.root:
                other.is_open = False
        self._slack.changed()
        below = self._slack.world.views.get(view.previous or "")
        return Submission(delivery, {}, below if below is not None and below.is_open else None)

    async def closes(self, view: View) -> Delivery | None:
        """Close a modal; the app is told where it wanted to be."""
        view.is_open = False
        if not view.body.get("notify_on_close"):
            return None
        payload = {**self._who("view_closed"), "view": views.told(self._slack, view),
                   "is_cleared": False}  # fmt: skip
        return await self._post.interaction(INTERACTION, payload)

    async def uses_shortcut(self, name: str, *, on: Message | None = None) -> Delivery:
        """Choose a shortcut by name or call-back id, from anywhere or on a message."""
        shortcut = self._slack.manifest.shortcut(name)
        if shortcut is None or shortcut.is_global is not (on is None):
            raise LookupError(f"there is no shortcut {name!r} of that sort")
        used = payloads.of_shortcut(self._slack, self.account, shortcut.callback_id, on)
        kind = "shortcut" if on is None else "message_action"
        return await self._post.interaction(INTERACTION, {**self._who(kind), **used})

    async def opens_home(self, tab: str = "home") -> None:
        """Open the bot's page, or with `messages` the conversation with it."""
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": self.dm.id}
        event |= {"tab": tab, "event_ts": self._slack.ts()}
        home = self.home()
        if home is not None and tab == "home":
            event["view"] = views.told(self._slack, home)
        await self._post.event(self.workspace.id, event)

    async def stops(self, thread: Message) -> None:
        """Press the stop button of an agent's session."""
        event = {"type": "agent_session_stopped", "channel": thread.channel.id, "user": self.id,
                 "thread_ts": thread.root, "streaming_message_ts": [],
                 "event_ts": self._slack.ts()}  # fmt: skip
        await self._post.event(self.workspace.id, event)

    # Looking

    def messages(self, channel: Channel, *, thread: Message | None = None) -> list[Message]:
        """What this person sees in a conversation, or in one thread of it, oldest first."""
        if self.id not in channel.members:
            return []
        return [
            one
            for one in channel.messages.values()
            if one.seen_by in (None, self.id)
            and one.is_shown
            and (thread is None or one.root == thread.root)
        ]

    def home(self) -> View | None:
        """The published page."""
        return self._slack.world.homes.get(self.id)

    def modal(self) -> View | None:
        """The modal on top, if one is open."""
        stack = [one for one in self._slack.world.views.values()
                 if one.user == self.id and one.is_open and one.type == "modal"]  # fmt: skip
        return stack[-1] if stack else None

    async def sees(
        self,
        text: str,
        channel: Channel | None = None,
        *,
        thread: Message | None = None,
        within: float = PATIENCE,
    ) -> Message:
        """Wait for a message of the bot with these words, the newest. Raises AssertionError."""
        place = channel or self.dm

        def found() -> list[Message]:
            return [
                one
                for one in self.messages(place, thread=thread)
                if one.bot_id is not None and text in everything(one) and not one.is_streaming
            ]

        if not await self._slack.until(lambda: bool(found()), within):
            seen = [everything(one) for one in self.messages(place, thread=thread)]
            raise AssertionError(f"{self.account.name} never saw {text!r}, but {seen}")
        return found()[-1]

    async def gets_modal(self, within: float = PATIENCE) -> View:
        """Wait for a modal. Raises AssertionError."""
        await self._slack.until(lambda: self.modal() is not None, within)
        found = self.modal()
        assert found is not None, f"{self.account.name} never got a modal"
        return found

    async def gets_home(self, within: float = PATIENCE) -> View:
        """Wait for the published page. Raises AssertionError."""
        await self._slack.until(lambda: self.home() is not None, within)
        found = self.home()
        assert found is not None, f"{self.account.name} never got a page"
        return found
