"""The stranger's terminal: sign-on, transactions, reversal, offline advices, settlement.

Right by the facts.  Each thing that real firmware gets wrong is a method of its own, so that a
wrong terminal is this one with one method more.  It knows nothing of the host's insides.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.outside import kinds
from tests.outside.keys import BadKeyError, WorkingKeys, mac, pin_block, sealed_track, working_keys
from tests.outside.kinds import Card, Kind, Memory, Outcome, Record, Reversal
from tests.outside.line import Line, NoLineError
from tests.outside.message import MAC_FIELD, Message, NotAMessageError, pack, unpack

APPROVED = {"00", "11", "A2", "A4", "A5", "A6"}
SIGN_ON_AGAIN = {"77", "99", "A0"}
REVERSED = {"00", "12", "25"}  # F39 of a 0410 after which nothing is left to undo
DELIVERED = {"00", "94"}  # F39 of an 0230
NOT_IN_A_REVERSAL = (12, 13, 26, 32, 35, 36, 37, 52, 53, 59, 61, 62, 63, 64)
TAGS_OF_A_REVERSAL = ("95", "9F1E", "9F10", "9F36", "DF31")


class PowerCutError(Exception):
    """The terminal is off.  What it had written down is there again after ``boot``."""


class NotReadyError(Exception):
    """Something must be done first and could not be: the transaction is refused, nothing was sent."""


@dataclass
class Terminal:
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

    # -- what goes before a transaction ----------------------------------------------------------

    def make_ready(self) -> None:
        """Sign on where that is due, then deliver what is left to undo."""
        if self.memory.totals:
            raise NotReadyError("a settlement is under way")
        if self.asked_by_host == 3:
            self.keys = None
        self.have_keys()
        self.undo()

    def have_keys(self) -> None:
        if not self.keys and not self.sign_on():
            raise NotReadyError("not signed on")

    def undo(self) -> None:
        """Send the reversal that is left, if one is, until it is answered or its tries are over."""
        for _ in range(self.reversal_tries):
            reversal = self.memory.reversal
            if reversal is None:
                return
            reply = self.exchange(self.reversal_message(reversal))
            if reply and self.is_undone(reply):
                self.memory.reversal = None
                self.log("reversed", stan=reversal.request.get(11))
            elif reply:
                reversal.reason = "06"
                if reply.get(39) in SIGN_ON_AGAIN:
                    self.keys = None
                    self.have_keys()
        if self.memory.reversal:
            self.undo_failed()

    def undo_failed(self) -> None:
        raise NotReadyError("a reversal is left: it is tried again before the next transaction")

    def is_undone(self, reply: Message) -> bool:
        return reply.get(39) in REVERSED

    def reversal_message(self, reversal: Reversal) -> Message:
        request = reversal.request
        fields = {n: text for n, text in request.fields.items() if n not in NOT_IN_A_REVERSAL}
        fields[39] = reversal.reason
        if reversal.auth_code:
            fields[38] = reversal.auth_code
        if 55 in fields:
            fields[55] = tags_of(fields[55], TAGS_OF_A_REVERSAL, without="9F36")
            if not fields[55]:
                del fields[55]
        if 61 in request.fields:
            fields[61] = self.f61_of(reversal)
        fields[MAC_FIELD] = ""
        return Message("0400", fields)

    def f61_of(self, reversal: Reversal) -> str:
        """The message that is reversed: its batch, its STAN, and where the kind says so its date."""
        own = reversal.request.get(60)[2:8] + reversal.request.get(11)
        return own + reversal.date if reversal.kind.date_in_reversal else own

    # -- a transaction --------------------------------------------------------------------------

    def online(self, kind: Kind, fen: int, fields: dict[int, str], *, card: Card | None = None,
               order: str = "", code: str = "", capability: str = "500") -> Outcome:
        """One transaction, from what was meant to what is told."""
        self.log("meant", order=order, kind=kind.name, fen=fen)
        try:
            self.make_ready()
        except (NotReadyError, NoLineError) as error:
            return self.tell(Outcome("refused", why=str(error)), order)
        request = self.request_of(kind, fen, fields, card, capability)
        self.arm(kind, request, order)
        try:
            reply = self.exchange(request)
        except NoLineError as error:
            self.memory.reversal = None  # it never left
            return self.tell(Outcome("refused", why=str(error)), order)
        return self.conclude(kind, int(request.get(4) or 0), request, reply, card, order, code)

    def request_of(self, kind: Kind, fen: int, fields: dict[int, str], card: Card | None,
                   capability: str) -> Message:
        made = {3: kind.f3, 11: self.next_stan(), 25: kind.f25, 41: self.tid, 42: self.mid,
                49: "156", 60: f"{kind.type}{self.memory.batch}000{capability}", MAC_FIELD: ""}
        if kind is not kinds.BALANCE:
            made[4] = f"{self.sum_sent(fen):012d}"
        if card:
            made |= self.fields_of(card)
        return Message(kind.mti, made | fields)

    def sum_sent(self, fen: int) -> int:
        return fen

    def fields_of(self, card: Card) -> dict[int, str]:
        fields = {2: card.pan, 14: card.expiry,
                  22: kinds.ENTRY_MODE[card.entry] + ("1" if card.pin else "2")}
        sealed = "1" if self.keys and self.keys.track else "0"
        if card.entry != kinds.KEYED:
            fields[35] = sealed_track(self.keys.track, card.track) if sealed == "1" else card.track
        if card.has_chip:
            fields |= {23: card.sequence, 55: card.icc}
        if card.pin and self.keys:
            fields |= {26: "12", 52: pin_block(self.keys.pin, card.pin, card.pan),
                       53: f"26{sealed}".ljust(16, "0")}
        elif sealed == "1":
            fields[53] = "0610000000000000"
        return fields

    def arm(self, kind: Kind, request: Message, order: str) -> None:
        """Written before the request is sent."""
        if kind.reversible:
            auth_code = request.get(38)
            self.memory.reversal = Reversal(request, kind, auth_code=auth_code, order=order)

    def conclude(self, kind: Kind, fen: int, request: Message, reply: Message | None,
                 card: Card | None, order: str, code: str) -> Outcome:
        if reply is None:
            return self.tell(Outcome("unknown"), order)
        answer = reply.get(39)
        if answer in SIGN_ON_AGAIN:
            self.told_to_sign_on()
        if answer not in APPROVED | {"10"}:
            self.disarm()
            return self.tell(Outcome("declined", answer, reply=reply), order)
        if answer == "10":
            fen = int(reply.get(4))
        record = Record(kind, request.get(11), fen, request, reply, card, order, code)
        if kind.side or kind is kinds.PREAUTH:
            self.memory.journal.append(record)
        self.disarm()
        outcome = self.tell(Outcome("approved", answer, record, reply), order, fen)
        self.print_receipt(outcome, order, fen)
        self.after_approval()
        return outcome

    def told_to_sign_on(self) -> None:
        self.keys = None

    def disarm(self) -> None:
        self.memory.reversal = None

    def tell(self, outcome: Outcome, order: str, fen: int = 0) -> Outcome:
        self.log("told", order=order, outcome=outcome.told, code=outcome.code, fen=fen)
        return outcome

    def print_receipt(self, outcome: Outcome, order: str, fen: int) -> None:
        self.log("receipt", order=order, outcome=outcome.told, fen=fen)

    def after_approval(self) -> None:
        """Nothing: offline advices wait for the settlement here."""

    # -- offline --------------------------------------------------------------------------------

    def deliver_offline(self) -> None:
        """Every advice that is left, each under its own STAN; an error of the line ends the round."""
        for record in list(self.memory.offline):
            reply = self.exchange(record.request)
            if reply:
                record.reply = reply
                self.memory.offline.remove(record)
                if reply.get(39) not in DELIVERED:
                    self.memory.journal.remove(record)  # refused: reported, never sent again


def tags_of(icc: str, wanted: tuple[str, ...], without: str = "") -> str:
    """Those tags of a TLV in hex, in the order of ``wanted``."""
    found: dict[str, str] = {}
    data, at = bytes.fromhex(icc), 0
    while at < len(data):
        width = 2 if data[at] & 0x1F == 0x1F else 1
        end = at + width + 1 + data[at + width]
        found[data[at:at + width].hex().upper()] = data[at:end].hex().upper()
        at = end
    return "".join(found.get(tag, "") for tag in wanted if tag != without)
