"""Where the money of each sale is by the books: debited, captured, cleared, paid, in suspense, back."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from simulator.catalogue.money_reasons import PostingReason
from simulator.diagnosis.evidence import HOST, Evidence
from simulator.trace.records import (
    Concluded,
    ItemCleared,
    MerchantSettled,
    PayoutPosted,
    PayoutSent,
    Posted,
    Released,
    SaleMeant,
    Sent,
    Suspended,
    key_of,
)

_TAKES = frozenset({PostingReason.DEBIT})
_GIVES = frozenset({PostingReason.REVERSE, PostingReason.CREDIT, PostingReason.RELEASE})


class SaleMoney(msgspec.Struct, frozen=True):
    """One sale and where its money is."""

    sale: str
    mid: str
    amount_fen: int
    state: str  # a row of the words of states
    why: str = ""
    due_ms: int | None = None
    keys: tuple[str, ...] = ()
    rrns: tuple[str, ...] = ()


class Money:
    """The money of all sales."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self.keys: dict[str, list[str]] = defaultdict(list)
        self.rrns: dict[str, list[str]] = defaultdict(list)
        sale_of: dict[str, str] = {}
        undone: set[str] = set()
        approved = {
            key_of(each.actor.partition(".")[2], each.batch, each.stan)
            for each in evidence.of(Concluded) if each.result == "approved"}
        for sent in evidence.of(Sent):
            key = key_of(sent.tid, sent.batch, sent.stan)
            if sent.actor != HOST and sent.sale and key not in sale_of and sent.what != "reversal":
                sale_of[key] = sent.sale
                self.keys[sent.sale].append(key)
            if sent.rrn and sent.actor == HOST and key in sale_of:
                self.rrns[sale_of[key]].append(sent.rrn)
            if sent.original and key in approved and sent.what in ("void", "qr_void", "refund", "qr_refund"):
                undone.add(sent.original)
        self._undone = undone
        self._debited: dict[str, int] = defaultdict(int)
        self._captured: set[str] = set()
        for posted in evidence.of(Posted):
            self._book(posted)
        self._cleared = {each.key: each for each in evidence.of(ItemCleared) if each.amount_fen > 0}
        self._settled = {(each.mid, each.settlement_date): each for each in evidence.of(MerchantSettled)}
        self._by_payout = {each.payout: each for each in evidence.of(MerchantSettled)}
        self._arrived = {each.payout for each in evidence.of(PayoutPosted)}
        self._sent = {each.payout for each in evidence.of(PayoutSent)}
        self._suspended = _standing(evidence)
        self._mids = {each.tid: each.mid for each in evidence.terminals.values()}

    def _book(self, posted: Posted) -> None:
        if posted.actor == HOST:
            if posted.why == PostingReason.CAPTURE:
                self._captured.add(posted.key)
        elif posted.why in _TAKES:
            self._debited[posted.key] += 1
        elif posted.why == PostingReason.REVERSE:
            self._debited[posted.key] -= 1

    def of_sale(self, meant: SaleMeant) -> SaleMoney:
        """Where the money of one is."""
        keys = tuple(self.keys.get(meant.sale, ()))
        state, why, due_ms = self._state(keys)
        tid = keys[0].rsplit("/", 2)[0] if keys else ""
        return SaleMoney(
            meant.sale, self._mids.get(tid, ""), meant.amount_fen, state, why, due_ms, keys,
            tuple(dict.fromkeys(self.rrns.get(meant.sale, ()))))

    def _state(self, keys: tuple[str, ...]) -> tuple[str, str, int | None]:
        for key in keys:
            if key in self._undone:
                return "given_back", "", None
        for key in keys:
            cleared = self._cleared.get(key)
            if cleared is not None:
                return self._of_payout(cleared)
        if any(key in self._captured and (self._debited.get(key, 1) > 0) for key in keys):
            return "captured", "", None
        if any(self._debited.get(key, 0) > 0 for key in keys):
            return "debited", "", None
        if any(key in self._debited for key in keys):
            return "given_back", "", None
        return "not_taken", "", None

    def _of_payout(self, cleared: ItemCleared) -> tuple[str, str, int | None]:
        settled = self._settled.get((cleared.mid, cleared.settlement_date))
        if cleared.payout:
            settled = self._by_payout.get(cleared.payout, settled)
        payout = cleared.payout or (settled.payout if settled else "")
        due_ms = settled.due_ms if settled else None
        if payout in self._arrived:
            return "arrived", "", due_ms
        if payout in self._suspended:
            return "suspended", self._suspended[payout], due_ms
        return "paid_out" if payout in self._sent else "cleared", "", due_ms


def _standing(evidence: Evidence) -> dict[str, str]:
    """Payouts that stand in suspense at the end, and why."""
    moves: list[Suspended | Released] = [*evidence.of(Suspended), *evidence.of(Released)]
    standing: dict[str, str] = {}
    for each in sorted(moves, key=lambda record: record.at_ms):
        if isinstance(each, Suspended):
            standing[each.payout] = str.__str__(each.reason)
        else:
            standing.pop(each.payout, None)
    return standing
