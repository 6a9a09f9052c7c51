"""Hands that are a program or a robot behind HTTP: a deed goes out as JSON, an answer comes back as JSON.

The answer is ``{"done": true, "note": "", "answers": {…}}``, every part optional; a program may say
nothing at all and end with status 0.
"""

from __future__ import annotations

import os

import msgspec

from hil.control.bench_error import BenchError
from hil.control.errand import check_command, check_range, filled, run
from hil.control.outside_words import NO_VARIABLE
from hil.control.web import fetch, refuse_url
from hil.hands import hands_words as say
from hil.hands.hands import LONGEST_S, Asked, Deed, HandsError

FACTS = ("tid", "what", "order", "amount_fen")
SHORTEST_S = 0.01
JSON = {"Content-Type": "application/json"}
OK = 200


class CommandHandsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver",
                           tag="command"):
    """A program that is started for each deed and reads it as JSON from standard input."""

    command: tuple[str, ...]
    name: str = ""
    within_s: float = 0.0  # 0: as long as the deed may take

    def __post_init__(self) -> None:
        check_command("command", self.command, FACTS)
        check_range("within_s", self.within_s, 0, LONGEST_S)


class HttpHandsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver",
                        tag="http"):
    """A robot that takes a deed by POST and answers when it is done."""

    url: str
    name: str = "robot"
    within_s: float = 0.0  # 0: as long as the deed may take
    hosts: tuple[str, ...] = ()  # that may be reached beside this computer
    authorization_from: str = ""  # the environment variable that holds the header Authorization

    def __post_init__(self) -> None:
        refuse_url(self.url, self.hosts)
        check_range("within_s", self.within_s, 0, LONGEST_S)


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a program or robot says."""

    done: bool = True
    note: str = ""
    answers: dict[str, str | int] = {}


class CommandHands:
    """A program for each deed."""

    def __init__(self, settings: CommandHandsSettings) -> None:
        self.name = settings.name or f"command {settings.command[0]}"
        self._settings = settings

    def ask(self, deed: Deed) -> Asked:
        """Run it; a status other than 0 is that it could not be done."""
        settings = self._settings
        facts = {"tid": deed.tid, "what": deed.what, "order": deed.order, "amount_fen": str(deed.amount_fen)}
        ended = run(self.name, filled(settings.command, facts), settings.within_s or deed.within_s, json_of(deed))
        if ended.status:
            return Asked(note=ended.words, could=False)
        return asked_of(self.name, ended.output) if ended.output.strip() else Asked()

    def close(self) -> None:
        """Nothing is held."""


class HttpHands:
    """A robot behind a URL."""

    def __init__(self, settings: HttpHandsSettings) -> None:
        """``HandsError`` where the environment lacks what the settings name."""
        self.name = settings.name
        self._settings = settings
        self._headers = dict(JSON)
        if variable := settings.authorization_from:
            if variable not in os.environ:
                raise HandsError(f"{self.name}: {NO_VARIABLE.say(given=variable, field='authorization_from')}")
            self._headers["Authorization"] = os.environ[variable]

    def ask(self, deed: Deed) -> Asked:
        """Post it."""
        settings = self._settings
        try:
            answer = fetch(self.name, settings.url, "POST", settings.within_s or deed.within_s,
                           body=json_of(deed), headers=self._headers)
        except BenchError as error:
            raise HandsError(say.COULD_NOT.say(name=self.name, what=deed.text.say(), error=error)) from error
        if answer.status != OK:
            raise HandsError(say.STATUS.say(name=self.name, url=settings.url, status=answer.status))
        return asked_of(self.name, answer.body)

    def close(self) -> None:
        """Nothing is held."""


def json_of(deed: Deed) -> bytes:
    """A deed for a program: whole, card and PIN of the test card in clear, since it must type them."""
    return msgspec.json.encode({
        "what": deed.what, "tid": deed.tid, "order": deed.order, "amount_fen": deed.amount_fen,
        "text": deed.text.en, "text_zh": deed.text.zh, "card": deed.card, "pin": deed.pin, "facts": deed.facts,
        "within_s": deed.within_s,
        "questions": [
            {"name": each.name, "text": each.text.en, "text_zh": each.text.zh, "optional": each.optional,
             "choices": [choice.value for choice in each.choices]}
            for each in deed.questions
        ],
    })


def asked_of(name: str, body: bytes) -> Asked:
    """What was said in JSON; ``HandsError`` where it is none of ours."""
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HandsError(say.NO_ANSWER.say(name=name, error=str(error))) from error
    return Asked({key: str(value) for key, value in answer.answers.items()}, answer.note, answer.done)
