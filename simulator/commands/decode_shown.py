"""What decode prints: messages as text or JSON as they come, and a count of what could not be read."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from typing import Any, Protocol

import typer

from simulator.commands import sayings as say
from simulator.commands.error_words import heard
from simulator.commands.found import Event, Found, Unread
from simulator.commands.inputs import InputError, notice
from simulator.commands.message_shown import as_json, as_text
from simulator.wire.dialect import Dialect

_MOST_TOLD = 50  # lines about what could not be read; the rest is counted
_WORTH_A_REASON = 10  # bytes: of the shortest message
_IN_ERROR = 3  # of them where there is no message at all


class Shown(Protocol):
    """Prints messages as they come."""

    def message(self, found: Found, mac_verdict: str) -> None:
        """One message."""

    def between(self, unread: Unread) -> None:
        """What stands between two messages."""

    def end(self, *, is_list: bool) -> None:
        """No more come; ``is_list``: one message is shown as a list too."""


class TextShown:
    """Text for people, an empty line between two messages."""

    def __init__(self, dialect: Dialect, clear: bool) -> None:
        self._dialect = dialect
        self._clear = clear
        self._has_shown = False

    def message(self, found: Found, mac_verdict: str) -> None:
        """One message."""
        if self._has_shown:
            typer.echo()
        self._has_shown = True
        typer.echo("\n".join(as_text(found, self._dialect, mac_verdict, self._clear)))

    def between(self, unread: Unread) -> None:
        """Is told on standard error."""

    def end(self, *, is_list: bool) -> None:
        """Nothing is left."""


class JsonShown:
    """One object, or a list of them; what stands behind a message goes with it."""

    def __init__(self, dialect: Dialect, clear: bool) -> None:
        self._dialect = dialect
        self._clear = clear
        self._held: dict[str, Any] | None = None
        self._before: list[dict[str, Any]] = []
        self._is_open = False

    def message(self, found: Found, mac_verdict: str) -> None:
        """One message; the one before it is printed."""
        if self._held is not None:
            self._print(self._held)
        self._held = as_json(found, self._dialect, mac_verdict, self._clear)
        if self._before:
            self._held["passed_over"] = self._before
            self._before = []

    def between(self, unread: Unread) -> None:
        """Told with the message before it, or the first."""
        told = {"kind": unread.kind, **unread.facts, "text": heard(unread.text)}
        if self._held is None:
            self._before.append(told)
        else:
            self._held.setdefault("passed_over", []).append(told)

    def end(self, *, is_list: bool) -> None:
        """The last one."""
        if self._held is None:
            return
        if self._is_open or is_list:
            self._print(self._held)
            typer.echo("\n]")
        else:
            typer.echo(_json(self._held))

    def _print(self, value: dict[str, Any]) -> None:
        typer.echo(",\n" if self._is_open else "[\n", nl=False)
        typer.echo(textwrap.indent(_json(value), "  "), nl=False)
        self._is_open = True


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


class Tally:
    """What was read of a source and what was not."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.messages = 0
        self.is_whole = True
        self._kinds: Counter[str] = Counter()
        self._told = 0
        self._waiting: list[str] = []  # told when there is a message, else in the error

    def take(self, event: Event) -> None:
        """One message, or what is none."""
        if isinstance(event, Found):
            self.messages += 1
            if event.damages:
                self.is_whole = False
                self._kinds["messages"] += 1
                for damage in event.damages[:1]:
                    self._say(f"{event.where}: {damage.error}")
            return
        if event.is_loss:
            self.is_whole = False
            self._kinds[event.kind] += event.facts.get("bytes", 1) if event.kind == "bytes" else 1
        is_short = self.messages and event.facts.get("bytes", 0) < _WORTH_A_REASON
        self._say(f"{event.text}: {event.why}" if event.why and not is_short else event.text)

    def check(self) -> None:
        """Refuses a source in which nothing could be read."""
        if not self.messages:
            said = "; ".join(heard(text) for text in self._waiting[:_IN_ERROR])
            raise InputError(say.NOTHING.say(name=self._name) + (f": {said}" if said else ""))

    def tell(self) -> None:
        """One line that counts what could not be read."""
        if self._told > _MOST_TOLD:
            notice(say.NOT_TOLD.say(count=self._told - _MOST_TOLD))
        if self._kinds:
            kinds = ", ".join(
                say.UNREAD_KINDS[kind][count != 1].say(count=count) for kind, count in sorted(self._kinds.items()))
            notice(say.NOT_READ.say(name=self._name, messages=self.messages, kinds=kinds))

    def _say(self, text: str) -> None:
        if not self.messages:
            if len(self._waiting) < _MOST_TOLD:
                self._waiting.append(text)
            return
        for each in (*self._waiting, text):
            self._told += 1
            if self._told <= _MOST_TOLD:
                notice(heard(each))
        self._waiting = []
