"""A clerk at one terminal: customers wait their turn, what fails is tried again by habit.

Knows what the terminal said, and nothing of hosts or banks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import simpy

from simulator.catalogue.response_codes import AtTerminal, Outcome, response_code
from simulator.catalogue.terminal_reasons import Refusal
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.local_time import MINUTE_MS, SECOND_MS, mmdd
from simulator.machines.terminal.events import Conclude, Operated, Result
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.scenario.parts.merchant import Habits
from simulator.scenario.wallet_codes import WalletCodes
from simulator.trace.recorder import Recorder
from simulator.trace.records import SaleMeant, SaleUndone, Unentitled
from simulator.wire.kinds import Kind
from simulator.wire.masking import mask_pan
from simulator.wire.message import Original
from simulator.world.bodies.terminal_body import TerminalBody
from simulator.world.people.mistakes import MISTAKES
from simulator.world.people.orders import (
    ADDS,
    MEANS,
    SELLS,
    UNDOES,
    CounterNotes,
    Due,
    Follows,
    Order,
    Sold,
    drawn,
    given_back,
    is_whole,
)
from simulator.world.people.sequels import follow
from simulator.world.strikes import Strikes
from simulator.world.time.kernel import Call, call_in, now_ms

BUSY_AGAIN_MS = 5 * SECOND_MS
STRANGER = "98"  # an operator number that nobody has
OPEN_STILL = frozenset({Refusal.BUSY, Refusal.REVERSAL_PENDING})
GIVE_UP_WAITING_MS = 15 * MINUTE_MS  # a clerk whose terminal says nothing


def may_be_tried_again(code: str) -> bool:
    """Whether the host said "not now": no money moved, and the same sale may go through later."""
    row = response_code(code)
    return row.retry or row.outcome is Outcome.PENDING or row.terminal in (
        AtTerminal.SIGN_ON, AtTerminal.UPDATE)



class ShopSide(Protocol):
    """What a counter asks of its shop."""

    actor: str
    codes: WalletCodes
    habits: Habits

    def password_of(self, clerk: str) -> str:
        """A clerk's password."""

    def at_reader(self, card: Card, amount_fen: int) -> Card:
        """What a customer's card shows to a terminal that takes this sum."""

    def settled(self, number: int, *, closed: bool) -> None:
        """A settlement at this counter ended."""

    def settle(self, terminal: int = 0) -> None:
        """Settle at this counter."""

    def ended(self, order: Order) -> None:
        """An order of this counter ended."""

    def dispute(self, tid: str, order: Order, follows: Follows) -> None:
        """A sale of this counter will be disputed."""

    def noted(self, number: int) -> None:
        """What is known at this counter changes."""


class Counter:
    """One clerk, one terminal, one customer at a time."""

    __slots__ = (
        "_current", "_dues", "_env", "_faults", "_operations", "_queue", "_recorder", "_serving",
        "_shop", "_since_ms", "_storm", "_turn", "body", "last_sold", "number", "profile",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, faults: Strikes, shop: ShopSide,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._faults = faults
        self._shop = shop
        self._queue: deque[Order] | None = None
        self._dues: list[Due] | None = None
        self._current: Order | None = None
        self._operations = 0
        self._turn = 0
        self._since_ms = 0
        self._storm: Strike | None = None  # of the order at hand, and no key was pressed again yet
        self.number = 0  # in its shop, from 1
        self.profile = TerminalProfile()  # of its terminal
        self.last_sold: Order | None = None  # and not given back yet
        self._serving = False  # a queue is being worked off further up
        self.body: TerminalBody

    def ask(self, order: Order) -> None:
        """Serve this now, or when its turn comes."""
        self._shop.noted(self.number)
        if self._current is None:
            self._current = order
            self._start(order)
            return
        if self._queue is None:
            self._queue = deque()
        self._queue.append(order)
        if now_ms(self._env) - self._since_ms > GIVE_UP_WAITING_MS and self.body.hears:
            self._again(self._current, 0)

    def promise(self, after_ms: int, order: Order | None) -> None:
        """Serve this later; no order: settle once more."""
        due = Due(now_ms(self._env) + after_ms, order)
        if self._dues is None:
            self._dues = []
        self._dues.append(due)
        self._shop.noted(self.number)
        call_in(self._env, after_ms, self._falls_due, due)

    def _falls_due(self, call: Call) -> None:
        due: Due = call.arg
        self._dues = [each for each in self._dues or () if each is not due] or None
        self._shop.noted(self.number)
        if due.order is None:
            self._shop.settle(self.number)
        else:
            self.ask(due.order)

    def noted(self) -> None:
        """Something is to be remembered here."""
        self._shop.noted(self.number)

    @property
    def signs(self) -> bool:
        """Whether customers sign card sales on the screen."""
        return self.profile.signature_upload

    @property
    def idle(self) -> bool:
        """Whether nobody is being served."""
        return self._current is None

    @property
    def serving(self) -> Order | None:
        """What is being done for whom."""
        return self._current

    def let_go(self) -> list[Order]:
        """Those who wait here and were not begun with go elsewhere."""
        waiting = [order for order in self._queue or () if order.kind in MEANS and not order.tries]
        self._queue = deque(order for order in self._queue or () if order not in waiting) or None
        self._shop.noted(self.number)
        return waiting

    # ---- serving -----------------------------------------------------------------------------

    def _start(self, order: Order) -> None:
        self._shop.noted(self.number)
        self._turn += 1
        if not order.meant:
            self._mean(order)
        self._operations += 1
        if self._faults.busy[Point.OPERATION] and not order.spared and self._goes_wrong(order):
            return
        order.spared = False
        order.tries += 1
        event = self._operation(order)
        if event is None:  # what it refers to was never sold
            self._end(order)
            return
        self._since_ms = now_ms(self._env)
        if order.unentitled:
            self._recorder.emit(Unentitled(
                now_ms(self._env), self._shop.actor, sale=order.sale, tid=self.body.tid,
                what=order.kind._value_, why=order.unentitled))
        if order.presses:
            call_in(self._env, order.press_ms, self._presses_again, order)
        self.body.give(event)

    def _presses_again(self, call: Call) -> None:
        """Impatience: the same keys again, whatever has become of it."""
        order: Order = call.arg
        if order is not self._current or not order.presses:
            return
        order.presses -= 1
        if self.body.hears and not self.body.waits_for(order.sale):
            event = self._operation(order)
            if event is not None:
                if self._storm is not None:
                    self._faults.struck(self._storm)
                    self._storm = None
                self.body.give(event)
        if order is not self._current:
            return
        if order.presses:
            call_in(self._env, order.press_ms, self._presses_again, order)
        else:
            self._turn += 1
            call_in(self._env, self._shop.habits.repeats_after_ms, self._unresolved, self._turn)

    def _mean(self, order: Order) -> None:
        order.meant = True
        if order.unentitled:
            return  # no customer means that
        if order.kind in UNDOES:
            order.amount_fen = given_back(order)
        at_ms = now_ms(self._env)
        if order.kind in MEANS:
            card = mask_pan(order.card.pan) if order.card is not None else ""
            self._recorder.emit(
                SaleMeant(at_ms, self._shop.actor, sale=order.sale, amount_fen=order.amount_fen,
                          card=card, what=order.kind._value_, instead=order.instead,
                          user=self._shop.codes.user_of(order.qr_code) if order.qr_code else ""),
            )
        elif order.kind in ADDS and order.of is not None:
            self._recorder.emit(
                SaleMeant(at_ms, self._shop.actor, sale=order.sale, amount_fen=order.amount_fen,
                          what=order.kind._value_, of=order.of.sale),
            )
        elif order.kind in UNDOES and order.of is not None:
            part = 0 if is_whole(order) else order.amount_fen
            self._recorder.emit(
                SaleUndone(at_ms, self._shop.actor, sale=order.of.sale, how=order.kind._value_,
                           amount_fen=part, order=order.sale),
            )

    def _operation(self, order: Order) -> Operated | None:
        signature = drawn(order.sale) if order.signed else None
        card = order.card
        if card is not None and card.icc_data is not None:
            card = self._shop.at_reader(card, order.amount_fen)
        password = self._password(order)
        clerk = STRANGER if order.unentitled == "not_signed_in" else order.clerk
        if order.of is None:
            return Operated(
                kind=order.kind, order=order.sale, amount_fen=order.amount_fen, card=card,
                clerk=clerk, password=password, qr_code=order.qr_code,
                signature=signature,
            )
        sold = order.of.sold
        if sold is None:
            return None
        return Operated(
            kind=order.kind, order=order.sale, amount_fen=order.amount_fen, card=card,
            original=Original(sold.batch, sold.stan, sold.date), original_rrn=sold.rrn,
            original_auth_code=sold.auth_code, clerk=clerk, password=password,
            qr_code=order.qr_code, voucher=sold.voucher, signature=signature,
        )

    def _password(self, order: Order) -> str:
        """What is typed beside it: the clerk's own at a sign-on, the supervisor's where one is needed."""
        if order.unentitled in ("wrong_password", "no_right"):
            return ""
        if order.kind is Kind.SIGN_ON:
            return self._shop.password_of(order.clerk)
        supervised = order.kind._value_ in self.profile.supervised
        return self.profile.supervisor_password if supervised else ""

    # ---- what the terminal says --------------------------------------------------------------

    def concluded(self, effect: Conclude) -> None:
        """The terminal told how an operation ended."""
        order = self._current
        if order is None or effect.order != order.sale or effect.kind is not order.kind:
            return
        result = effect.result
        if result is Result.APPROVED:
            order.sold = Sold(
                effect.kind, effect.batch, effect.stan, effect.rrn, effect.auth_code,
                effect.amount_fen or order.amount_fen, mmdd(now_ms(self._env)),
                effect.voucher,
            )
            self._end(order)
        elif result is Result.PENDING:
            return
        elif order.unentitled:
            self._turned_away(order, effect)
        elif order.presses and (result is Result.FAILED or effect.reason in OPEN_STILL):
            return  # the keys are pressed again
        elif result is Result.REFUSED and effect.reason is Refusal.CLERK_NOT_SIGNED_IN and order.signs_on:
            self._turn += 1
            call_in(self._env, 0, self._signs_on_first, self._turn)
        elif (
            result is Result.REFUSED and effect.reason is Refusal.BATCH_FULL
            and self._shop.habits.when_batch_full == "settles"
        ):
            self._turn += 1
            call_in(self._env, 0, self._settles_first, self._turn)
        elif result is Result.REFUSED and effect.reason in (Refusal.BUSY, Refusal.REVERSAL_PENDING):
            self._again(order, BUSY_AGAIN_MS if effect.reason is Refusal.BUSY else MINUTE_MS)
        elif result is Result.FAILED or may_be_tried_again(effect.response_code):
            self._again(order, self._shop.habits.repeats_after_ms)
        else:
            self._end(order)

    def _turned_away(self, order: Order, effect: Conclude) -> None:
        """Whoever may not was refused: now whoever may, or nobody where nothing of it was wanted."""
        wanted = order.unentitled in ("not_signed_in", "no_right")
        if wanted and effect.result is Result.REFUSED:
            order.unentitled = ""
            self._again(order, 0)
        else:
            self._end(order)

    def _signs_on_first(self, call: Call) -> None:
        """The terminal was signed off: the clerk signs on, and then serves."""
        self._first(call, Kind.SIGN_ON)

    def _settles_first(self, call: Call) -> None:
        """The batch is full: the clerk settles, and then serves."""
        self._first(call, Kind.SETTLEMENT)

    def _first(self, call: Call, kind: Kind) -> None:
        """Do something else before the order that is served."""
        order = self._current
        if order is None or call.arg != self._turn:
            return
        if order.kind is kind or order.tries >= self._shop.habits.tries:
            self._end(order)
            return
        if self._queue is None:
            self._queue = deque()
        self._queue.appendleft(order)
        self._current = Order(
            kind, f"{kind.value}.{self.body.tid}.{now_ms(self._env)}", clerk=order.clerk,
        )
        self._start(self._current)

    def restarted(self) -> None:
        """The terminal came up again: see whether it still says how the last one ended."""
        if self._current is not None:
            wait_ms = self._shop.habits.repeats_after_ms
            call_in(self._env, wait_ms, self._unresolved, self._turn)

    def _unresolved(self, call: Call) -> None:
        order = self._current
        if order is not None and call.arg == self._turn:
            self._again(order, 0)

    def _again(self, order: Order, after_ms: int) -> None:
        habits = self._shop.habits
        if self.body.waits_for(order.sale):  # nobody sells again what may be paid already
            self._turn += 1
            call_in(self._env, max(habits.repeats_after_ms, BUSY_AGAIN_MS), self._unresolved,
                    self._turn)
            return
        settles = order.kind is Kind.SETTLEMENT
        if settles or habits.after_failed_sale == "gives_up" or order.tries >= habits.tries:
            self._end(order)
            return
        self._turn += 1
        call_in(self._env, after_ms, self._tries_again, self._turn)

    def _tries_again(self, call: Call) -> None:
        order = self._current
        if order is not None and call.arg == self._turn:
            self._start(order)

    def _end(self, order: Order) -> None:
        self._turn += 1
        self._current = None
        order.ended = True
        if self._storm is not None:  # it was over before anybody grew impatient
            self._faults.take_back(self._storm.label)
            self._storm = None
        if order.sold is not None and order.kind in SELLS:
            self.last_sold = order
        elif order.sold is not None and order.of is self.last_sold:
            self.last_sold = None
        self._shop.noted(self.number)
        if order.kind is Kind.SETTLEMENT:
            self._shop.settled(self.number, closed=order.sold is not None)
        self._shop.ended(order)
        follow(self, order)
        self._serve_next()

    def _serve_next(self) -> None:
        """One after the other, however many are refused at once: not one inside the other."""
        if self._serving:
            return
        self._serving = True
        while self._current is None and self._queue:
            self._current = self._queue.popleft()
            self._start(self._current)
        self._serving = False

    # ---- away and back -----------------------------------------------------------------------

    def notes(self) -> CounterNotes:
        """What is known here."""
        return CounterNotes(
            current=self._current, waiting=list(self._queue or ()), dues=self._dues or [],
            operations=self._operations, silent_until_ms=self.body.silent_until_ms,
        )

    def take_up(self, notes: CounterNotes) -> None:
        """Go on where the notes end; what was being served is looked into as after a power cut."""
        self._operations = notes.operations
        self.body.silent_until_ms = notes.silent_until_ms
        self._current = notes.current
        self._queue = deque(notes.waiting) or None
        self._dues = notes.dues or None
        self._since_ms = now = now_ms(self._env)
        for due in notes.dues:
            call_in(self._env, max(0, due.at_ms - now), self._falls_due, due)
        if self._current is None and self._queue:
            self._current = self._queue.popleft()
            self._put_back(self._current)

    def clock_jumped(self, by_ms: int) -> None:
        """The calendar jumped: what is waited for keeps its distance."""
        self._since_ms += by_ms
        for due in self._dues or ():
            due.at_ms += by_ms
            self._shop.noted(self.number)

    # ---- mistakes and accidents --------------------------------------------------------------

    def _goes_wrong(self, order: Order) -> bool:
        """Ask what is to go wrong; True where the operation does not begin now."""
        kind = order.kind._value_
        strike = self._faults.decide(
            Anchor(Point.OPERATION, self.body.tid, 0, self._operations, kind, order.tries, kind),
            now_ms(self._env),
        )
        if strike is None:
            return False
        told = self._faults.told
        is_held_up = OPERATION_VERBS[strike.verb](self, order, strike)
        if self._faults.told == told and self._storm is not strike:
            self._faults.take_back(strike.label)  # it could not be done here and now
        return is_held_up

    def _wipes(self, order: Order, strike: Strike) -> bool:
        return self.body.may_lose() and self._befalls(order, strike, self.body.wipe)

    def _damages(self, order: Order, strike: Strike) -> bool:
        return self.body.may_lose(strike.code) and self._befalls(
            order, strike, lambda: self.body.damage(strike.code))

    def _loses(self, order: Order, strike: Strike) -> bool:
        return self.body.may_lose() and self._befalls(
            order, strike, lambda: self.body.lose(strike.ms))

    def _restores(self, order: Order, strike: Strike) -> bool:
        return self.body.may_lose() and self._befalls(order, strike, self.body.restore)

    def _rolls_back(self, order: Order, strike: Strike) -> bool:
        return self._befalls(order, strike, lambda: self.body.roll_back(strike.code))

    def _updates(self, order: Order, strike: Strike) -> bool:
        return self._befalls(order, strike, lambda: self.body.update(strike.code, strike.ms))

    def _breaks_update(self, order: Order, strike: Strike) -> bool:
        return self._befalls(order, strike, lambda: self.body.break_update(strike.ms))

    def _befalls(self, order: Order, strike: Strike, done: Callable[[], None]) -> bool:
        """It is done to the terminal, and the operation begins once that is there again.

        What takes no time befalls an operation once, or the next would begin in the same moment, for ever.
        """
        self._faults.struck(strike)
        done()
        order.spared = self.body.hears
        self._put_back(order)
        return True

    def _hangs(self, order: Order, strike: Strike) -> bool:
        self._faults.struck(strike)
        self.body.hang(strike.ms)
        self._put_back(order)
        return True

    def _loses_power(self, order: Order, strike: Strike) -> bool:
        self._faults.struck(strike)
        self.body.cut_power(strike.ms)
        self._put_back(order)
        return True

    def _put_back(self, order: Order) -> None:
        """Begin again once the terminal is up."""
        self._turn += 1
        call_in(self._env, BUSY_AGAIN_MS, self._tries_when_up, order)

    def _tries_when_up(self, call: Call) -> None:
        order: Order = call.arg
        if not self.body.hears:
            call_in(self._env, BUSY_AGAIN_MS, self._tries_when_up, order)
        elif self._current is order:
            self._start(order)

    def struck(self, strike: Strike) -> None:
        """Write down that something goes wrong."""
        self._faults.struck(strike)

    def storms(self, strike: Strike) -> None:
        """Whoever keys the order at hand will press again while it is open."""
        self._storm = strike

    def first(self, order: Order, then: Order) -> None:
        """Serve an order before the one at hand."""
        if self._queue is None:
            self._queue = deque()
        self._queue.appendleft(then)
        self._current = order
        self._start(order)

    def drop(self, sale: str) -> None:
        """What was waiting is not done any more: something else did as well."""
        for order in tuple(self._queue or ()):
            if order.sale == sale and self._queue is not None:
                self._queue.remove(order)
                order.ended = True
                self._shop.ended(order)
                self._shop.noted(self.number)

    def dispute(self, order: Order, follows: Follows) -> None:
        """A sale of this counter will be disputed."""
        self._shop.dispute(self.body.tid, order, follows)


OPERATION_VERBS: dict[Verb, Callable[[Counter, Order, Strike], bool]] = {
    Verb.WIPE: Counter._wipes,  # noqa: SLF001
    Verb.HANG: Counter._hangs,  # noqa: SLF001
    Verb.DAMAGE: Counter._damages,  # noqa: SLF001
    Verb.LOSE: Counter._loses,  # noqa: SLF001
    Verb.RESTORE: Counter._restores,  # noqa: SLF001
    Verb.ROLL_BACK: Counter._rolls_back,  # noqa: SLF001
    Verb.UPDATE: Counter._updates,  # noqa: SLF001
    Verb.BREAK_UPDATE: Counter._breaks_update,  # noqa: SLF001
    Verb.CUT_POWER: Counter._loses_power,  # noqa: SLF001
    **MISTAKES,
}
