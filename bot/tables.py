"""What the conversation keeps at rest: people, conversations, posted cards. Rows stay inside
`store`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from calendar_core.database import Base, UtcDateTime


class PersonRow(Base):
    """Somebody."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(320), default="")
    preferences: Mapped[str] = mapped_column(Text, default="{}")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    former: Mapped[str] = mapped_column(Text, default="")
    """CAL-ADDRESSes of those who became part of this person, a blank between."""
    former_names: Mapped[str] = mapped_column(Text, default="")
    """Their names, one a line."""
    unreached_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when none of their accounts takes direct messages; None: they are reached."""
    unreached_told: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When that was said in a channel."""


class IdentityRow(Base):
    """An account on a chat platform, and whose it is."""

    __tablename__ = "identities"
    # Who was seen in a community is known by platform and user: the key begins with the workspace.
    __table_args__ = (Index("ix_identities_platform_user", "platform", "user"),)

    platform: Mapped[str] = mapped_column(String(20), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(String(128), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    """As the platform calls them."""
    last_seen: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_channel: Mapped[str] = mapped_column(Text, default="")
    """Where they spoke last that others read, as JSON."""


class MembershipRow(Base):
    """An account was seen in a community: a server, where accounts are not of one workspace."""

    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_platform_user", "platform", "user", "community"),)

    platform: Mapped[str] = mapped_column(String(20), primary_key=True)
    community: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(String(128), primary_key=True)


class PartRow(Base):
    """One part of a conversation, in order."""

    __tablename__ = "conversation_parts"
    __table_args__ = (Index("ix_conversation_parts_conversation_id", "conversation", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(String(400))
    owner: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PostedRow(Base):
    """Where a change's card stands, so that it can be edited later."""

    __tablename__ = "posted_cards"
    __table_args__ = (UniqueConstraint("subject", "place", "message"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    place: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(String(128))


class HeardRow(Base):
    """An incoming message or press that was taken on: a redelivery is dropped."""

    __tablename__ = "heard"

    platform: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class UnansweredRow(Base):
    """Somebody who waits for the answer to what came in."""

    __tablename__ = "unanswered"

    platform: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    account: Mapped[str] = mapped_column(String(300))
    place: Mapped[str] = mapped_column(Text)
    sender: Mapped[str] = mapped_column(Text)
    process: Mapped[str] = mapped_column(String(120))
    """Who works on it; empty when it was given up."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoteRow(Base):
    """Something noted at once, or waiting for a press, and how to take it back."""

    __tablename__ = "notes"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(36), index=True)
    place: Mapped[str] = mapped_column(String(400), default="")
    action: Mapped[str] = mapped_column(Text)
    undo: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class NewsRow(Base):
    """What became of an event, for somebody who is or was told of it."""

    __tablename__ = "event_news"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    owner: Mapped[str] = mapped_column(String(36), index=True)
    calendar: Mapped[str] = mapped_column(String(36), index=True)
    event: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    """What exactly changed, as JSON."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    batch: Mapped[str] = mapped_column(String(64), default="")
    """Key of the notice that tells it; empty before it is begun."""
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RestRow(Base):
    """What is left of an answer that was too long for one message."""

    __tablename__ = "answer_rests"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(36))
    arguments: Mapped[str] = mapped_column(Text)
    """What is to be looked up, as JSON."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LinkOfferRow(Base):
    """What a person's link leads to, and whether the others may see it: asked, not answered yet."""

    __tablename__ = "link_offers"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(36))
    place: Mapped[str] = mapped_column(Text)
    """Where the message with the link stands, as JSON."""
    message: Mapped[str] = mapped_column(String(128))
    links: Mapped[str] = mapped_column(Text)
    """Address, event and occurrence of each, as JSON."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LinkCodeRow(Base):
    """A code that joins two accounts, from when it is told to when it was used."""

    __tablename__ = "link_codes"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """What the card's buttons carry; says nothing of the code."""
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    person: Mapped[str] = mapped_column(String(36), index=True)
    """Who asked for it: the other account becomes theirs."""
    account: Mapped[str] = mapped_column(Text)
    """From where they asked, as JSON."""
    platform: Mapped[str] = mapped_column(String(20))
    """Where it can be entered."""
    status: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[str] = mapped_column(String(36), default="")
    entered_on: Mapped[str] = mapped_column(Text, default="")
    """The account on which it was entered, as JSON."""


class LinkTryRow(Base):
    """A wrong code."""

    __tablename__ = "link_tries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(String(220), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RouteRow(Base):
    """On which account of several somebody is told one thing: a crash in between must not bring it
    to two."""

    __tablename__ = "routes"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    account: Mapped[str] = mapped_column(String(220))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ChannelRow(Base):
    """How a channel is served."""

    __tablename__ = "channel_settings"

    owner: Mapped[str] = mapped_column(String(400), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    shares: Mapped[bool] = mapped_column(default=False)
    """Whether its calendar is the one that its workspace shares."""
    zone: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(20), default="off")
    digest_at: Mapped[str] = mapped_column(String(5), default="09:00")
    digest_day: Mapped[int] = mapped_column(default=0)
    leads: Mapped[str] = mapped_column(Text, default="null")
    """Seconds, as a JSON list; null: never set."""
    set_by: Mapped[str] = mapped_column(String(36))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignUpRow(Base):
    """Which card shows who comes to an event."""

    __tablename__ = "sign_ups"

    event: Mapped[str] = mapped_column(String(24), primary_key=True)
    change: Mapped[str] = mapped_column(String(32))


class LinkingRow(Base):
    """An account that is being linked on its vendor's page, until its owner keeps it."""

    __tablename__ = "linkings"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """What the card's buttons carry; says nothing of the state."""
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of OAuth's state; of something random where there is none."""
    person: Mapped[str] = mapped_column(String(36), index=True)
    """Who asked for it: nobody else can keep it."""
    sender: Mapped[str] = mapped_column(Text)
    """From where they asked, as JSON."""
    kind: Mapped[str] = mapped_column(String(20))
    free_busy_only: Mapped[bool | None] = mapped_column()
    """None: as it was, where the account is linked already."""
    status: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[str] = mapped_column(Text)
    """What the vendor needs again, then what came of it; empty once it is decided."""
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    """Of the code that the browser showed; empty where there is none."""
    tries: Mapped[int] = mapped_column(default=0)
    """Wrong codes."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class FeedRow(Base):
    """A calendar, or all of somebody's, that is given out at an address."""

    __tablename__ = "feeds"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """What buttons carry; says nothing of the address."""
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the secret part of the address."""
    owner: Mapped[str] = mapped_column(String(400), index=True)
    """Whose calendars: a person or a channel."""
    made_by: Mapped[str] = mapped_column(String(36))
    calendar_id: Mapped[str] = mapped_column(String(40), default="")
    """Empty: all that count as busy."""
    shows: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was fetched last, by the hour."""


class GroupMemberRow(Base):
    """Somebody on a list of people that its owner made and named."""

    __tablename__ = "group_members"

    owner: Mapped[str] = mapped_column(String(36), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    """By what the list is found: its name, folded."""
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    said: Mapped[str] = mapped_column(String(320))
    """Their name or mail address."""
    person: Mapped[str] = mapped_column(String(36), default="", index=True)
    """Empty for somebody who is not known here."""


class ModelUsageRow(Base):
    """What asking a model took in one turn; nothing of what was said."""

    __tablename__ = "model_usage"
    __table_args__ = (Index("ix_model_usage_person_at", "person", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(String(36))
    model: Mapped[str] = mapped_column(String(100))
    """By the name under which it is offered."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    calls: Mapped[int] = mapped_column()
    tokens_in: Mapped[int] = mapped_column()
    tokens_cached: Mapped[int] = mapped_column()
    tokens_out: Mapped[int] = mapped_column()
    cost: Mapped[int | None] = mapped_column(BigInteger)
    """Millionths of the operator's currency; null where no price was known."""


class WorkspaceRow(Base):
    """How a workspace, or a server, is served as a whole."""

    __tablename__ = "workspace_settings"

    platform: Mapped[str] = mapped_column(String(20), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(64), primary_key=True)
    model: Mapped[str] = mapped_column(String(100), default="")
    """The model that its admins chose, by name; empty: none."""
    set_by: Mapped[str] = mapped_column(String(36))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AssistantRow(Base):
    """Another program that may ask in somebody's name, by a token."""

    __tablename__ = "assistants"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Names it on cards' places and in the trail; says nothing of the token."""
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the token."""
    person: Mapped[str] = mapped_column(String(36), index=True)
    """Whose assistant it is."""
    name: Mapped[str] = mapped_column(String(60))
    """As the person calls it."""
    client: Mapped[str] = mapped_column(String(80), default="")
    """As its program introduced itself last."""
    may_propose: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it called last, by the quarter of an hour."""
