"""Wrong terminals: keys, MACs, numbers, and requests that a host has to refuse."""

from __future__ import annotations

from dataclasses import replace

from tests.outside.keys import mac
from tests.outside.kinds import Kind, Outcome, Record
from tests.outside.loading import Codes
from tests.outside.message import MAC_FIELD, Message
from tests.outside.till import Till


class BelievesWrongMac(Till):
    """The MAC of a reply is not looked at."""

    def is_sealed(self, reply: Message, body: bytes) -> bool:
        return True


class BelievesAnothersReply(Till):
    """Any 0210 answers any 0200."""

    def is_for(self, request: Message, reply: Message) -> bool:
        return reply.mti == f"{int(request.mti) + 10:04d}"

    def same_sum(self, request: Message, reply: Message) -> bool:
        return True


class StanTwice(Till):
    """One number serves two sales."""

    repeated = False

    def next_stan(self) -> str:
        if self.memory.stan == 2 and not self.repeated:
            self.repeated = True
            return f"{self.memory.stan:06d}"
        return super().next_stan()


class NoSignOn(Till):
    """It sells before it signs on."""

    def sign_on(self) -> bool:
        return True

    def have_keys(self) -> None:
        pass


class IgnoresSignOnAgain(Till):
    """A0 is a decline like any other."""

    def told_to_sign_on(self) -> None:
        pass


class OldKeys(Till):
    """The keys of a second sign-on are not taken."""

    def sign_on(self) -> bool:
        before = self.keys
        came = super().sign_on()
        self.keys = before or self.keys
        return came

    def told_to_sign_on(self) -> None:
        pass


class MacOverTpdu(Till):
    """The MAC is made over the TPDU and the header as well."""

    def mac_of(self, body: bytes) -> bytes:
        return mac(self.keys.mac if self.keys else bytes(8), self.tpdu + self.header + body)


class NoMac(Till):
    """A sale without F64."""

    def request_of(self, *args, **kwargs):
        message = super().request_of(*args, **kwargs)
        del message.fields[MAC_FIELD]
        return message


class QrWithoutMac(Till):
    """A QR sale without F64."""

    def request_of(self, *args, **kwargs):
        message = super().request_of(*args, **kwargs)
        if 59 in message.fields:
            del message.fields[MAC_FIELD]
        return message


class QrWithoutVoucher(Till):
    """The void and the refund of a QR sale build A4 and leave F59 out."""

    def voucher(self, of: Record) -> str:
        return ""


class EndsApplicationsWith351(Till):
    """The end of an AID download is sent as 351, which is another's."""

    def load_list(self, codes: Codes) -> list[dict[str, bytes]]:
        return super().load_list(replace(codes, end="351"))


class NothingNamed(Till):
    """Voids and refunds without F37 and F61: nothing says what is undone."""

    def online(self, kind: Kind, fen: int, fields: dict[int, str], **kwargs):
        return super().online(kind, fen, {n: text for n, text in fields.items()
                                          if n not in {37, 38, 61}}, **kwargs)


class VoidsTwice(Till):
    """A voided sale may be voided again."""

    def void(self, of: Record) -> Outcome:
        of.voided = False
        return super().void(of)


class RefundsTooMuch(Till):
    """A refund of twice what was paid."""

    def refund(self, of: Record, fen: int) -> Outcome:
        return super().refund(of, of.fen * 2)


class RefundsAnotherCard(Till):
    """The refund goes to another card than the one that paid."""

    def named(self, of: Record) -> dict[int, str]:
        return super().named(of) | {2: "6200008812345673"}


class CompletesTooMuch(Till):
    """A completion of twice the sum that is held."""

    def completion(self, of: Record, fen: int, order: str = "") -> Outcome:
        return super().completion(of, of.fen * 2, order)
