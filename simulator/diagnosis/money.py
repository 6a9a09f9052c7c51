"""Where the money of each sale is by the books: debited, captured, cleared, paid, in suspense, back."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import msgspec

from simulator.catalogue.money_reasons import PostingReason
from simulator.catalogue.response_codes import response_code
from simulator.diagnosis.due import Due
from simulator.diagnosis.evidence import HOST, Evidence
from simulator.diagnosis.taken import Takings
from simulator.trace.records import (
    BatchCounted,
    CarriedForward,
    Concluded,
    Disputed,
    ItemCleared,
    MerchantSettled,
    PayoutPosted,
    PayoutReturned,
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

    sale: str = ""
    mid: str = ""
    amount_fen: int = 0  # taken; meant, where nothing was
    state: str = ""  # a row of the words of states
    why: str = ""
    due_ms: int | None = None
    keys: tuple[str, ...] = ()
    rrns: tuple[str, ...] = ()
    merchant: str = ""  # by name
    payout: str = ""
    settled_by_ms: int | None = None  # due then only if its batch is settled before
    missed_ms: int | None = None  # the end of the business day by which its batch was to be settled, where that is over
    since_ms: int | None = None  # it arrived, or stands in suspense
    back_fen: int = 0  # of what was taken, went back to the cardholder
    disputed_fen: int = 0  # of it, taken back in a dispute
    net_fen: int | None = None  # what its payout has of it; None: not cleared

    @property
    def left_fen(self) -> int:
        """What of it did not go back."""
        return self.amount_fen - self.back_fen


class Money:
    """The money of all sales."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self.keys: dict[str, list[str]] = defaultdict(list)
        self.rrns: dict[str, list[str]] = defaultdict(list)
        sale_of: dict[str, str] = {}
        for sent in evidence.of(Sent):
            key = key_of(sent.tid, sent.batch, sent.stan)
            name = evidence.sale_of(sent)
            if sent.actor != HOST and name and key not in sale_of and sent.what != "reversal":
                sale_of[key] = name
                self.keys[name].append(key)
            if sent.rrn and sent.actor == HOST and key in sale_of:
                self.rrns[sale_of[key]].append(sent.rrn)
        for meant in evidence.of(SaleMeant):
            if meant.of:  # a tip or an adjustment is a part of its sale
                self.keys[meant.of] += self.keys.get(meant.sale, [])
        self._offline = {
            each.sale for each in evidence.of(Concluded) if each.what == "offline_sale" and each.result == "approved"}
        self._refused = {
            key_of(each.tid, each.batch, each.stan) for each in evidence.of(Sent)
            if each.actor == HOST and each.response_code and _is_final_no(each.response_code)}
        self._last_of = {  # when something of a sale was last sent, and nothing was told of it since
            name: each.at_ms for each in evidence.of(Sent) if each.actor != HOST and (name := evidence.sale_of(each))}
        for ended in evidence.of(Concluded):
            self._last_of[ended.sale] = 0
        self._takings = Takings(evidence)
        self._debited: dict[str, int] = defaultdict(int)
        self._captured: dict[str, int] = {}  # and when
        for posted in evidence.of(Posted):
            self._book(posted)
        self._cleared = {each.key: each for each in evidence.of(ItemCleared) if each.amount_fen > 0}
        self._net: dict[tuple[str, str], int] = defaultdict(int)  # of a sale and all that refers to it, by its date or payout
        for item in evidence.of(ItemCleared):
            self._net[item.of or item.key, item.payout or item.settlement_date] += item.amount_fen - item.fee_fen
        self._settled = {(each.mid, each.settlement_date): each for each in evidence.of(MerchantSettled)}
        self._by_payout = {each.payout: each for each in evidence.of(MerchantSettled)}
        self._arrived = {each.payout: each.at_ms for each in evidence.of(PayoutPosted)}
        self._sent = {each.payout for each in evidence.of(PayoutSent)}
        self._suspended = _standing(evidence)
        self._put_off = {each.payout: str.__str__(each.reason) for each in evidence.of(PayoutReturned) if each.retry}
        self._carried = {each.payout for each in evidence.of(CarriedForward)}
        self._charged_back = _charged_back(evidence)
        self._due = Due(evidence)
        self._closed = {
            (each.tid, each.batch): each.at_ms for each in evidence.of(BatchCounted)
            if each.actor == HOST and each.closed}
        self._of_name = {each.actor.removeprefix("merchant."): mid for mid, each in evidence.merchants.items()}
        self._mids = {each.tid: each.mid for each in evidence.terminals.values()}

    def _book(self, posted: Posted) -> None:
        if posted.actor == HOST:
            if posted.why == PostingReason.CAPTURE:
                self._captured[posted.key] = posted.at_ms
        elif posted.why in _TAKES:
            self._debited[posted.key] += 1
        elif posted.why == PostingReason.REVERSE:
            self._debited[posted.key] -= 1

    def of_sale(self, meant: SaleMeant) -> SaleMoney:
        """Where the money of one is."""
        keys = tuple(self.keys.get(meant.sale, ()))
        name = meant.actor.removeprefix("merchant.")
        tid = keys[0].rsplit("/", 2)[0] if keys else ""
        found = self._state(keys, meant.amount_fen)
        if found.state == "captured":
            found = self._ready(found, self._mids.get(tid, ""), keys)
        if meant.sale in self._charged_back and found.state in ("arrived", "cleared", "paid_out", "netted"):
            since_ms, stage, fen = self._charged_back[meant.sale]
            found = msgspec.structs.replace(found, state="charged_back", since_ms=since_ms, why=stage, disputed_fen=fen)
        if found.state in ("debited", "not_taken") and self._evidence.may_come(self._last_of.get(meant.sale, meant.at_ms)):
            found = msgspec.structs.replace(found, state="under_way")
        if found.state == "not_taken" and meant.sale in self._offline:
            found = msgspec.structs.replace(found, state="refused_later" if self._refused & set(keys) else "undelivered")
        return msgspec.structs.replace(
            found, sale=meant.sale, mid=self._mids.get(tid, self._of_name.get(name, "")),
            keys=keys, merchant=name, rrns=tuple(dict.fromkeys(self.rrns.get(meant.sale, ()))))

    def _ready(self, found: SaleMoney, mid: str, keys: tuple[str, ...]) -> SaleMoney:
        """When what the host holds is due, by its batch or by its approval; if the batch is settled."""
        key = next(each for each in keys if each in self._captured)
        tid, batch, _ = key.rsplit("/", 2)
        ready_ms = self._closed.get((tid, int(batch))) if self._due.by_batch else self._captured[key]
        if ready_ms is not None:
            return msgspec.structs.replace(found, due_ms=self._due.due_ms(mid, ready_ms))
        now_ms = self._evidence.last_ms
        ended_ms = self._due.cut_over_ms(self._captured[key])
        return msgspec.structs.replace(
            found, due_ms=self._due.due_ms(mid, now_ms), settled_by_ms=self._due.cut_over_ms(now_ms),
            missed_ms=ended_ms if ended_ms is not None and ended_ms <= now_ms else None)

    def _state(self, keys: tuple[str, ...], asked_fen: int) -> SaleMoney:
        sums = {key: taken for key in keys if (taken := self._takings.of(key, asked_fen)) is not None}
        if any(not each.is_reversed for each in sums.values()):  # a try that was reversed is none of what was sold
            sums = {key: each for key, each in sums.items() if not each.is_reversed or self._debited.get(key, 0) > 0}
        elif sums:
            sums = dict([max(sums.items(), key=lambda pair: (self._debited.get(pair[0], 0), pair[1].fen))])
        all_fen = sum(each.fen for each in sums.values())
        left_fen = sum(each.left_fen for each in sums.values())
        found = SaleMoney(amount_fen=all_fen or asked_fen, back_fen=all_fen - left_fen)
        if any(each.is_reversed and self._debited.get(key, 0) > 0 for key, each in sums.items()):
            return msgspec.structs.replace(found, state="debited", back_fen=0)
        if sums and not left_fen:
            return msgspec.structs.replace(found, state="given_back")
        for key in keys:
            cleared = self._cleared.get(key)
            if cleared is not None and (key not in sums or sums[key].left_fen):
                return self._of_payout(found, cleared)
        if any(key in self._captured and (self._debited.get(key, 1) > 0) for key in keys):
            return msgspec.structs.replace(found, state="captured")
        if any(self._debited.get(key, 0) > 0 for key in keys):
            return msgspec.structs.replace(found, state="debited")
        if any(key in self._takings.completed for key in keys):
            return msgspec.structs.replace(found, state="completed")
        if any(key in self._takings.held for key in keys):
            return msgspec.structs.replace(found, state="held")
        return msgspec.structs.replace(found, state="given_back" if any(key in self._debited for key in keys) else "not_taken")

    def _of_payout(self, sale: SaleMoney, cleared: ItemCleared) -> SaleMoney:
        settled = self._settled.get((cleared.mid, cleared.settlement_date))
        if cleared.payout:
            settled = self._by_payout.get(cleared.payout, settled)
        payout = cleared.payout or (settled.payout if settled else "")
        due_ms = settled.due_ms if settled else None
        if due_ms is not None and not cleared.payout:
            due_ms = self._due.after_cut_over(date.fromisoformat(cleared.settlement_date), due_ms)
        net_fen = self._net[cleared.key, cleared.payout or cleared.settlement_date]
        found = msgspec.structs.replace(sale, due_ms=due_ms, payout=payout, net_fen=net_fen)
        if payout in self._arrived:
            return msgspec.structs.replace(found, state="arrived", since_ms=self._arrived[payout])
        if payout in self._suspended:
            why, since_ms = self._suspended[payout]
            return msgspec.structs.replace(found, state="suspended", why=why, since_ms=since_ms)
        if payout in self._carried:
            return msgspec.structs.replace(found, state="netted", due_ms=None)
        if payout in self._put_off:
            return msgspec.structs.replace(found, state="put_off", why=self._put_off[payout])
        if settled is not None and payout not in self._sent and settled.net_fen <= (
                settled.netted_fen + settled.withheld_fen + settled.payout_fee_fen):
            is_withheld = settled.withheld_fen or settled.payout_fee_fen
            return msgspec.structs.replace(found, state="withheld" if is_withheld else "netted", due_ms=None)
        return msgspec.structs.replace(found, state="paid_out" if payout in self._sent else "cleared")


def _is_final_no(code: str) -> bool:
    row = response_code(code)
    return not row.approves and not row.retry


def _charged_back(evidence: Evidence) -> dict[str, tuple[int, str, int]]:
    """Sales whose money was taken back from their merchant in a dispute and not given again, since when, its stage, how much."""
    sales = {each.case: each.sale for each in evidence.of(Disputed)}
    stages = {each.sale: str.__str__(each.stage) for each in evidence.of(Disputed)}
    taken: dict[str, tuple[int, str, int]] = {}
    for posted in evidence.of(Posted):
        if posted.key in sales and posted.why == PostingReason.CHARGEBACK:
            fen = sum(fen for _, fen in posted.entries if fen > 0)
            taken[sales[posted.key]] = posted.at_ms, stages[sales[posted.key]], fen
        elif posted.key in sales and posted.why == PostingReason.REPRESENTMENT:
            taken.pop(sales[posted.key], None)
    return taken


def _standing(evidence: Evidence) -> dict[str, tuple[str, int]]:
    """Payouts that stand in suspense at the end, why, and since when."""
    moves: list[Suspended | Released] = [*evidence.of(Suspended), *evidence.of(Released)]
    standing: dict[str, tuple[str, int]] = {}
    for each in sorted(moves, key=lambda record: record.at_ms):
        if isinstance(each, Suspended):
            first_ms = standing[each.payout][1] if each.payout in standing else each.at_ms
            standing[each.payout] = str.__str__(each.reason), first_ms
        else:
            standing.pop(each.payout, None)
    return standing
