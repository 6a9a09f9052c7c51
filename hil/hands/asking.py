"""Hands as a bench has them: one deed at a time, answers checked against what was asked, and a record of all.

Cards are masked and PINs left out where the record is made, also in what a robot or a person says.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import NoReturn

import msgspec

from hil.control.bench_error import BenchError
from hil.control.control_words import words_of
from hil.control.live_process import wall_ms
from hil.control.net import short
from hil.control.outside_words import NO_DRIVER, NO_RANGE
from hil.hands import hands_words as say
from hil.hands.hands import (
    LONGEST_S,
    Asked,
    Deed,
    Done,
    Hand,
    Hands,
    HandsAct,
    HandsError,
    Question,
    Record,
)
from hil.hands.person import Person, PersonSettings
from hil.hands.robots import CommandHands, CommandHandsSettings, HttpHands, HttpHandsSettings
from simulator.wire.masking import mask_pan

HandsSettings = PersonSettings | CommandHandsSettings | HttpHandsSettings
LONGEST_ANSWER = 200
HIDDEN = "****"


class HandsKind(msgspec.Struct, frozen=True):
    """One driver: its settings and how a bare hand is made of them."""

    settings: type[msgspec.Struct]
    hand: Callable[[HandsSettings], Hand]


def _person(settings: HandsSettings) -> Hand:
    assert isinstance(settings, PersonSettings)
    return Person(settings)


def _command(settings: HandsSettings) -> Hand:
    assert isinstance(settings, CommandHandsSettings)
    return CommandHands(settings)


def _http(settings: HandsSettings) -> Hand:
    assert isinstance(settings, HttpHandsSettings)
    return HttpHands(settings)


HANDS: dict[str, HandsKind] = {
    "person": HandsKind(PersonSettings, _person),
    "command": HandsKind(CommandHandsSettings, _command),
    "http": HandsKind(HttpHandsSettings, _http),
}


def hands_settings(driver: str, settings: Mapping[str, object]) -> HandsSettings:
    """The checked settings of a driver; ``ValueError`` that says what is allowed where.

    >>> hands_settings("http", {"url": "http://127.0.0.1:9/deed"}).name
    'robot'
    """
    if driver not in HANDS:
        raise ValueError(NO_DRIVER.say(given=repr(driver), names=", ".join(HANDS)))
    try:
        checked: HandsSettings = msgspec.convert({**settings, "driver": driver}, HandsSettings)
    except msgspec.ValidationError as error:  # a cause is a check of our own, which says what is allowed
        words = str(error) if error.__cause__ else words_of(error, HANDS[driver].settings)
        raise ValueError(words) from None
    return checked


def hands_of(settings: HandsSettings, record: Record) -> Hands:
    """The hands of checked settings; ``HandsError`` where they cannot be asked."""
    kind = next(kind for kind in HANDS.values() if type(settings) is kind.settings)
    return AskedHands(kind.hand(settings), record)


class AskedHands:
    """A hand, asked by anybody: one deed at a time."""

    def __init__(self, hand: Hand, record: Record) -> None:
        self._hand = hand
        self._record = record
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Who it is."""
        return self._hand.name

    def ask(self, deed: Deed) -> Done:
        """Have it done and told."""
        if not 0 < deed.within_s <= LONGEST_S:
            raise HandsError(NO_RANGE.say(field="within_s", given=deed.within_s, least=0, most=LONGEST_S))
        with self._lock:
            asked_ms = wall_ms()
            told = Asked()
            try:
                told = self._hand.ask(deed)
                if not told.could:
                    self._refuse(deed, told)
                check_answers(self.name, deed.questions, told.answers)
            except BenchError as error:
                words = hidden(str(error), deed)
                self._keep(deed, told, asked_ms, words)
                raise HandsError(words) from None
            return self._keep(deed, told, asked_ms, "")

    def close(self) -> None:
        """Let go of what is held."""
        self._hand.close()

    def _refuse(self, deed: Deed, told: Asked) -> NoReturn:
        raise HandsError(say.COULD_NOT.say(
            name=self.name, what=deed.text.say(), error=told.note or say.NO_REASON.say()))

    def _keep(self, deed: Deed, told: Asked, asked_ms: int, error: str) -> Done:
        done_ms, note = wall_ms(), hidden(told.note, deed)
        self._record(HandsAct(
            asked_ms=asked_ms, done_ms=done_ms, by=self.name, tid=deed.tid, what=deed.what,
            text=hidden(deed.text.en, deed), order=deed.order, amount_fen=deed.amount_fen,
            card=mask_pan(deed.card.pan) if deed.card is not None else "", note=note,
            answers={name: hidden(each, deed) for name, each in told.answers.items()}, error=error))
        return Done(by=self.name, asked_ms=asked_ms, done_ms=done_ms, note=note, answers=dict(told.answers))


def check_answers(name: str, questions: tuple[Question, ...], answers: Mapping[str, str]) -> None:
    """``HandsError`` for what was not asked, not told, or is no choice."""
    asked = {each.name: each for each in questions}
    for given, answer in answers.items():
        if given not in asked:
            raise HandsError(say.UNASKED.say(
                name=name, given=repr(given[:LONGEST_ANSWER]), names=", ".join(asked) or "-"))
        allowed = [each.value for each in asked[given].choices]
        if allowed and answer not in allowed:
            raise HandsError(say.NO_CHOICE.say(
                name=name, field=given, given=repr(answer[:LONGEST_ANSWER]), names=", ".join(allowed)))
    for each in questions:
        if not each.optional and each.name not in answers:
            raise HandsError(say.MISSING.say(name=name, given=each.name))


def hidden(text: str, deed: Deed) -> str:
    """A text without the deed's PIN and track, card numbers masked.

    A PIN is hidden where it stands alone: a part of a longer number is something else.
    """
    if deed.card is not None and deed.card.track2:
        text = text.replace(deed.card.track2, HIDDEN)
    if deed.pin:
        text = re.sub(rf"(?<!\d){re.escape(deed.pin)}(?!\d)", HIDDEN, text)
    return short(text)
