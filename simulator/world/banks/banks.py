"""Issuers and wallet channels as actors: how long they take, what stands in their way.

What a request does to money is the books' business (``simulator.money.issuer``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec
import simpy

from simulator.chance import purpose_number, uniform
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.local_time import DAY_MS, date_at, midnight_ms
from simulator.machines.acquirer.events import (
    AcquirerEvent,
    AskIssuer,
    AskWallet,
    IssuerAnswered,
    WalletAnswered,
)
from simulator.money.issuer import APPROVED, IssuerAnswer, IssuerBooks
from simulator.money.ledger import Posting
from simulator.money.operations import INSUFFICIENT
from simulator.scenario.parts.banks import Bank, Wallet
from simulator.trace.recorder import Recorder
from simulator.trace.records import ChannelAnswered, Posted, key_of
from simulator.world.banks.issued_cards import IssuedCards, operate
from simulator.world.network.link import Faults
from simulator.world.time.kernel import Call, call_at, call_in, now_ms
from simulator.world.time.service import Service, tid_number


class Asker(Protocol):
    """Whoever wants the answers."""

    def give(self, event: AcquirerEvent) -> None:
        """Take an answer."""


class IssuerDesk:
    """One bank taking up authorisations: a delay, a bounded number at a time, its books."""

    __slots__ = (
        "_asker", "_card_names", "_cards", "_env", "_faults", "_recorder", "_service", "books", "name",
        "on_hold_over",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, faults: Faults, seed: int, bank: Bank,
        books: IssuerBooks, asker: Asker, card_names: dict[str, str], cards: IssuedCards,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._faults = faults
        self._asker = asker
        self._card_names = card_names
        self._cards = cards
        self._service = Service(seed, "bank.delay", bank.name, bank.latency, bank.servers)
        self.books = books
        self.name = bank.name
        self.on_hold_over: Callable[[Posting], None] | None = None  # who else is told that a hold has ended

    def start(self) -> None:
        """Have every day begin at its midnight; the one that it is now is begun by :meth:`begin_day`."""
        call_at(self._env, midnight_ms(date_at(now_ms(self._env))) + DAY_MS, self._midnight)

    def begin_day(self) -> None:
        """A calendar day is here: holds that are over are given back."""
        now = now_ms(self._env)
        for key, posting in self.books.begin_day(date_at(now).isoformat()):
            self._recorder.emit(
                Posted(now, self.name, why=posting.why, key=key, entries=posting.entries))
            if self.on_hold_over is not None:
                self.on_hold_over(posting)

    def _midnight(self, _call: Call) -> None:
        self.begin_day()
        self.start()

    def ask(self, effect: AskIssuer) -> None:
        """Take up a request; the answer comes by itself, or never."""
        key = effect.key
        number = tid_number(key.tid) * 64 + effect.attempt
        delay = self._service.takes_ms(now_ms(self._env), key.stan, number)
        if self._faults.busy[Point.AUTHORISATION]:
            strike = self._faults.decide(
                Anchor(Point.AUTHORISATION, key.tid, key.batch, key.stan, effect.request.value,
                       effect.attempt, bank=self.name, card=self._card_names.get(effect.pan, "")),
                now_ms(self._env),
            )
            if strike is not None:
                self._faults.struck(strike)
                ISSUER_VERBS[strike.verb](self, effect, strike, delay)
                return
        call_in(self._env, delay, self._works, effect)

    def _refuses(self, effect: AskIssuer, strike: Strike, delay: int) -> None:
        answer = IssuerAnswered(ref=effect.ref, response_code=strike.code)
        call_in(self._env, delay, self._answers, (effect, answer))

    def _is_late(self, effect: AskIssuer, strike: Strike, delay: int) -> None:
        call_in(self._env, delay, self._works_and_is_late, (effect, strike.ms))

    def _is_queued(self, effect: AskIssuer, strike: Strike, delay: int) -> None:
        call_in(self._env, delay + strike.ms, self._works, effect)

    def _fails(self, effect: AskIssuer, strike: Strike, delay: int) -> None:
        call_in(self._env, delay, self._works_and_fails, (effect, strike.code or "05"))

    def _works_and_fails(self, call: Call) -> None:
        """It was said to be done; the books take it back before that is told, and say no."""
        effect, code = call.arg
        answer = self._operate(effect)
        if answer.response_code == APPROVED:
            key = key_of(effect.key.tid, effect.key.batch, effect.key.stan)
            for posting in self.books.reverse(key).postings:
                self._recorder.emit(Posted(
                    now_ms(self._env), self.name, why=posting.why, key=posting.key,
                    entries=posting.entries))
            answer = IssuerAnswered(ref=effect.ref, response_code=code)
        self._answer(effect, answer)

    def _is_silent(self, effect: AskIssuer, strike: Strike, delay: int) -> None:
        """Neither does nor answers anything."""

    def _works(self, call: Call) -> None:
        effect: AskIssuer = call.arg
        self._answer(effect, self._operate(effect))

    def _works_and_is_late(self, call: Call) -> None:
        effect, late_ms = call.arg
        call_in(self._env, late_ms, self._answers, (effect, self._operate(effect)))

    def _answers(self, call: Call) -> None:
        self._answer(*call.arg)

    def _answer(self, effect: AskIssuer, answer: IssuerAnswered) -> None:
        key = effect.key
        self._recorder.emit(ChannelAnswered(
            now_ms(self._env), self.name, f"{key.tid}/{key.batch:06}/{key.stan:06}",
            effect.request._value_, answer.response_code, answer.auth_code, effect.attempt,
            answer.part_fen,
            self.books.spendable_fen(self._cards.ref(effect.pan))
            if answer.response_code == INSUFFICIENT else None,
        ))
        self._asker.give(answer)

    def _operate(self, effect: AskIssuer) -> IssuerAnswered:
        at_ms = now_ms(self._env)
        cards = self._cards
        answer = operate(
            self.books, effect, cards.ref(effect.pan), cards.shown(effect, at_ms),
            in_part=cards.in_part(effect))
        if answer.postings:
            for posting in answer.postings:
                self._recorder.emit(
                    Posted(at_ms, self.name, why=posting.why, key=posting.key,
                           entries=posting.entries),
                )
        return IssuerAnswered(
            ref=effect.ref, response_code=answer.response_code, auth_code=answer.auth_code,
            balance_fen=answer.balance_fen, part_fen=answer.part_fen,
            icc_data=(
                cards.to_chip(effect, answer.response_code)
                if effect.presented is not None and effect.presented.icc_data else None
            ),
        )


ISSUER_VERBS: dict[Verb, Callable[[IssuerDesk, AskIssuer, Strike, int], None]] = {
    Verb.ANSWER: IssuerDesk._refuses,  # noqa: SLF001
    Verb.LATE: IssuerDesk._is_late,  # noqa: SLF001
    Verb.DELAY: IssuerDesk._is_queued,  # noqa: SLF001
    Verb.SILENCE: IssuerDesk._is_silent,  # noqa: SLF001
    Verb.FAIL: IssuerDesk._fails,  # noqa: SLF001
}


class IssuerDesks:
    """The way to all issuers, by name."""

    __slots__ = ("desks",)

    def __init__(self, desks: dict[str, IssuerDesk]) -> None:
        self.desks = desks

    def ask(self, effect: AskIssuer) -> None:
        """Ask the issuer of a card."""
        self.desks[effect.bank].ask(effect)


class WalletDesk:
    """One wallet channel: pays, leaves a payment pending for a while, is asked again, gives back."""

    __slots__ = (
        "_asker", "_doomed", "_env", "_fail_key", "_faults", "_pending",
        "_pending_key", "_recorder", "_seed", "_service", "_wallet", "books", "name",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, faults: Faults, seed: int,
        wallet: Wallet, books: IssuerBooks, asker: Asker,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._faults = faults
        self._seed = seed
        self._wallet = wallet
        self._asker = asker
        self._service = Service(seed, "wallet.delay", wallet.name, wallet.latency, servers=0)
        self._pending_key = purpose_number("wallet.pending", wallet.name)
        self._fail_key = purpose_number("wallet.fail", wallet.name)
        self._doomed: set[str] = set()  # of them, those that will fail whatever the customer decides
        self._pending: set[str] = set()  # payments whose customer has not decided
        self.books = books
        self.name = wallet.name

    def ask(self, effect: AskWallet) -> None:
        """Take up a request."""
        key = effect.key
        delay = self._service.takes_ms(now_ms(self._env), key.stan, tid_number(key.tid))
        if self._faults.busy[Point.AUTHORISATION]:
            strike = self._faults.decide(
                Anchor(Point.AUTHORISATION, key.tid, key.batch, key.stan, effect.request,
                       bank=self.name),
                now_ms(self._env),
            )
            if strike is not None:
                self._faults.struck(strike)
                WALLET_VERBS[strike.verb](self, effect, strike, delay)
                return
        call_in(self._env, delay, self._works, effect)

    def _does_not_know(self, effect: AskWallet, strike: Strike, delay: int) -> None:
        """Unknown: nothing is done.  Pending: a payment is taken up, and decided when it is due."""
        if strike.code == "pending" and effect.request == "pay":
            self._leave_pending(effect)
        call_in(self._env, delay, self._says, (effect, strike.code))

    def _fails(self, effect: AskWallet, strike: Strike, delay: int) -> None:
        """Left pending, and failed when it is decided; asked about otherwise it is as ever."""
        if effect.request != "pay":
            call_in(self._env, delay, self._works, effect)
            return
        self._doomed.add(_name_of(effect))
        self._does_not_know(effect, msgspec.structs.replace(
            strike, action=msgspec.structs.replace(strike.action, code="pending")), delay)

    def _is_late(self, effect: AskWallet, strike: Strike, delay: int) -> None:
        call_in(self._env, delay, self._works_and_is_late, (effect, strike.ms))

    def _is_queued(self, effect: AskWallet, strike: Strike, delay: int) -> None:
        call_in(self._env, delay + strike.ms, self._works, effect)

    def _is_silent(self, effect: AskWallet, strike: Strike, delay: int) -> None:
        """Neither does nor answers anything."""

    def _says(self, call: Call) -> None:
        self._say(*call.arg)

    def _works(self, call: Call) -> None:
        effect: AskWallet = call.arg
        self._say(effect, self._operate(effect))

    def _works_and_is_late(self, call: Call) -> None:
        effect, late_ms = call.arg
        call_in(self._env, late_ms, self._says, (effect, self._operate(effect)))

    def _say(self, effect: AskWallet, state: str) -> None:
        self._recorder.emit(ChannelAnswered(
            now_ms(self._env), self.name, key=_name_of(effect), asked=effect.request,
            response_code=state))
        self._asker.give(WalletAnswered(effect.ref, state))

    def _operate(self, effect: AskWallet) -> str:
        return self._REQUESTS[effect.request](self, effect)

    def _pay(self, effect: AskWallet) -> str:
        key = effect.key
        name = _name_of(effect)
        if self.books.state_of(name):
            return self._debit(name, effect.amount_fen)  # asked again, or too late
        first = uniform(self._seed, self._pending_key, key.stan, tid_number(key.tid))
        if first < self._wallet.pending_share:
            self._leave_pending(effect)
            return "pending"
        return self._debit(name, effect.amount_fen)

    def _leave_pending(self, effect: AskWallet) -> None:
        """The customer takes time to confirm, and does so whether anybody asks or not."""
        name = _name_of(effect)
        if name not in self._pending and not self.books.state_of(name):
            self._pending.add(name)
            call_in(self._env, self._wallet.pending_for_ms, self._falls_due, effect)

    def _falls_due(self, call: Call) -> None:
        effect: AskWallet = call.arg
        name = _name_of(effect)
        self._pending.discard(name)
        if self.books.state_of(name):
            return  # called off meanwhile
        key = effect.key
        if name in self._doomed:
            self._doomed.discard(name)
            self.books.reverse(name)
        elif uniform(self._seed, self._fail_key, key.stan, tid_number(key.tid)) < self._wallet.fail_share:
            self.books.reverse(name)
        else:
            self._debit(name, effect.amount_fen)

    def _query(self, effect: AskWallet) -> str:
        key = effect.original or effect.key
        name = key_of(key.tid, key.batch, key.stan)
        state = self.books.state_of(name)
        if state:
            return "paid" if state == APPROVED else "failed"
        if name in self._pending:
            return "pending"
        self.books.reverse(name)  # never heard of it, and now it may not come any more
        return "failed"

    def _refund(self, effect: AskWallet) -> str:
        answer = self.books.credit(_name_of(effect), self.name, effect.amount_fen)
        self._post(answer)
        return "refunded" if answer.response_code == APPROVED else "failed"

    def _cancel(self, effect: AskWallet) -> str:
        """What was asked for under this key shall have no effect, done already or not."""
        answer = self.books.reverse(_name_of(effect))
        self._post(answer)
        return "cancelled" if answer.response_code == APPROVED else "failed"

    def _debit(self, name: str, amount_fen: int) -> str:
        answer = self.books.debit(name, self.name, amount_fen)
        self._post(answer)
        return "paid" if answer.response_code == APPROVED else "failed"

    def _post(self, answer: IssuerAnswer) -> None:
        for posting in answer.postings:
            self._recorder.emit(
                Posted(now_ms(self._env), self.name, why=posting.why, key=posting.key,
                       entries=posting.entries),
            )

    _REQUESTS = {  # noqa: RUF012 - a table of methods
        "pay": _pay, "query": _query, "refund": _refund, "cancel": _cancel,
    }


def _name_of(effect: AskWallet) -> str:
    """The name of what is asked for in the wallet's books."""
    return key_of(effect.key.tid, effect.key.batch, effect.key.stan)


WALLET_VERBS: dict[Verb, Callable[[WalletDesk, AskWallet, Strike, int], None]] = {
    Verb.ANSWER: WalletDesk._does_not_know,  # noqa: SLF001
    Verb.LATE: WalletDesk._is_late,  # noqa: SLF001
    Verb.DELAY: WalletDesk._is_queued,  # noqa: SLF001
    Verb.SILENCE: WalletDesk._is_silent,  # noqa: SLF001
    Verb.FAIL: WalletDesk._fails,  # noqa: SLF001
}


class WalletDesks:
    """The way to all wallet channels, by the QR prefix that the acquirer routed by."""

    __slots__ = ("desks",)

    def __init__(self, desks: dict[str, WalletDesk]) -> None:
        self.desks = desks

    def ask(self, effect: AskWallet) -> None:
        """Ask the channel that a code belongs to."""
        for prefix, desk in self.desks.items():
            if effect.qr_code.startswith(prefix):
                desk.ask(effect)
                return
        raise ValueError("no wallet channel has this code")
