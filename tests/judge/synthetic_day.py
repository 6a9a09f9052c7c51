"""Traces made by hand: a small world whose records a test can leave out, repeat or change."""

from __future__ import annotations

from simulator.judge.judge import Judge
from simulator.judge.verdict import Judgement
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import (
    Arrived,
    BatchCounted,
    Concluded,
    FaultBegan,
    FaultEnded,
    ItemCleared,
    Journaled,
    Lost,
    MerchantOpened,
    MerchantSettled,
    PayoutPosted,
    PayoutSent,
    PhaseEntered,
    Posted,
    ReceiptGiven,
    Record,
    Restarted,
    RunStarted,
    SaleMeant,
    SaleUndone,
    Sent,
    TerminalOpened,
    key_of,
)

T0 = 1_769_695_200_000  # 2026-01-29 22:00 in Beijing
TID = "10000001"
MID = "898310000000001"
DATE = "2026-01-30"
PAYOUT = f"{DATE}/{MID}"
CARD = "622000******0120"
CARDHOLDER = f"cardholder:bank.a/{CARD}"
PENDING = f"merchant:{MID}:pending"
DUE = "due:bank.a"
SCHEME = "scheme:receivable"
PAYABLE = f"merchant:{MID}:payable"
TRANSIT = "payout:in_transit"
ACCOUNT = f"account:bank.a/{MID}"
TERMINAL = f"terminal.{TID}"
HOST = "acquirer"


def fee_of(amount: int) -> int:
    """0.6 %, half up, by another way than the judge's."""
    return int(abs(amount) * 0.006 + 0.5 + 1e-9) * (1 if amount >= 0 else -1)


class Day:
    """Writes records one second apart; every part of a good day is one call."""

    def __init__(self, **terminal: object) -> None:
        self.at = T0
        self.records: list[Record] = []
        self.stan = 0
        self.batch = 1
        self.items: list[tuple[str, str, int]] = []
        self.debit = [0, 0]
        self.credit = [0, 0]
        self.add(RunStarted, "run", title="a day", seed=1, version="test")
        self.add(MerchantOpened, "merchant.shop", mid=MID, bank="bank.a", account=ACCOUNT)
        self.add(TerminalOpened, TERMINAL, tid=TID, mid=MID, merchant="shop", profile="generic",
                 **terminal)
        self.add(PhaseEntered, "run", phase="faults")

    def add(self, kind: type[Record], actor: str, **facts: object) -> Record:
        self.at += 1000
        record = kind(self.at, actor, **facts)
        self.records.append(record)
        return record

    # ---- one sale, part by part --------------------------------------------------------------

    def key(self, stan: int | None = None, batch: int | None = None) -> str:
        return key_of(TID, batch or self.batch, stan or self.stan)

    def mean(self, sale: str, fen: int = 6800, what: str = "sale") -> None:
        self.add(SaleMeant, "merchant.shop", sale=sale, amount_fen=fen, card=CARD, what=what)

    def send(self, sale: str, fen: int = 6800, what: str = "sale", mti: str = "0200",
             original: str = "", stan: int | None = None, attempt: int = 0) -> str:
        self.stan = stan or self.stan + 1
        self.add(Journaled, TERMINAL, entry="armed", tid=TID, batch=self.batch, stan=self.stan)
        self.add(Sent, TERMINAL, to=HOST, what=what, mti=mti, tid=TID, batch=self.batch,
                 stan=self.stan, amount_fen=fen, sale=sale, card=CARD, original=original,
                 attempt=attempt)
        return self.key()

    def request_arrives(self, fen: int = 6800, what: str = "sale", mti: str = "0200",
                        genuine: bool = True, stan: int | None = None, copy: int = 0) -> None:
        self.add(Arrived, HOST, sender=TERMINAL, what=what, mti=mti, tid=TID, batch=self.batch,
                 stan=stan or self.stan, amount_fen=fen, genuine=genuine, copy=copy)

    def debited(self, fen: int = 6800, key: str = "", why: str = "debit") -> None:
        self.add(Posted, "bank.a", why=why, key=key or self.key(),
                 entries=((CARDHOLDER, -fen), (DUE, fen)))

    def captured(self, fen: int = 6800, key: str = "", what: str = "sale") -> None:
        self.add(Posted, HOST, why="capture", key=key or self.key(),
                 entries=((SCHEME, -fen), (PENDING, fen)))
        self.items.append((key or self.key(), what, fen))
        side = self.debit if fen > 0 else self.credit
        side[0] += abs(fen)
        side[1] += 1

    def reply_arrives(self, code: str = "00", what: str = "sale", mti: str = "0210",
                      genuine: bool = True, stan: int | None = None, stored: bool = True) -> None:
        stan = stan or self.stan
        self.add(Arrived, TERMINAL, sender=HOST, what=what, mti=mti, tid=TID, batch=self.batch,
                 stan=stan, response_code=code, genuine=genuine)
        if stored and genuine:
            self.add(Journaled, TERMINAL, entry="booked", tid=TID, batch=self.batch, stan=stan)

    def conclude(self, sale: str, result: str = "approved", fen: int = 6800, what: str = "sale",
                 code: str = "", stan: int | None = None) -> None:
        self.add(Concluded, TERMINAL, sale=sale, what=what, result=result, batch=self.batch,
                 stan=self.stan if stan is None else stan, amount_fen=fen, response_code=code)

    def receipt(self, sale: str) -> None:
        self.add(ReceiptGiven, TERMINAL, sale=sale)

    def slip(self, sale: str, fen: int = 0) -> None:
        """Paper from the printer, with the sum on it where somebody reads it."""
        self.add(ReceiptGiven, TERMINAL, sale=sale, amount_fen=fen)

    def lost(self, what: str = "sale", mti: str = "0210", sender: str = HOST,
             why: str = "drop", stan: int | None = None) -> None:
        self.add(Lost, f"link.{TID}", sender=sender, what=what, mti=mti, tid=TID,
                 batch=self.batch, stan=self.stan if stan is None else stan, why=why)

    def reversal(self, stan: int | None = None, answered: bool = True, code: str = "00",
                 genuine: bool = True, fen: int = 6800, reason: str = "98", **facts: object) -> None:
        stan = stan or self.stan
        same = key_of(TID, self.batch, stan)
        self.add(Sent, TERMINAL, to=HOST, what="reversal", mti="0400", tid=TID, batch=self.batch,
                 stan=stan, **{"original": same, "amount_fen": fen, "card": CARD, "response_code": reason,
                                **facts})
        if not answered:
            return
        self.add(Arrived, HOST, sender=TERMINAL, what="reversal", mti="0400", tid=TID,
                 batch=self.batch, stan=stan, original=same)
        self.add(Arrived, TERMINAL, sender=HOST, what="reversal", mti="0410", tid=TID,
                 batch=self.batch, stan=stan, response_code=code, genuine=genuine)

    # ---- whole stories -----------------------------------------------------------------------

    def sale(self, sale: str = "s1", fen: int = 6800) -> str:
        self.mean(sale, fen)
        key = self.send(sale, fen)
        self.request_arrives(fen)
        self.debited(fen)
        self.add(Journaled, HOST, entry="approved", tid=TID, batch=self.batch, stan=self.stan)
        self.captured(fen)
        self.reply_arrives()
        self.conclude(sale, fen=fen)
        self.receipt(sale)
        return key

    def unanswered_sale(self, sale: str = "s1", fen: int = 6800) -> str:
        """Debited and captured; the reply is lost and the terminal gives up."""
        self.mean(sale, fen)
        key = self.send(sale, fen)
        self.request_arrives(fen)
        self.debited(fen)
        self.captured(fen)
        self.lost()
        self.conclude(sale, "failed", fen)
        return key

    def give_back(self, fen: int = 6800, key: str = "") -> None:
        """What is reversed leaves the totals; it is no credit."""
        self.debited(-fen, key, why="reverse")
        self.captured(-fen, key, what="reversal")
        self.credit = [self.credit[0] - fen, self.credit[1] - 1]
        self.debit = [self.debit[0] - fen, self.debit[1] - 1]

    def void(self, sale: str, key: str, fen: int = 6800) -> str:
        self.add(SaleUndone, "merchant.shop", sale=sale, how="void")
        void = self.send(f"{sale}-void", fen, "void", original=key)
        self.request_arrives(fen, "void")
        self.debited(-fen, void, why="credit")
        self.captured(-fen, void, "void")
        self.reply_arrives(what="void")
        self.conclude(f"{sale}-void", "approved", fen, "void")
        self.receipt(f"{sale}-void")
        return void

    def ask_settlement(self, answer: str = "1") -> None:
        details = (f"{self.debit[0]:012}{self.debit[1]:03}{self.credit[0]:012}"
                   f"{self.credit[1]:03}0" + "0" * 31)
        self.add(Sent, TERMINAL, to=HOST, what="settlement", mti="0500", tid=TID,
                 batch=self.batch, stan=900, details=details, network_code="201")
        if answer:
            self.add(Arrived, TERMINAL, sender=HOST, what="settlement", mti="0510", tid=TID,
                     batch=self.batch, stan=900, details=details[:30] + answer + "0" * 31)

    def count(self, actor: str, closed: bool = True, more: int = 0, result: str = "1") -> None:
        self.add(BatchCounted, actor, tid=TID, batch=self.batch, debit_fen=self.debit[0] + more,
                 debit_count=self.debit[1], credit_fen=self.credit[0],
                 credit_count=self.credit[1], result=result, closed=closed)

    def close_batch(self) -> None:
        self.ask_settlement()
        self.count(HOST)
        self.count(TERMINAL)
        self.batch += 1
        self.debit, self.credit = [0, 0], [0, 0]

    def clear(self, extra_fee: int = 0, date: str = DATE, **of_items: object) -> None:
        gross = fees = 0
        for key, what, fen in self.items:
            fee = fee_of(fen) + extra_fee
            self.add(ItemCleared, "clearing", key=key, what=what, mid=MID, amount_fen=fen,
                     fee_fen=fee, settlement_date=date, **of_items)
            gross += fen
            fees += fee
        self.net = gross - fees
        self.due = self.at + 12 * HOUR_MS
        self.add(MerchantSettled, "clearing", mid=MID, settlement_date=date, gross_fen=gross,
                 fee_fen=fees, net_fen=self.net, items=len(self.items), payout=f"{date}/{MID}",
                 due_ms=self.due)
        self.book_clearing(date, gross, fees)
        self.items = []

    def book_clearing(self, date: str, gross: int, fees: int) -> None:
        """What the books say of a settlement, and of the banks' side of it."""
        if not gross:
            return
        self.add(Posted, "clearing", why="clearing", key=f"{date}/{MID}", entries=(
            (PENDING, -gross), (PAYABLE, gross - fees), ("fee:acquirer", fees)))
        self.add(Posted, "clearing", why="interbank", key=f"{date}/bank.a",
                 entries=((DUE, -gross), (SCHEME, gross)))

    def instruct(self, net: int, payout: str = PAYOUT) -> None:
        """A payout leaves for the merchant's bank."""
        self.add(Posted, "clearing", why="payout", key=payout,
                 entries=((PAYABLE, -net), (TRANSIT, net)))
        self.add(PayoutSent, "clearing", payout=payout, mid=MID, bank="bank.a", net_fen=net)

    def pay(self, account: str = ACCOUNT, net: int | None = None, payout: str = PAYOUT,
            mid: str = MID) -> None:
        net = self.net if net is None else net
        self.instruct(net, payout)
        self.add(Posted, "bank.a", why="payout_posted", key=payout,
                 entries=(("payout:in_transit", -net), (account, net)))
        self.add(PayoutPosted, "bank.a", payout=payout, mid=mid, net_fen=net)

    def arrive(self) -> None:
        self.close_batch()
        self.clear()
        self.pay()

    def fault(self, mode: str, target: str = "", until: bool = True) -> None:
        self.add(FaultBegan, "run", fault=mode, mode=mode, target=target)
        if until:
            self.add(FaultEnded, "run", fault=mode, mode=mode, target=target)

    def restart(self) -> None:
        self.add(Restarted, TERMINAL, why="power on")

    def wait(self, ms: int) -> None:
        self.at += ms

    def end(self, drain_ms: int = 2 * DAY_MS) -> None:
        """Faults end, and there is time enough for what is under way."""
        for phase in ("heal", "drain"):
            self.add(PhaseEntered, "run", phase=phase)
        self.at += drain_ms
        self.add(PhaseEntered, "run", phase="ended")

    def judged(self, **options: object) -> Judgement:
        judge = Judge(**options)
        for record in self.records:
            judge.feed(record)
        return judge.finish(self.at)


def a_sale_that_arrives() -> Day:
    day = Day()
    day.sale()
    day.arrive()
    day.end()
    return day
