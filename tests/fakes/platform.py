"""A chat platform that records what was said."""

from dataclasses import dataclass, field

from bot.chat.cards import Card, plain_text
from bot.chat.forms import Form
from bot.chat.messages import MessageRef, Place, PlaceKind, Sender
from bot.chat.platform import PlaceGone, Right


@dataclass(slots=True)
class Said:
    """A message as it stands, and how it stood before."""

    ref: MessageRef
    card: Card
    seen_by: Sender | None
    key: str | None
    before: list[Card] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The card as plain text."""
        return plain_text(self.card)


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that was opened."""

    form: Form
    place: Place
    sender: Sender
    trigger: str | None


class FakePlatform:
    """Says everything into lists. Places in `gone` refuse, people in `powerless` may only speak."""

    def __init__(self, name: str = "fake") -> None:
        self._name = name
        self.said: list[Said] = []
        self.asked: list[Asked] = []
        self.statuses: list[str] = []
        self.streamed: list[str] = []
        self.gone: set[str] = set()
        """Keys of places that refuse."""
        self.lost: set[str] = set()
        """Messages that nobody can edit any more."""
        self.powerless: set[str] = set()
        """Users who may not manage channels."""

    @property
    def name(self) -> str:
        return self._name

    @property
    def last(self) -> Said:
        """What was said last."""
        return self.said[-1]

    async def post(
        self, place: Place, card: Card, *, seen_by: Sender | None = None, key: str | None = None
    ) -> MessageRef:
        self._check(place)
        known = next((said for said in self.said if key is not None and said.key == key), None)
        if known is not None:
            return known.ref
        ref = MessageRef(place=place, id=f"c{len(self.said) + 1}")
        self.said.append(Said(ref, card, seen_by, key))
        return ref

    async def update(self, message: MessageRef, card: Card, *, reply: str | None = None) -> None:
        said = next((said for said in self.said if said.ref.id == message.id), None)
        if said is None or message.id in self.lost:
            raise PlaceGone(f"There is no message {message.id}.")
        said.before.append(said.card)
        said.card = card

    async def stream(self, place: Place, *, seen_by: Sender | None = None) -> "FakeStream":
        self._check(place)
        return FakeStream(self, place, seen_by)

    async def open_form(
        self, form: Form, *, place: Place, sender: Sender, trigger: str | None
    ) -> None:
        self.asked.append(Asked(form, place, sender, trigger))

    async def reach(self, sender: Sender) -> Place:
        if sender.platform != self._name or not sender.user:
            raise PlaceGone(f"{sender.name or sender.user} is not here.")
        place = Place(
            platform=self._name,
            workspace=sender.workspace,
            channel=f"@{sender.user}",
            kind=PlaceKind.DIRECT,
        )
        self._check(place)
        return place

    async def may(self, sender: Sender, place: Place, right: Right) -> bool:
        if sender.platform != self._name or place.platform != self._name:
            return False
        if place.is_private and right is not Right.GOVERN:
            return place.channel == f"@{sender.user}"
        return right is Right.SPEAK or sender.user not in self.powerless

    async def working(self, place: Place, sender: Sender, status: str) -> None:
        if status:
            self.statuses.append(status)

    def _check(self, place: Place) -> None:
        if place.platform != self._name or place.key in self.gone:
            raise PlaceGone(f"{place.name or place.key} is gone.")


class FakeStream:
    """An answer that grows; what was appended is recorded too."""

    def __init__(self, platform: FakePlatform, place: Place, seen_by: Sender | None) -> None:
        self._platform = platform
        self._place = place
        self._seen_by = seen_by

    async def append(self, text: str) -> None:
        self._platform.streamed.append(text)

    async def finish(self, card: Card) -> MessageRef:
        return await self._platform.post(self._place, card, seen_by=self._seen_by)
