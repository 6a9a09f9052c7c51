"""What a clerk can ask of the terminal: each kind of transaction with the fields that it has."""

from __future__ import annotations

from tests.outside import kinds
from tests.outside.kinds import Card, Outcome, Record
from tests.outside.loading import LoadingTerminal
from tests.outside.message import Message


class Till(LoadingTerminal):
    """The whole terminal, as a clerk sees it."""

    def balance(self, card: Card) -> Outcome:
        return self.online(kinds.BALANCE, 0, {}, card=card)

    def sale(self, order: str, fen: int, card: Card) -> Outcome:
        return self.online(kinds.SALE, fen, {}, card=card, order=order)

    def preauth(self, order: str, fen: int, card: Card) -> Outcome:
        return self.online(kinds.PREAUTH, fen, {}, card=card, order=order)

    def void(self, of: Record) -> Outcome:
        return self._voided(kinds.VOID, of)

    def preauth_void(self, of: Record) -> Outcome:
        return self._voided(kinds.PREAUTH_VOID, of, dated=True)

    def completion_void(self, of: Record) -> Outcome:
        return self._voided(kinds.COMPLETION_VOID, of, dated=True)

    def completion(self, of: Record, fen: int, order: str = "") -> Outcome:
        fields = self.named(of) | {38: of.of_reply(38), 61: self.original(of, dated=True)}
        return self.online(kinds.COMPLETION, fen, fields, card=of.card, order=order or of.order)

    def refund(self, of: Record, fen: int) -> Outcome:
        fields = self.named(of) | {37: of.of_reply(37), 61: self.original(of, dated=True),
                                   63: "CUP"}
        if of.code:
            fields = self._qr_fields(self.voucher(of)) | fields | {63: "000"}
        return self.online(kinds.REFUND, fen, fields, order=of.order, code=of.code,
                           capability="600" if of.code else "500")

    def _voided(self, kind: kinds.Kind, of: Record, *, dated: bool = False) -> Outcome:
        if of.voided:
            return Outcome("refused", why="voided before")
        fields = self.named(of) | {38: of.of_reply(38), 61: self.original(of, dated=dated)}
        if kind is not kinds.PREAUTH_VOID:
            fields[37] = of.of_reply(37)
        if not fields[38]:
            del fields[38]
        if of.code:
            fields = self._qr_fields(self.voucher(of)) | fields
        outcome = self.online(kind, of.fen, fields, order=of.order, code=of.code,
                              capability="600" if of.code else "500")
        of.voided = of.voided or outcome.told == "approved"
        return outcome

    def named(self, of: Record) -> dict[int, str]:
        """The card of the original, keyed again from the journal."""
        return {2: of.card.pan, 22: "012"} if of.card else {}

    def original(self, of: Record, *, dated: bool) -> str:
        """F61: batch and STAN of the original, and its date."""
        own = of.request.get(60)[2:8] + of.stan
        return own + of.of_reply(13) if dated else own

    def offline_sale(self, order: str, fen: int, card: Card, auth_code: str = "123456") -> Outcome:
        """Approved by telephone: it goes up later."""
        self.log("meant", order=order, kind="offline_sale", fen=fen)
        request = self.request_of(kinds.OFFLINE_SALE, fen, {
            2: card.pan, 14: card.expiry, 22: "012", 38: auth_code, 63: "CUP"}, None, "500")
        record = Record(kinds.OFFLINE_SALE, request.get(11), fen, request, None, card, order)
        self.memory.journal.append(record)
        self.memory.offline.append(record)
        outcome = self.tell(Outcome("approved", "00", record), order, fen)
        self.print_receipt(outcome, order, fen)
        return outcome

    # -- the customer's code (QR) -----------------------------------------------------------------

    def qr_sale(self, order: str, fen: int, code: str) -> Outcome:
        device = tlv("01", "04") + tlv("02", "00000104" + self.tid + "01") + tlv("05", "V1.0".ljust(8))
        return self.online(kinds.SALE, fen, self._qr_fields(tlv("A2", device) + tlv("A3", code)),
                           order=order, code=code, capability="601")

    def _qr_fields(self, texts: str) -> dict[int, str]:
        return {22: "032", 59: texts.encode().hex().upper()} if texts else {22: "032"}

    def voucher(self, of: Record) -> str:
        """A4 of the sale's reply, to be sent with what undoes it."""
        return tlv("A4", values_of(bytes.fromhex(of.of_reply(59)).decode()).get("A4", ""))

    # -- signature --------------------------------------------------------------------------------

    def signature(self, of: Record, picture: bytes) -> bool:
        """The signed slip of a card sale (JBIG, raw)."""
        self.have_keys()
        receipt = tlv_bytes("FF06", bytes.fromhex("2026" + of.of_reply(13) + of.of_reply(12)))
        reply = self.exchange(Message("0820", {
            2: of.request.get(2), 4: f"{of.fen:012d}", 11: of.stan, 15: of.of_reply(15),
            37: of.of_reply(37), 41: self.tid, 42: self.mid, 55: receipt,
            60: f"07{of.request.get(60)[2:8]}800", 62: picture.hex().upper(), 64: ""}))
        return bool(reply) and reply.get(39) in {"00", "94"}


def tlv(tag: str, value: str) -> str:
    """A part of F59: two characters, three digits, the value."""
    return f"{tag}{len(value.encode('gbk')):03d}{value}"


def tlv_bytes(tag: str, value: bytes) -> str:
    return tag + f"{len(value):02X}" + value.hex().upper()


def values_of(texts: str) -> dict[str, str]:
    found = {}
    while len(texts) >= 5:
        size = int(texts[2:5])
        found[texts[:2]], texts = texts[5:5 + size], texts[5 + size:]
    return found
