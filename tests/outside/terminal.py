"""The stranger's terminal: what goes before a transaction, the transaction, its reversal, advices.

Right by the facts.  Each thing that real firmware gets wrong is a method of its own, so that a
wrong terminal is this one with one method more.  It knows nothing of the host's insides.
"""

from __future__ import annotations

from tests.outside import kinds
from tests.outside.keys import pin_block, sealed_track
from tests.outside.kinds import Card, Kind, Outcome, Record, Reversal
from tests.outside.line import NoLineError
from tests.outside.message import MAC_FIELD, Message
from tests.outside.speaker import APPROVED, Speaker
from tests.outside.tlv import tlv_of, tlvs

SIGN_ON_AGAIN = {"77", "99", "A0"}
REVERSED = {"00", "12", "25"}  # F39 of a 0410 after which nothing is left to undo
DELIVERED = {"00", "94"}  # F39 of an 0230
NOT_IN_A_REVERSAL = (12, 13, 26, 32, 35, 36, 37, 52, 53, 59, 61, 62, 63, 64)
SCRIPTS = {"71", "72"}
OF_A_SCRIPT_RESULT = {2, 3, 4, 22, 23, 25, 41, 42, 49}
TAGS_OF_A_SCRIPT_RESULT = ("9F33", "95", "9F37", "9F1E", "9F10", "9F26", "9F36", "82", "9F1A", "9A")
TAGS_OF_A_REVERSAL = ("95", "9F1E", "9F10", "9F36", "DF31")


class NotReadyError(Exception):
    """Something must be done first and could not be: the transaction is refused, nothing was sent."""


class Terminal(Speaker):
    """One terminal with its memory, its line and its log."""

    # -- what goes before a transaction ----------------------------------------------------------

    def make_ready(self) -> None:
        """Sign on where that is due, then deliver what is left to undo."""
        if self.memory.totals:
            raise NotReadyError("a settlement is under way")
        if self.asked_by_host == 3:
            self.keys = None
        self.have_keys()
        self.report_scripts()
        self.undo()

    def have_keys(self) -> None:
        if not self.keys and not self.sign_on() and not self.sign_on():
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
        self.log("meant", order=order, kind=f"qr_{kind.name}" if code else kind.name, fen=fen)
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
            if card.has_chip:
                made[55] = card.chip_data(self.sum_sent(fen))
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
            fields[23] = card.sequence
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
            self.note_scripts(request, reply)
            return self.tell(Outcome("declined", answer, reply=reply), order)
        if answer == "10":
            fen = int(reply.get(4))
        self.note_scripts(request, reply)
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

    # -- scripts of an issuer -------------------------------------------------------------------

    def note_scripts(self, request: Message, reply: Message) -> None:
        """Each script of the reply has been run by the chip: what came of it goes up with a 0620."""
        identifiers = [script_identifier(script) for tag, script in tlvs(bytes.fromhex(reply.get(55)))
                       if tag in SCRIPTS]
        if not identifiers:
            return
        taken = {n: text for n, text in request.fields.items() if n in OF_A_SCRIPT_RESULT}
        results = tlv_of("DF31", b"".join(b"\x20" + identifier for identifier in identifiers))
        taken |= {n: reply.get(n) for n in (32, 37, 38) if reply.get(n)}
        self.memory.scripts.append(Message("0620", taken | {
            55: tags_of(request.get(55), TAGS_OF_A_SCRIPT_RESULT) + results.hex().upper(),
            60: f"00{request.get(60)[2:8]}951{request.get(60)[11:13]}",
            61: request.get(60)[2:8] + request.get(11) + reply.get(13), MAC_FIELD: ""}))

    def report_scripts(self) -> None:
        """Before a reversal and the next transaction; three tries, then it is dropped."""
        while self.memory.scripts:
            message = self.memory.scripts[0]
            message.fields[11] = message.get(11) or self.next_stan()
            for _ in range(self.reversal_tries):
                reply = self.exchange(message)
                if reply and self.is_undone(reply):
                    self.log("script_reported")
                    break
            self.memory.scripts.pop(0)

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
    found = dict(tlvs(bytes.fromhex(icc)))
    return b"".join(tlv_of(tag, found[tag]) for tag in wanted
                    if tag in found and tag != without).hex().upper()


def script_identifier(script: bytes) -> bytes:
    return dict(tlvs(script)).get("9F18", bytes(4))
