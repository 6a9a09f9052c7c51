"""A profile: how one maker's terminals speak on their ECR line, as data; reads no file.

What a profile's file may say stands here, one struct a table.  :mod:`hil.ecr.profile_file` checks
that it fits together, :mod:`hil.ecr.profiles` finds and reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

from hil.ecr.check_bytes import CheckName
from hil.ecr.values import Ask, Result, Stage

Piece = Literal["start", "head", "length", "data", "end"]  # of a frame, in this order
HeadByte = Literal["type", "ack", "id"]
Style = Literal["fixed", "separated", "bitmaps", "json"]
Form = Literal["text", "number", "amount", "decimal", "hex", "bcd", "pan", "date", "time"]


SIGNALS = frozenset({"ack", "enquiry"})  # handshakes with a NAK


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: an unknown key is an error."""


class Line(_Table, frozen=True):
    """How a serial line is set, and the usual TCP port."""

    baud: int = 9600
    data_bits: Literal[5, 6, 7, 8] = 8
    parity: Literal["N", "E", "O", "M", "S"] = "N"
    stop_bits: Literal[1, 2] = 1
    tcp_port: int = 0  # 0: it has no usual one

    @property
    def mode(self) -> str:
        """As it is written: 9600 7E1."""
        return f"{self.baud} {self.data_bits}{self.parity}{self.stop_bits}"


class LengthRule(_Table, frozen=True):
    """The length in a frame: how it is written and what it counts."""

    form: Literal["none", "bcd", "big", "little", "apdu"] = "none"
    width: int = 2  # bytes
    counts: tuple[Piece, ...] = ("data",)


class CheckRule(_Table, frozen=True):
    """The check bytes: how they are made, of what, and where they stand."""

    name: CheckName = "none"
    base: str = ""  # hex; empty: the usual one
    covers: tuple[Piece, ...] = ("data", "end")
    before_end: bool = False
    order: Literal["little", "big"] = "little"


class ProgressFrame(_Table, frozen=True):
    """A second, shorter frame in which a terminal tells how far it is: never acknowledged."""

    start: str
    end: str
    width: int  # of what stands between


class FramingRule(_Table, frozen=True):
    """How a frame looks.  Bytes are in hex."""

    start: str = ""
    end: str = ""
    escape: str = ""  # one byte: announces start and end, and is doubled in the data
    head: tuple[HeadByte, ...] = ()
    length: LengthRule = LengthRule()
    check: CheckRule = CheckRule()
    longest: int = 1024  # bytes of data, of all blocks together
    more: str = ""  # last byte of a block behind which another one comes
    block: int = 0  # bytes of data in one block, with `more`
    progress: ProgressFrame | None = None


class HandshakeRule(_Table, frozen=True):
    """Who says what around a frame."""

    form: Literal["none", "ack", "enquiry", "numbered"] = "none"
    ack: str = "06"  # each of one to four bytes
    nak: str = "15"
    enq: str = "05"
    eot: str = "04"
    ack_delay_ms: int = 0  # before an acknowledgement
    tries: int = 3  # of one frame, in all
    bad_frame: Literal["nak", "silence"] = "nak"  # what a spoilt frame is answered with


class ReplyRule(_Table, frozen=True):
    """The application's own acknowledgement of each message, above that of the frame (ZVT)."""

    positive: str = ""  # the whole message, in hex
    negative: str = ""  # how it begins, in hex; the code stands behind
    negative_rest: str = ""  # what stands behind the code, in hex
    busy: str = ""  # codes, in hex
    unknown: str = ""


class Timers(_Table, frozen=True):
    """All in milliseconds; 0: there is none."""

    byte_ms: int = 1000  # between two bytes of a frame
    ack_ms: int = 3000  # for ACK or NAK
    reply_ms: int = 5000  # for the application's acknowledgement
    answer_ms: int = 120_000  # for the answer, from the last sign of life on
    heartbeat_ms: int = 0  # the terminal tells so often that it is there
    silent_ms: int = 0  # without a heartbeat for so long it is gone


class RepeatRule(_Table, frozen=True):
    """What is done about an answer that is lost, and about a request that comes again."""

    lost_answer: Literal["ask_last", "repeat", "give_up"] = "give_up"
    same_request: Literal["same_order", "undelivered", "new"] = "undelivered"


class BusyRule(_Table, frozen=True):
    """What a terminal does about a request while it works at another."""

    how: Literal["nak", "reply", "code", "silence"] = "nak"


class Part(_Table, frozen=True):
    """One field of a message: what it holds, how it is written, where it stands."""

    fact: str = ""  # of an order or an answer
    own: str = ""  # a value that only this profile knows
    value: str = ""  # always the same, by which the message is known
    layout: str = ""  # the parts of this layout stand here
    form: Form = "text"
    width: int = 0  # 0: as long as it is
    most: int = 0  # characters at most, where the width is 0
    decimals: int = 2  # of a decimal
    pattern: str = ""  # of a date or time: DDMMYYYY, HHMMSS
    fill: str = ""
    align: Literal["", "left", "right"] = ""
    tag: str = ""  # of a bitmap, in hex
    key: str = ""  # of JSON, with points between levels
    keep: Literal["first", "last"] = "first"  # which end of what is too long for an answer
    needed: bool = False  # a message without it is not understood


class TagRow(_Table, frozen=True):
    """How long the value behind a tag is, so that an unknown one can be stepped over."""

    tag: str
    width: int = 0
    form: Literal["fixed", "ll", "lll", "tlv"] = "fixed"


class MessageRow(_Table, frozen=True):
    """One message of the line."""

    name: str
    by: Literal["till", "terminal"]
    parts: tuple[Part, ...] = ()
    command: str = ""  # class and instruction, in hex, of style bitmaps
    closed: bool = False  # a separator stands behind the last part too
    when: dict[str, str] = {}  # own values of the request with which it is used
    each: Literal["", "receipt"] = ""  # one message for each line of the receipt


class CommandRow(_Table, frozen=True):
    """What can be asked, by which message, and which messages answer it."""

    kind: Ask
    request: str
    answers: tuple[str, ...] = ()  # in this order; the last ends it
    refusals: tuple[str, ...] = ()  # where it was not approved; empty: the same
    own: dict[str, str] = {}  # values of the profile's own, where the order says nothing


class CodeRow(_Table, frozen=True):
    """A result code: what it means here."""

    code: str
    result: Result
    reason: str = ""  # the one of which it tells
    response_codes: tuple[str, ...] = ()  # of the host, for which it stands
    reasons: tuple[str, ...] = ()  # of a terminal, for all of which it stands: it tells none of them
    also: tuple[Result, ...] = ()  # results that are told by it where none is nearer

    @property
    def is_general(self) -> bool:
        """Whether it says no more than a result."""
        return not (self.reason or self.reasons or self.response_codes)


class ProgressRule(_Table, frozen=True):
    """The messages that tell how far it is."""

    stages: dict[str, Stage]  # code or text on the line → what it means
    message: str = ""  # empty: a frame of the second kind tells it
    when: dict[str, str] = {}  # own values of the request with which they are sent


class CannotRow(_Table, frozen=True):
    """Why something cannot be asked for, in both languages."""

    kind: Ask
    en: str
    zh: str


class BodyRule(_Table, frozen=True):
    """How the parts of a message are put together."""

    style: Style
    separator: str = "|"
    encoding: Literal["ascii", "latin-1", "gbk", "utf-8"] = "ascii"


class ProfileFile(_Table, frozen=True):
    """A file as it is written."""

    title: str
    body: BodyRule
    framing: FramingRule
    messages: tuple[MessageRow, ...]
    commands: tuple[CommandRow, ...]
    codes: tuple[CodeRow, ...] = ()
    sources: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    line: Line = Line()
    handshake: HandshakeRule = HandshakeRule()
    reply: ReplyRule = ReplyRule()
    timers: Timers = Timers()
    repeats: RepeatRule = RepeatRule()
    busy: BusyRule = BusyRule()
    progress: ProgressRule | None = None
    layouts: dict[str, tuple[Part, ...]] = {}
    tags: tuple[TagRow, ...] = ()
    own: dict[str, str] = {}  # values of the profile's own and what they are where nobody says
    cannot: tuple[CannotRow, ...] = ()
    unknown_code: Result = Result.DECLINED  # a result code without a row


class Ability(NamedTuple):
    """Whether something can be asked for, and if not, why, in both languages."""

    can: bool
    en: str = ""
    zh: str = ""

    def __bool__(self) -> bool:
        return self.can


class Profile:
    """A checked profile, ready to be spoken."""

    def __init__(self, name: str, said: ProfileFile) -> None:
        self.name = name
        self.said = said
        self.messages = {
            row.name: msgspec.structs.replace(row, parts=_spread(row.parts, said.layouts))
            for row in said.messages
        }
        self.commands = {row.kind: row for row in said.commands}
        self._cannot = {row.kind: row for row in said.cannot}

    def can(self, kind: str) -> Ability:
        """Whether this can be asked for; a kind of another's is taken by its name.

        False comes with the reason.
        """
        try:
            ask = Ask(kind)
        except ValueError:
            name = str.__str__(kind)  # an enum's too
            return Ability(False, f"no till asks for {name}", f"收银机不会请求 {name}")
        if ask in self.commands:
            return Ability(True)
        row = self._cannot.get(ask)
        return Ability(
            False, f"{self.name} has no {ask}" + (f": {row.en}" if row else ""),
            f"{self.name} 没有 {ask}" + (f"：{row.zh}" if row else ""),
        )

    def carries(self, kind: str) -> frozenset[str]:
        """The facts of an order that a request of this kind has a place for."""
        row = self.commands.get(Ask(kind))
        return frozenset(
            part.fact for part in self.messages[row.request].parts if part.fact
        ) if row else frozenset()

    def tells(self, kind: str) -> frozenset[str]:
        """The facts of an answer that may come back for this kind."""
        row = self.commands.get(Ask(kind))
        return frozenset(
            part.fact for name in (*row.answers, *row.refusals)
            for part in self.messages[name].parts if part.fact
        ) if row else frozenset()

    def command_of(self, row: MessageRow, own: Mapping[str, str]) -> CommandRow | None:
        """What a request asks for, by its message and the values of the profile's own in it."""
        held = {part.own for part in row.parts}
        return next(
            (command for command in self.commands.values()
             if command.request == row.name and all(
                 own.get(name) == value
                 for name, value in command.own.items() if name in held)),
            None)

    @cached_property
    def by_till(self) -> tuple[MessageRow, ...]:
        """The messages that a till sends."""
        return tuple(row for row in self.messages.values() if row.by == "till")

    @cached_property
    def by_terminal(self) -> tuple[MessageRow, ...]:
        """The messages that a terminal sends."""
        return tuple(row for row in self.messages.values() if row.by == "terminal")


def _spread(parts: tuple[Part, ...], layouts: dict[str, tuple[Part, ...]]) -> tuple[Part, ...]:
    return tuple(
        inner for part in parts
        for inner in (_spread(layouts[part.layout], layouts) if part.layout else (part,))
    )
