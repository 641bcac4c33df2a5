"""Reading: `resolve`, the one entry for a phrase, from its words to what it means."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calendar_core.phrases import lengths
from calendar_core.phrases.drafts import Draft, put_in
from calendar_core.phrases.frame import Frame, Refused
from calendar_core.phrases.grammar import read_whole
from calendar_core.phrases.lists import read_list
from calendar_core.phrases.meaning import Kind, Meaning, NotUnderstood, Policy
from calendar_core.phrases.policy import meaning_of_half, meaning_of_length, with_length
from calendar_core.phrases.ranges import (
    meaning_of_bound,
    meaning_of_range,
    meaning_within,
    shifted,
)
from calendar_core.phrases.series import meaning_of_rule
from calendar_core.phrases.spoken import describe_rule
from calendar_core.phrases.terms import Clock, Term
from calendar_core.phrases.words import TooMuchWork, Words

MOST_WORDS = 60
"""A phrase of more words than this is refused unread."""
_MOST_STEPS = 1500
_NEXT_ONES = "That is the first of several times; ask for the next one after it."
_EXCEPT = frozenset(("except", "excluding", "excepting", "skipping", "without"))
_NO_EXCEPTIONS = (
    "I can't leave single days out of a series. Make the series first, then cancel those days."
)
_HINT = 'Say it like "Tue 14:00-15:30" or "every Friday at 9".'


def resolve(
    text: str, *, now: datetime, zone: ZoneInfo, policy: Policy | None = None
) -> Meaning | NotUnderstood:
    """What a whole phrase means in a zone, seen from now; a refusal where any word is left over.

    `now` is aware. The answer depends on nothing but the arguments.
    """
    if len(text) > 400:
        return NotUnderstood(why="That is too long for a time. " + _HINT)
    frame = frame_at(now, zone, policy or Policy())
    draft = _draft_of(text)
    if isinstance(draft, NotUnderstood):
        return draft
    if draft is not None:
        return mean(draft, frame)
    exception = _exception(text, frame)
    if exception is not None:
        return exception
    return NotUnderstood(why="I can't read that as a time. " + _HINT)


@lru_cache(maxsize=512)  # a turn reads the same words several times, and most are few
def _draft_of(text: str) -> Draft | NotUnderstood | None:
    """What the words say, whenever and wherever they are said."""
    r = Words(text, limit=_MOST_STEPS, whole=True)
    if r.n == 0:
        return NotUnderstood(why="There are no words for a time. " + _HINT)
    if r.n > MOST_WORDS:
        return NotUnderstood(why="That is too long for a time. " + _HINT)
    try:
        draft = read_whole(r)
    except TooMuchWork:
        draft = None
    return draft or read_list(text, r)


def _exception(text: str, frame: Frame) -> NotUnderstood | None:
    """A refusal that says why, for a series that leaves out single days."""
    r = Words(text, limit=_MOST_STEPS, whole=True)
    for k in range(1, r.n):
        if r.t[k] not in _EXCEPT and not r.phrase(k, "but", "not"):
            continue
        try:
            draft = read_whole(Words(text[: r.ends[k - 1]], limit=_MOST_STEPS, whole=True))
        except TooMuchWork:
            return None
        if draft is None or draft.rule is None:
            return None
        series = mean(draft, frame)
        others = (series,) if isinstance(series, Meaning) else ()
        return NotUnderstood(why=_NO_EXCEPTIONS, alternatives=others)
    return None


def frame_at(now: datetime, zone: ZoneInfo, policy: Policy, context: str = "") -> Frame:
    """The frame of an instant in a zone."""
    if now.tzinfo is None:
        raise ValueError("now needs a zone")
    here = now.astimezone(zone)
    return Frame(now=here, zone=zone, policy=policy, base=here.date(), context=context)


def mean(draft: Draft, frame: Frame) -> Meaning | NotUnderstood:
    """What a draft means, or why it means nothing."""
    return _mean_list(draft, frame) if draft.also else _mean_one(draft, frame)


def _mean_list(draft: Draft, frame: Frame) -> Meaning | NotUnderstood:
    """A list: days in a row as one stretch, else the first time, with the others beside it."""
    told: list[Meaning] = []
    for one in (draft._replace(also=()), *draft.also):
        meaning = _mean_one(one, frame)
        if isinstance(meaning, NotUnderstood):
            return meaning
        told.append(meaning)
    first, others = told[0], tuple(replace(one, alternatives=()) for one in told[1:])
    if first.kind is Kind.RULE:
        said = ", or ".join(describe_rule(one.rule or "") for one in told)
        return NotUnderstood(
            why=f"That is more than one series. Which one first: {said}?",
            alternatives=(replace(first, alternatives=()), *others),
        )
    if draft.joint == "or":
        return replace(first, alternatives=(*others, *first.alternatives))
    told.sort(key=lambda one: str(one.start))
    first, others = told[0], tuple(replace(one, alternatives=()) for one in told[1:])
    return _in_a_row(told) or replace(
        first, alternatives=(*others, *first.alternatives), notes=(*first.notes, _NEXT_ONES)
    )


def _in_a_row(told: list[Meaning]) -> Meaning | None:
    """Days that follow each other as one stretch."""
    if any(one.kind not in (Kind.DAY, Kind.DAYS) or not one.end for one in told):
        return None
    if any(one.end != other.start for one, other in pairwise(told)):
        return None
    return replace(told[0], kind=Kind.DAYS, end=told[-1].end, alternatives=())


def _mean_one(draft: Draft, frame: Frame) -> Meaning | NotUnderstood:
    """What a draft that is no list means."""
    try:
        return _in_zone(draft, frame)
    except Refused as refused:
        return _asked(refused, draft, frame)
    except (OverflowError, ValueError):
        return NotUnderstood(why="That is too far away for a calendar. Which day do you mean?")


def _asked(refused: Refused, draft: Draft, frame: Frame) -> NotUnderstood:
    """A refusal whose other days and hours are told as the whole phrase has them."""
    readings = (_with(draft, refused.said, instead, frame) for instead in refused.instead)
    told = tuple(one for one in readings if one is not None)
    if not told:
        return refused.refusal
    letter = _with(draft, refused.said, refused.to_the_letter, frame)
    return replace(refused.refusal, alternatives=told, to_the_letter=letter)


def _with(
    draft: Draft, said: Term | Clock | None, instead: Term | Clock | None, frame: Frame
) -> Meaning | None:
    """The whole phrase with another day or hour in the place of the one that was said."""
    if said is None or instead is None:
        return None
    other = put_in(draft, said, instead)
    if other == draft:
        return None
    with suppress(Refused, OverflowError, ValueError):
        return replace(_in_zone(other, frame), alternatives=(), ampm_guessed=False)
    return None


def _in_zone(draft: Draft, frame: Frame) -> Meaning:
    """A draft with the zone that it names itself: its clock is read there and told here."""
    if not draft.zone:
        return _mean(draft, frame)
    try:
        there = ZoneInfo(draft.zone)
    except ZoneInfoNotFoundError:
        raise Refused("I don't know that time zone.") from None
    found = _mean(draft, frame_at(frame.now, there, frame.policy))
    return told_in(replace(found, zone=draft.zone), frame.zone)


def told_in(meaning: Meaning, zone: ZoneInfo) -> Meaning:
    """The same instants, told in another zone."""

    def here(at: object) -> object:
        return at.astimezone(zone) if isinstance(at, datetime) else at

    others = tuple(told_in(one, zone) for one in meaning.alternatives)
    return replace(
        meaning,
        start=here(meaning.start),  # type: ignore[arg-type]
        end=here(meaning.end),  # type: ignore[arg-type]
        alternatives=others,
    )


def _mean(draft: Draft, frame: Frame) -> Meaning:
    if draft.rule is not None:
        found = meaning_of_rule(draft, draft.rule, frame)
    elif draft.right is not None:
        found = meaning_of_range(draft, frame)
    elif draft.left.is_empty and draft.length is not None:
        if draft.bound == "within":
            return meaning_within(draft.length, frame)
        found = meaning_of_length(draft.length)
        return replace(found, vague=True) if draft.bound or draft.about else found
    elif draft.bound in ("later", "sooner"):
        found = shifted(draft, frame)
    elif draft.bound and (draft.length is None or draft.bound not in ("from", "starting")):
        found = meaning_of_bound(draft, frame)
        if draft.length is not None:
            told = meaning_of_length(draft.length)
            found = replace(found, length=told.length, length_iso=told.length_iso)
    else:
        found = meaning_of_half(draft.left, frame)
        if draft.length is not None:
            found = with_length(found, draft.length, frame)
    if draft.about:
        found = replace(found, vague=True)
    return found


def steps_read(text: str) -> int:
    """How much work a phrase takes, in steps; bounded for any text."""
    r = Words(text, limit=_MOST_STEPS, whole=True)
    with suppress(TooMuchWork):
        read_whole(r)
    return r.steps


def length_of(text: str) -> timedelta | None:
    """A plain length ("45 minutes", "1h30") as a timedelta, or None."""
    if len(text) > 200:
        return None
    r = Words(text, limit=_MOST_STEPS, whole=True)
    start = 1 if r.t[0] in ("for", "about") else 0
    try:
        found = lengths.length(r, start) or lengths.bare_unit(r, start)
    except TooMuchWork:
        return None
    if found is None or found[1] < r.n:
        return None
    return found[0].delta()
