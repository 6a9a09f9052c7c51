"""How a terminal talks: requests sealed and sent, replies believed or not, sign-on and echo.

It believes a reply only where type, number, terminal, kind, sum and MAC are right.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.outside.keys import BadKeyError, WorkingKeys, mac, working_keys
from tests.outside.kinds import Memory
from tests.outside.line import Line
from tests.outside.message import MAC_FIELD, Message, NotAMessageError, pack, unpack

APPROVED = {"00", "11", "A2", "A4", "A5", "A6"}


class PowerCutError(Exception):
    """The terminal is off.  What it had written down is there again after ``boot``."""


@dataclass
class Speaker:
    """One terminal with its memory, its line and its log."""

    tid: str
    mid: str
    master_key: bytes
    line: Line
    memory: Memory = field(default_factory=Memory)
    log: Callable[..., None] = lambda event, **facts: None
    tpdu: bytes = bytes.fromhex("6000030000")
    header: bytes = bytes.fromhex("603100311004")
    key_code: str = "003"
    reply_timeout_s: float = 2.0
    reversal_tries: int = 3
    operator: str = "01 "
    mac_by: Callable[[bytes, bytes], bytes] = mac

    keys: WorkingKeys | None = None
    cut_after_send: bool = False  # the power goes when the next request is sent
    asked_by_host: int = 0  # processing request of the last reply's header
    date: str = "0000"  # MMDD of the last reply
    came_by: bytes = b""  # TPDU of the last reply

    def longer_than_it_waits(self) -> str:
        """A delay after which it has given up, while it waits for the next reply."""
        return f"{round(self.reply_timeout_s * 1500)}ms"

    # -- the line -------------------------------------------------------------------------------

    def exchange(self, request: Message) -> Message | None:
        """The reply that is this request's, or None.  Others' replies are left aside."""
        self.put(request)
        if self.cut_after_send:
            self.cut_after_send = False
            self.log("power_off")
            raise PowerCutError
        deadline = time.monotonic() + self.reply_timeout_s
        while (frame := self.line.receive(deadline)) is not None:
            try:
                reply = unpack(frame[2])
            except NotAMessageError:
                continue
            if not self.is_for(request, reply):
                continue
            self.came_by = frame[0]
            if len(frame[1]) == 6:
                self.asked_by_host = frame[1][2] & 0x0F
            return self.believed(request, reply, frame[2])
        return None

    def put(self, request: Message) -> None:
        self.line.send(self.tpdu, self.header, self.sealed(request))

    def sealed(self, request: Message) -> bytes:
        if MAC_FIELD not in request.fields:
            return pack(request)
        request.fields[MAC_FIELD] = "00" * 8
        body = pack(request)[:-8]
        request.fields[MAC_FIELD] = self.mac_of(body).hex().upper()
        return body + bytes.fromhex(request.fields[MAC_FIELD])

    def mac_of(self, body: bytes) -> bytes:
        return self.mac_by(self.keys.mac if self.keys else bytes(8), body)

    def is_for(self, request: Message, reply: Message) -> bool:
        """Whether it answers this request at all: type, STAN, terminal."""
        return (reply.mti == f"{int(request.mti) + 10:04d}" and reply.get(11) == request.get(11)
                and reply.get(41) == request.get(41))

    def believed(self, request: Message, reply: Message, body: bytes) -> Message | None:
        """The reply, if its sum, its kind and its MAC are right; else the reversal says why not."""
        code = reply.get(39)
        right = (reply.get(3) == request.get(3) and (code == "10" or self.same_sum(request, reply))
                 and (code != "00" or reply.get(42) == request.get(42)))
        sealed = MAC_FIELD not in request.fields or code not in APPROVED | {"10"} or (
            self.is_sealed(reply, body))
        if right and sealed:
            self.date = reply.get(13) or self.date
            return reply
        reversal = self.memory.reversal
        if reversal and reversal.request.get(11) == request.get(11) and request.mti != "0400":
            reversal.reason = "A0" if right else "06"
            if right:
                reversal.auth_code, reversal.date = reply.get(38), reply.get(13)
        if not sealed:
            self.keys = None
        return None

    def same_sum(self, request: Message, reply: Message) -> bool:
        return reply.get(4) == request.get(4) or not request.get(4) or request.mti == "0400"

    def is_sealed(self, reply: Message, body: bytes) -> bool:
        return reply.get(MAC_FIELD) == self.mac_of(body[:-8]).hex().upper()

    def next_stan(self) -> str:
        self.memory.stan = self.memory.stan % 999999 + 1
        return f"{self.memory.stan:06d}"

    def boot(self) -> None:
        """On again: the line and the keys are gone, the memory is not."""
        self.line.hang_up()
        self.keys = None
        self.asked_by_host = 0
        self.log("power_on")

    # -- management -----------------------------------------------------------------------------

    def management(self, mti: str, code: str, stan: bool = True, **more: str) -> Message:
        fields = {41: self.tid, 42: self.mid, 60: f"00{self.memory.batch}{code}"}
        if stan:
            fields[11] = self.next_stan()
        return Message(mti, fields | {int(name[1:]): text for name, text in more.items()})

    def sign_on(self) -> bool:
        serial = f"Sequence No12{'3000'}{self.tid[:8]}".encode().hex().upper()
        reply = self.exchange(self.management("0800", self.key_code, f62=serial, f63=self.operator))
        if not reply or reply.get(39) != "00":
            return False
        try:
            self.keys = working_keys(self.master_key, bytes.fromhex(reply.get(62)))
        except BadKeyError:
            self.keys = None
            return False
        if not self.memory.journal:
            self.memory.batch = reply.get(60)[2:8]
        self.asked_by_host = 0
        return True

    def sign_off(self) -> bool:
        reply = self.exchange(self.management("0820", "002"))
        self.keys = None
        return bool(reply) and reply.get(39) == "00"

    def echo(self) -> bool:
        reply = self.exchange(self.management("0820", "301", stan=False))
        return bool(reply) and reply.get(39) == "00"
