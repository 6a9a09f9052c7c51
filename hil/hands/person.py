"""A person at the terminal where the bench was started: told what to do, and asked what was seen.

Nobody is asked where standard input is no terminal: a program that feeds answers is no person.
"""

from __future__ import annotations

import select
import sys
import time
from typing import TextIO

import msgspec

from hil.hands import hands_words as say
from hil.hands.hands import Asked, Deed, HandsError, Question


class PersonSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver",
                     tag="person"):
    """Whoever sits there."""

    name: str = "person"  # as the record calls who was asked


class Person:
    """Prompts on one stream, reads lines of another."""

    def __init__(self, settings: PersonSettings, heard: TextIO | None = None, told: TextIO | None = None) -> None:
        """``HandsError`` where standard input is no terminal."""
        self.name = settings.name
        self._heard = heard or sys.stdin
        self._told = told or sys.stderr
        if not self._heard.isatty():
            raise HandsError(say.NO_TERMINAL.say())

    def ask(self, deed: Deed) -> Asked:
        """Tell it, wait for the word that it is done, then ask what was seen."""
        ends_s = time.monotonic() + deed.within_s
        self._forget_what_was_typed()
        for line in lines_of(deed):
            self._say(line + "\n")
        if not deed.questions:
            return self._done(deed, ends_s)
        answers = {}
        for question in deed.questions:
            answer, why = self._answered(deed, question, ends_s)
            if why is not None:
                return Asked(note=why, could=False)
            if answer:
                answers[question.name] = answer
        return Asked(answers)

    def close(self) -> None:
        """The terminal is not ours to close."""

    def _done(self, deed: Deed, ends_s: float) -> Asked:
        while True:
            self._say(say.DONE.say(within_s=f"{deed.within_s:g}"))
            line = self._line(deed, ends_s)
            if line.casefold() in say.YES:
                return Asked()
            if (why := refusal(line)) is not None:
                return Asked(note=why, could=False)
            self._say(say.AGAIN.say() + "\n")

    def _answered(self, deed: Deed, question: Question, ends_s: float) -> tuple[str, str | None]:
        """The answer to one question, or why the whole could not be done."""
        by_key = {word.casefold(): each.value for each in question.choices
                  for word in (each.key, each.value, each.text.en, each.text.zh)}
        row = say.QUESTION if question.choices else say.OPTIONAL if question.optional else say.FREE
        names = ", ".join(f"{each.key} {each.text.say()}" for each in question.choices)
        while True:
            self._say(row.say(text=question.text.say(), names=names))
            line = self._line(deed, ends_s)
            if question.choices and line.casefold() in by_key:
                return by_key[line.casefold()], None
            if question.choices and (why := refusal(line)) is not None:
                return "", why
            if not question.choices and (line or question.optional):
                return line, None
            self._say(say.AGAIN.say() + "\n")

    def _line(self, deed: Deed, ends_s: float) -> str:
        left_s = max(0.0, ends_s - time.monotonic())
        if not select.select([self._heard], [], [], left_s)[0]:
            self._say("\n")
            raise HandsError(say.NOBODY.say(name=self.name, within_s=f"{deed.within_s:g}", what=deed.text.say()))
        line = self._heard.readline()
        if not line:
            raise HandsError(say.GONE.say(name=self.name))
        return line.strip()

    def _forget_what_was_typed(self) -> None:
        while select.select([self._heard], [], [], 0)[0] and self._heard.readline():
            pass

    def _say(self, text: str) -> None:
        self._told.write(text)
        self._told.flush()


def lines_of(deed: Deed) -> list[str]:
    """What a person is told of a deed, in the language of this process."""
    lines = [say.HEAD.say(tid=deed.tid or "-", text=deed.text.say())]
    if deed.card is not None:
        lines.append(say.CARD.say(pan=deed.card.pan, expiry=deed.card.expiry or "-"))
    if deed.pin:
        lines.append(say.PIN.say(pin=deed.pin))
    lines += [say.FACT.say(name=name, given=given) for name, given in deed.facts.items()]
    return lines


def refusal(line: str) -> str | None:
    """Why it could not be done, where a line says that.

    >>> refusal("n the paper is out")
    'the paper is out'
    >>> refusal("yes") is None
    True
    """
    for word in sorted(say.NO, key=len, reverse=True):
        rest = line[len(word):]
        if line.casefold().startswith(word) and (not rest or not rest[0].isalnum() or not word.isascii()):
            return rest.strip(" ,，:：;；") or say.NO_REASON.say()
    return None
