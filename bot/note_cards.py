"""A note → its card: the question with its facts, then the outcome."""

from bot.chat.cards import Button, ButtonStyle, Card, CardKind, Field, Tone
from bot.notes import Note, NoteStatus

CHANNEL = "channel"
"""The kind of notes that set a channel."""


def note_card(note: Note, *, undo: str | None = None) -> Card:
    """How a note stands now."""
    if note.status is NoteStatus.ASKED:
        return Card(
            kind=CardKind.CARD,
            title=(note.action.question,),
            fields=tuple(
                Field(name=name, value=(words,)) for name, words in note.action.fields.items()
            ),
            buttons=(
                Button(label="Confirm", value=f"note:{note.id}", style=ButtonStyle.PRIMARY),
                Button(label="Not now", value=f"unask:{note.id}"),
            ),
            tone=Tone.ASKING,
        )
    words = {
        NoteStatus.DONE: f"✓ {note.action.done if undo else _done(note)}",
        NoteStatus.DECLINED: "Left as it was.",
        NoteStatus.UNDONE: "Taken back.",
    }[note.status]
    buttons = (Button(label="Undo", value=undo),) if undo else ()
    tone = Tone.DONE if note.status is NoteStatus.DONE else Tone.PLAIN
    return Card(kind=CardKind.CARD, title=(words,), buttons=buttons, tone=tone)


def _done(note: Note) -> str:
    """What was done; of a channel only that, for all in it are told what, with the Undo."""
    if note.action.kind != CHANNEL:
        return note.action.done
    return f"Done, and said in {note.action.body['name'] or 'the channel'}."
