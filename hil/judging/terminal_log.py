"""A terminal log: what people, a till or a test program saw at a terminal, as JSON Lines.

One object a line with ``at`` or ``at_ms``, ``tid`` and ``event``; docs/terminal-log.md describes it.
What is unknown is refused with file and line: a fact that nobody reads would be taken for evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from hil.judging import sayings as say
from simulator.commands.error_words import heard
from simulator.commands.inputs import InputError, read_file
from simulator.json_reading import decoded
from simulator.trace.records import LogEvent
from simulator.wire.masking import mask_cards

_TOTALS = 62  # digits of F48 of a 0500
Kind = Literal[
    "sale", "void", "refund", "balance", "preauth", "preauth_void", "completion",
    "completion_void", "completion_advice", "offline_sale", "adjust", "tip", "qr_sale", "qr_void", "qr_refund",
]


class Line(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="event",
           forbid_unknown_fields=True, omit_defaults=True):
    """What every line has: when, and at which terminal."""

    tid: str
    at: datetime | None = None  # the wall clock, ISO 8601 with zone
    at_ms: int | None = None  # or the calendar of the run, as ``at_ms`` in its trace


class Meant(Line, frozen=True, gc=False, tag="meant"):
    """Somebody means a transaction: this sum, under this order."""

    order: str
    kind: Kind = "sale"
    fen: int = 0


class Told(Line, frozen=True, gc=False, tag="told"):
    """What the terminal said in the end: on its screen, or to the till."""

    order: str
    outcome: Literal["approved", "declined", "unknown", "refused"]
    code: str = ""  # F39, where it was shown
    fen: int = 0  # where a sum was shown
    stan: int = 0  # where a number was shown
    batch: int = 0


class Receipt(Line, frozen=True, gc=False, tag="receipt"):
    """A receipt came out, or was sent."""

    order: str
    outcome: Literal["approved", "declined", "unknown", "refused"] = "approved"
    fen: int = 0
    again: bool = False  # it came out before


class Batch(Line, frozen=True, gc=False, tag="batch"):
    """The terminal printed or showed the totals of a batch that it closed."""

    batch: int | str
    totals: str = ""  # the digits of F48, or
    debit_fen: int = 0
    debit_count: int = 0
    credit_fen: int = 0
    credit_count: int = 0


class Reversed(Line, frozen=True, gc=False, tag="reversed"):
    """The terminal said that it has delivered a reversal."""

    stan: int | str
    batch: int = 0


class PowerOff(Line, frozen=True, gc=False, tag="power_off"):
    """The power went."""


class PowerOn(Line, frozen=True, gc=False, tag="power_on"):
    """The power came back."""


AnyLine = Meant | Told | Receipt | Batch | Reversed | PowerOff | PowerOn
_DECODER: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)


class Written(msgspec.Struct, frozen=True, gc=False):
    """One line, and where it stands."""

    line: AnyLine
    where: str  # file:line


class TerminalLog(msgspec.Struct, frozen=True, gc=False):
    """All that is written down, by terminal in the order of the lines, and which events there are."""

    of: dict[str, list[Written]]
    events: dict[str, frozenset[LogEvent]]


def read_logs(paths: Sequence[Path]) -> TerminalLog:
    """All logs of a run; ``InputError`` names file and line of what is none.

    Whoever writes a file writes the same events for each terminal in it: one that has no receipt is a
    terminal without receipts, where the file has any.
    """
    of: dict[str, list[Written]] = {}
    events: dict[str, frozenset[LogEvent]] = {}
    for path in paths:
        written = _read(path)
        seen = frozenset(
            LogEvent(tag) for each in written
            if (tag := str(each.line.__struct_config__.tag)) != "reversed")
        for each in written:
            tid = each.line.tid
            of.setdefault(tid, []).append(each)
            events[tid] = events.get(tid, frozenset()) | seen
    for lines in of.values():
        _check_order(lines)
    return TerminalLog(_told_apart(of), events)


def _told_apart(of: dict[str, list[Written]]) -> dict[str, list[Written]]:
    """Orders of one name at several terminals are several orders: they bear the TID too."""
    tids: dict[str, set[str]] = {}
    for tid, lines in of.items():
        for each in lines:
            if isinstance(each.line, Meant | Told | Receipt):
                tids.setdefault(each.line.order, set()).add(tid)
    return {tid: [
        Written(msgspec.structs.replace(each.line, order=f"{tid}:{each.line.order}"), each.where)
        if isinstance(each.line, Meant | Told | Receipt) and len(tids[each.line.order]) > 1 else each
        for each in lines
    ] for tid, lines in of.items()}


def _read(path: Path) -> list[Written]:
    written = []
    for number, octets in enumerate(read_file(path).content.split(b"\n"), 1):
        if not octets.strip():
            continue
        where = f"{path}:{number}"
        try:
            line = decoded(_DECODER, octets)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(say.BAD_LOG_LINE.say(where=where, why=heard(str(error)))) from None
        _check(line, where)
        written.append(Written(line, where))
    if not written:
        raise InputError(say.EMPTY_LOG.say(path=path))
    return written


def _check(line: AnyLine, where: str) -> None:
    if (line.at is None) == (line.at_ms is None):
        raise InputError(say.ONE_TIME.say(where=where))
    if line.at is not None and line.at.tzinfo is None:
        raise InputError(say.NO_ZONE.say(where=where))
    for name in ("fen", "debit_fen", "debit_count", "credit_fen", "credit_count", "batch", "stan"):
        value = msgspec.structs.asdict(line).get(name, 0)
        if isinstance(value, str):
            if not (value.isascii() and value.isdigit()):
                raise InputError(say.NO_NUMBER.say(where=where, name=name, value=value))
        elif value < 0:
            raise InputError(say.NO_NUMBER.say(where=where, name=name, value=value))
    order = getattr(line, "order", "")
    if mask_cards(order) != order:
        raise InputError(say.LIKE_A_CARD.say(where=where))
    if isinstance(line, Batch) and line.totals:
        if any((line.debit_fen, line.debit_count, line.credit_fen, line.credit_count)):
            raise InputError(say.TOTALS_TWICE.say(where=where))
        if len(line.totals) != _TOTALS or not (line.totals.isascii() and line.totals.isdigit()):
            raise InputError(say.BAD_TOTALS.say(where=where, digits=_TOTALS))


def _check_order(lines: list[Written]) -> None:
    """A terminal without power says nothing, and one that has it does not get it."""
    is_on = True
    for each in lines:
        line = each.line
        if isinstance(line, PowerOn):
            if is_on:
                raise InputError(say.ON_ALREADY.say(where=each.where, tid=line.tid))
            is_on = True
        elif isinstance(line, PowerOff):
            is_on = False
        elif not is_on and not isinstance(line, Meant):
            raise InputError(say.WITHOUT_POWER.say(where=each.where, tid=line.tid))
