"""Wallet channels as actors: how long they take, what stands in their way, whose customer has not decided.

What a payment does to money is the books' business (``simulator.money.issuer``).
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import simpy

from simulator.chance import purpose_number, uniform
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.local_time import DAY_MS, date_at, midnight_ms
from simulator.machines.acquirer.events import AskWallet, WalletAnswered
from simulator.money import accounts
from simulator.money.issuer import APPROVED, IssuerAnswer, IssuerBooks
from simulator.money.limits import OVER_LIMIT, TOO_OFTEN
from simulator.money.operations import INSUFFICIENT
from simulator.scenario.parts.banks import Wallet
from simulator.scenario.wallet_codes import WalletCodes
from simulator.trace.recorder import Recorder
from simulator.trace.records import ChannelAnswered, Posted, key_of
from simulator.world.banks.banks import Asker
from simulator.world.network.link import Faults
from simulator.world.time.kernel import Call, call_at, call_in, now_ms
from simulator.world.time.service import Service, tid_number

WITH_CAUSE = frozenset({INSUFFICIENT, OVER_LIMIT, TOO_OFTEN})  # refusals that a wallet explains by F39


class WalletDesk:
    """One wallet channel: pays, leaves a payment pending for a while, is asked again, gives back."""

    __slots__ = (
        "_asker", "_doomed", "_env", "_fail_key", "_faults", "_pending",
        "_pending_key", "_recorder", "_seed", "_service", "_wallet", "books", "codes", "name",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, faults: Faults, seed: int,
        wallet: Wallet, books: IssuerBooks, asker: Asker, codes: WalletCodes,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._faults = faults
        self._seed = seed
        self._wallet = wallet
        self._asker = asker
        self.codes = codes
        self._service = Service(seed, "wallet.delay", wallet.name, wallet.latency, servers=0)
        self._pending_key = purpose_number("wallet.pending", wallet.name)
        self._fail_key = purpose_number("wallet.fail", wallet.name)
        self._doomed: set[str] = set()  # of them, those that will fail whatever the customer decides
        self._pending: set[str] = set()  # payments whose customer has not decided
        self.books = books
        self.name = wallet.name

    def start(self) -> None:
        """Have every day begin at its midnight; the one that it is now is begun by :meth:`begin_day`."""
        call_at(self._env, midnight_ms(date_at(now_ms(self._env))) + DAY_MS, self._midnight)

    def begin_day(self) -> None:
        """A calendar day is here, and its limits."""
        self.books.begin_day(date_at(now_ms(self._env)).isoformat())

    def _midnight(self, _call: Call) -> None:
        self.begin_day()
        self.start()

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
        user = self.codes.user_of(effect.qr_code)
        self._recorder.emit(ChannelAnswered(
            now_ms(self._env), self.name, key=_name_of(effect), asked=effect.request,
            response_code=state, account=accounts.wallet(self.name, user) if user else "",
            left_fen=self.books.spendable_fen(user) if user and state == INSUFFICIENT else None))
        self._asker.give(WalletAnswered(effect.ref, state))

    def _operate(self, effect: AskWallet) -> str:
        return self._REQUESTS[effect.request](self, effect)

    def _pay(self, effect: AskWallet) -> str:
        key = effect.key
        name = _name_of(effect)
        if self.books.state_of(name):
            return self._debit(effect)  # asked again, or too late
        first = uniform(self._seed, self._pending_key, key.stan, tid_number(key.tid))
        if first < self._wallet.pending_share:
            self._leave_pending(effect)
            return "pending"
        return self._debit(effect)

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
            self._debit(effect)

    def _query(self, effect: AskWallet) -> str:
        key = effect.original or effect.key
        name = key_of(key.tid, key.batch, key.stan)
        state = self.books.state_of(name)
        if state:
            return _word_for(state)
        if name in self._pending:
            return "pending"
        self.books.reverse(name)  # never heard of it, and now it may not come any more
        return "failed"

    def _refund(self, effect: AskWallet) -> str:
        answer = self.books.credit(_name_of(effect), self._payer(effect), effect.amount_fen)
        self._post(answer)
        return "refunded" if answer.response_code == APPROVED else "failed"

    def _cancel(self, effect: AskWallet) -> str:
        """What was asked for under this key shall have no effect, done already or not."""
        answer = self.books.reverse(_name_of(effect))
        self._post(answer)
        return "cancelled" if answer.response_code == APPROVED else "failed"

    def _debit(self, effect: AskWallet) -> str:
        answer = self.books.debit(_name_of(effect), self._payer(effect), effect.amount_fen)
        self._post(answer)
        return _word_for(answer.response_code)

    def _payer(self, effect: AskWallet) -> str:
        """Whose code it is, in the books: one of those with names, or any other."""
        return self.codes.user_of(effect.qr_code) or self.name

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


def _word_for(code: str) -> str:
    """What a wallet says of a payment; a refusal that has a cause is told as it is."""
    return "paid" if code == APPROVED else code if code in WITH_CAUSE else "failed"


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
