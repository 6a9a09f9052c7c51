"""Issuers as actors: how long they take, what stands in their way.

What a request does to money is the books' business (``simulator.money.issuer``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import simpy

from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.local_time import DAY_MS, date_at, midnight_ms
from simulator.machines.acquirer.events import (
    AcquirerEvent,
    AskIssuer,
    IssuerAnswered,
)
from simulator.money.issuer import APPROVED, IssuerBooks
from simulator.money.ledger import Posting
from simulator.money.operations import INSUFFICIENT
from simulator.scenario.parts.banks import Bank
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
