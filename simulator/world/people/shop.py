"""A merchant: counters with their clerks, customers over the day, settlement at closing time.

What goes wrong at a counter is the counter's business; what a documented remedy does is here.
"""

from __future__ import annotations

from collections.abc import Callable

import simpy

from simulator.chance import purpose_number, uniform
from simulator.local_time import DAY_MS, MINUTE_MS, date_at, midnight_ms
from simulator.machines.terminal.profile import Card
from simulator.scenario.parts.merchant import Habits, Merchant, ScriptedStep
from simulator.scenario.wallet_codes import WalletCodes
from simulator.wire.kinds import Kind
from simulator.world.people.announcements import Announcements
from simulator.world.people.card_deck import CardDeck
from simulator.world.people.counter import Counter
from simulator.world.people.demand import NEVER, Stream, Wish, is_open
from simulator.world.people.orders import (
    MEANS,
    SELLS,
    Advice,
    CounterNotes,
    Follows,
    Order,
    Sequel,
    ShopNotes,
)
from simulator.world.time.kernel import Call, call_at, call_in, now_ms

_OTHER: dict[Kind, tuple[str, Kind]] = {  # by what it is paid when it is paid otherwise
    Kind.SALE: ("qr", Kind.QR_SALE), Kind.QR_SALE: ("card", Kind.SALE),
}
Noted = Callable[["Shop", int], None]  # what is known at a counter changed; 0: in the shop

OnDispute = Callable[[str, str, Order, Follows], None]  # MID, TID, what was sold, what is to become of it


class Shop:
    """One merchant with its terminals."""

    __slots__ = (
        "_advice", "_announcements", "_cards", "_closed", "_customer_base", "_deck", "_env", "_goes_on_until_ms",
        "_last_customer_ms",
        "_noted", "_orders", "_passwords", "_paused_until_ms", "_seed", "_settle_tries",
        "_settled_ms", "_share_key", "_steps_done", "_streams", "_tell_going_on",
        "_until_ms",
        "actor", "codes", "counters", "habits", "merchant", "mid", "on_dispute",
    )

    def __init__(
        self, env: simpy.Environment, seed: int, merchant: Merchant, mid: str, number: int,
        deck: CardDeck, announcements: Announcements, codes: WalletCodes, until_ms: int,
        noted: Noted | None = None,
    ) -> None:
        self._env = env
        self._seed = seed
        self._deck = deck
        self._announcements = announcements
        self.codes = codes
        self._until_ms = until_ms
        self._noted = noted
        self._customer_base = number * 1_000_003
        self._share_key = purpose_number("customer.bank", mid)
        self._paused_until_ms = 0
        self._goes_on_until_ms = 0
        self._tell_going_on: Callable[[], None] | None = None
        self._settle_tries = 0
        self._closed = False
        self._orders: dict[str, Order] = {}
        self._cards: dict[int, Card] = {}  # of customers that have been here
        sales = merchant.sales
        self._last_customer_ms = min(sales.until_ms or NEVER, until_ms) if sales else 0
        self._steps_done: list[int] = []
        self._settled_ms = 0
        self._streams: dict[int, Stream] = {}
        self._passwords: list[dict[str, str]] = []
        self._advice = Advice()
        self.merchant = merchant
        self.mid = mid
        self.actor = f"merchant.{merchant.name}"
        self.habits: Habits = merchant.habits
        self.on_dispute: OnDispute | None = None
        self.counters: dict[int, Counter] = {}  # by number, from 1; terminals outside have none

    def add_counter(
        self, number: int, counter: Counter, stream: Stream | None, passwords: dict[str, str],
    ) -> None:
        """Take up terminal ``number`` with its clerk, and its customers if chance makes any."""
        counter.number = number
        self.counters[number] = counter
        self._passwords.append(passwords)
        if stream is not None:
            self._streams[number] = stream

    def at_reader(self, card: Card, amount_fen: int) -> Card:
        """What a customer's card shows to a terminal that takes this sum."""
        return self._deck.at_reader(card, amount_fen)

    def start(self) -> None:
        """Sign on, and schedule customers, script and settlements."""
        for number, counter in self.counters.items():
            self._signs_on(number, counter)
        for number, stream in self._streams.items():
            self._opens(self.counters[number], stream)
        self._schedule_script()
        self._schedule_settlements(now_ms(self._env))

    def _signs_on(self, number: int, counter: Counter) -> None:
        counter.promise(number % 1000, Order(Kind.SIGN_ON, f"sign_on.{counter.body.tid}"))

    def _opens(self, counter: Counter, stream: Stream) -> None:
        assert self.merchant.sales is not None
        opens_ms = max(now_ms(self._env) + MINUTE_MS, self.merchant.sales.from_ms or 0)
        self._await_customer(counter, stream, opens_ms)

    def password_of(self, clerk: str) -> str:
        """A clerk's password, as written on the note under the till."""
        return next((each[clerk] for each in self._passwords if clerk in each), "")

    # ---- customers ---------------------------------------------------------------------------

    def _await_customer(self, counter: Counter, stream: Stream, after_ms: int) -> None:
        at_ms = stream.next_ms(after_ms, self._last_customer_ms)
        self.noted(counter.number)
        if at_ms < self._last_customer_ms:
            call_in(self._env, at_ms - now_ms(self._env), self._customer_comes, (counter, stream))

    def _customer_comes(self, call: Call) -> None:
        counter, stream = call.arg
        now = now_ms(self._env)
        if now != stream.comes_ms:
            return  # the calendar jumped meanwhile, and somebody else comes
        if now >= self._paused_until_ms and self._may_sell():
            counter, order = self._as_advised(counter, self._order_of(counter, stream.wish()))
            counter.ask(order)
        self._await_customer(call.arg[0], stream, now)

    def _may_sell(self) -> bool:
        """Whether the clerks sell now: not in an announced maintenance, but by habit or by a fault."""
        if not self._announcements.in_window():
            return True
        return self._goes_on() or self.habits.goes_on_in_maintenance

    def _goes_on(self) -> bool:
        """Whether a fault has the clerks sell in a maintenance; by this sale it has its effect."""
        if now_ms(self._env) >= self._goes_on_until_ms:
            return False
        tell, self._tell_going_on = self._tell_going_on, None
        if tell is not None:
            tell()
        return True

    def keyed(self, kind: Kind) -> None:
        """What is keyed whatever was announced: in a maintenance that is going on, if it is a sale."""
        if kind in SELLS and self._announcements.in_window():
            self._goes_on()

    def go_on(self, until_ms: int, tell: Callable[[], None]) -> None:
        """Sell in announced maintenances until a moment; ``tell`` when it is done the first time."""
        self._goes_on_until_ms, self._tell_going_on = until_ms, tell

    def _order_of(self, counter: Counter, wish: Wish) -> Order:
        kind = wish.what
        sale = f"{counter.body.tid}-{wish.number}"
        qr_code = ""
        card: Card | None = None
        if kind is Kind.QR_SALE:
            qr_code = self._qr_code("", wish.number, wish.later)
        else:
            card = self._card(wish.customer)
        amount_fen = 0 if kind is Kind.BALANCE else wish.amount_fen
        follows: Follows | None = None
        if wish.then or wish.mistake or kind is Kind.PREAUTH:
            follows = Follows(Sequel.AS_WISHED, wish)
        order = Order(kind, sale, amount_fen, card, qr_code=qr_code, follows=follows)
        order.signed = counter.signs and kind is Kind.SALE and card is not None and not card.pin
        if wish.mistake == "wrong_amount" and kind is Kind.SALE:
            order.follows = Follows(Sequel.RETYPED, wish)
            order.amount_fen = amount_fen * 10
            order.sale = f"{sale}-wrong"
        return order

    def _card(self, customer: int) -> Card:
        card = self._cards.get(customer)
        if card is None:
            serial = self._customer_base + customer
            choice = uniform(self._seed, self._share_key, customer)
            card = self._cards[customer] = self._deck.of_customer(serial, choice)
        return card

    def _qr_code(self, wallet: str, number: int, salt: int) -> str:
        return self.codes.of_anybody(wallet, self.mid[-4:], salt, number)

    # ---- the script --------------------------------------------------------------------------

    def _schedule_script(self) -> None:
        for index, step in enumerate(self.merchant.script):
            if index not in self._steps_done:
                call_at(self._env, step.at_ms, self._scripted, (index, step))

    def _scripted(self, call: Call) -> None:
        index, step = call.arg
        if self._closed:
            return
        self._steps_done.append(index)
        self.noted(0)
        self.do_step(index, step)

    def do_step(self, index: int, step: ScriptedStep) -> None:
        """Have a clerk do what a script says."""
        counter = self.counters.get(step.terminal)
        if counter is None:
            return  # a terminal outside: whoever drives it does the step
        kind = Kind(step.do)
        sale = step.sale or f"{self.mid[-4:]}-{step.do}-{index + 1}"
        of = self._orders.get(step.of) if step.of else None
        card: Card | None = None
        qr_code = ""
        if kind in (Kind.QR_SALE, Kind.QR_VOID, Kind.QR_REFUND):
            if of is not None:
                qr_code = of.qr_code
            elif step.user:
                qr_code = self.codes.of_user(step.user, index + 1)
            else:
                qr_code = self._qr_code(step.wallet, index + 1, 0)
        elif of is not None:
            card = of.card
        else:
            card = self._deck.named(step.card) if step.card else self._card(index)
        amount_fen = step.amount_fen if step.amount_fen is not None else (of.amount_fen if of else 0)
        order = Order(kind, sale, amount_fen, card, of=of, qr_code=qr_code, clerk=step.clerk,
                      signed=step.signed)
        counter, order = self._as_advised(counter, order)
        self._orders[sale] = order
        self.keyed(kind)
        counter.ask(order)

    def sold_as(self, sale: str) -> tuple[str, Order] | None:
        """The terminal and the order of a script's sale; None where it was never begun."""
        order = self._orders.get(sale)
        if order is None or order.terminal not in self.counters:
            return None
        return self.counters[order.terminal].body.tid, order

    def order_of(self, sale: str) -> Order | None:
        """The order of a script's sale; None where it was never begun."""
        return self._orders.get(sale)

    # ---- settlement --------------------------------------------------------------------------

    def _schedule_settlements(self, since_ms: int) -> None:
        """All settlements after a moment, and those at set moments that were not had yet."""
        settles = self.habits.settles
        for at_ms in settles.at_ms:
            if at_ms > self._settled_ms:
                call_at(self._env, at_ms, self._settlement_due, at_ms)
        if settles.daily_ms is not None:
            at_ms = midnight_ms(date_at(since_ms)) + settles.daily_ms
            at_ms = at_ms if at_ms > since_ms else at_ms + DAY_MS
            call_at(self._env, at_ms, self._daily_settlement, at_ms)

    def _settlement_due(self, call: Call) -> None:
        self._settled_ms = max(self._settled_ms, call.arg)
        self.noted(0)
        self.settle()

    def _daily_settlement(self, call: Call) -> None:
        at_ms: int = call.arg
        self._settled_ms = max(self._settled_ms, at_ms)
        self.noted(0)
        if self._was_open_today(at_ms):
            self.settle()
        call_at(self._env, at_ms + DAY_MS, self._daily_settlement, at_ms + DAY_MS)

    def _was_open_today(self, now: int) -> bool:
        hours = self.merchant.open
        midday = midnight_ms(date_at(now)) + hours.from_ms
        return is_open(hours, midday)

    def settle(self, terminal: int = 0) -> None:
        """Settle one terminal (from 1), or all of them."""
        for number, counter in self.counters.items():
            if terminal in (0, number):
                self._settle_tries += 1
                self.noted(0)
                order = Order(Kind.SETTLEMENT, f"settle.{counter.body.tid}.{self._settle_tries}")
                # A crowd of terminals does not settle in the same millisecond.
                counter.promise(number * 37 % 20_000, order)

    def ended(self, order: Order) -> None:
        """An order ended at a counter: what later ones refer to is known."""
        if order.sale in self._orders:
            self.noted(0)

    def dispute(self, tid: str, order: Order, follows: Follows) -> None:
        """A sale will be disputed."""
        if self.on_dispute is not None:
            self.on_dispute(self.mid, tid, order, follows)

    def settled(self, number: int, *, closed: bool) -> None:
        """A settlement at a counter ended; one that failed is tried again where that is the habit."""
        again_ms = self.habits.settles_again_after_ms
        if not closed and again_ms is not None and not self._over():
            self.counters[number].promise(again_ms, None)

    def _over(self) -> bool:
        return now_ms(self._env) > self._until_ms + 7 * DAY_MS

    def will_settle(self) -> bool:
        """Whether this merchant settles by itself again."""
        settles = self.habits.settles
        return settles.daily_ms is not None or any(
            at_ms > now_ms(self._env) for at_ms in settles.at_ms)

    # ---- remedies ----------------------------------------------------------------------------

    def pause(self, until_ms: int) -> None:
        """Sell nothing until a moment."""
        self._paused_until_ms = max(self._paused_until_ms, until_ms)
        self.noted(0)

    def resume(self) -> None:
        """Sell again."""
        self._paused_until_ms = 0
        self.noted(0)

    def go_easy(self) -> None:
        """From now on what failed is not keyed again."""
        self._advice.gives_up = True
        self._heed()
        self.noted(0)

    def _heed(self) -> None:
        if self._advice.gives_up:
            self.habits = self.habits.model_copy(update={"after_failed_sale": "gives_up"})

    def send_to(self, terminal: int, until_ms: int) -> None:
        """Send customers to one terminal until a moment, those among them who still wait elsewhere."""
        self._advice.terminal, self._advice.terminal_until_ms = terminal, until_ms
        to = self.counters.get(terminal)
        if to is not None:
            for counter in self.counters.values():
                for order in () if counter is to else counter.let_go():
                    order.terminal = terminal
                    to.ask(order)
        self.noted(0)

    def pay_by(self, pay: str, until_ms: int) -> None:
        """Have customers pay by this until a moment, also those who do not know whether they have paid."""
        self._advice.pay, self._advice.pay_until_ms = pay, until_ms
        for counter in tuple(self.counters.values()):
            order = counter.serving
            if order is not None and order.kind in _OTHER and _OTHER[order.kind][0] == pay:
                self._pays_elsewhere(counter, order)
        self.noted(0)

    def _pays_elsewhere(self, counter: Counter, order: Order) -> None:
        """Nobody knows yet whether the customer has paid: at the next free terminal it is done again."""
        free = [each for each in self.counters.values() if each is not counter and each.idle]
        if free:
            other = self.once_more(order, "other", order.amount_fen)
            other.terminal = free[0].number
            free[0].ask(self._paid_by(_OTHER[order.kind][1], other))

    def once_more(self, order: Order, name: str, amount_fen: int) -> Order:
        """The same sale again, under another name, in the place of the first."""
        again = Order(
            order.kind, f"{order.sale}-{name}", amount_fen, order.card, clerk=order.clerk,
            instead=order.sale, terminal=order.terminal, signed=order.signed)
        if order.kind is Kind.QR_SALE:
            again.qr_code = f"{order.qr_code[:-1]}{(int(order.qr_code[-1]) + 1) % 10}"
        self._orders[again.sale] = again
        return again

    def _as_advised(self, counter: Counter, order: Order) -> tuple[Counter, Order]:
        """Where a customer is sent, and how that customer pays."""
        advice, now = self._advice, now_ms(self._env)
        order.terminal = counter.number
        if order.of is not None or order.kind not in MEANS:
            return counter, order
        if now < advice.terminal_until_ms and advice.terminal in self.counters:
            counter = self.counters[advice.terminal]
            order.terminal = advice.terminal
        if now < advice.pay_until_ms and order.kind in _OTHER and _OTHER[order.kind][0] == advice.pay:
            order = self._paid_by(_OTHER[order.kind][1], order)
        return counter, order

    def _paid_by(self, kind: Kind, order: Order) -> Order:
        """A card in the place of a code, or the reverse; nobody comes back for what follows."""
        serial = int.from_bytes(order.sale.encode(), "big") % 9_999_991
        order.kind, order.follows = kind, None
        if kind is Kind.QR_SALE:
            order.card, order.signed = None, False
            order.qr_code = self._qr_code("", serial, 9)
        else:
            order.qr_code, order.card = "", self._card(serial)
        return order

    def password_changed(self, number: int, clerk: str, password: str) -> None:
        """The note under the till of a terminal says another one."""
        place = list(self.counters).index(number)
        self._passwords[place] = {**self._passwords[place], clerk: password}
        self.noted(0)

    # ---- away and back -----------------------------------------------------------------------

    def noted(self, number: int) -> None:
        """What is known at a counter changes, or with 0 in the shop."""
        if self._noted is not None:
            self._noted(self, number)

    def notes(self) -> ShopNotes:
        """What is known in the shop beside its counters."""
        return ShopNotes(
            paused_until_ms=self._paused_until_ms, settle_tries=self._settle_tries,
            steps_done=self._steps_done, orders=self._orders, settled_ms=self._settled_ms,
            advice=self._advice, passwords=self._passwords,
        )

    def notes_of(self, number: int) -> CounterNotes:
        """What is known at one counter, its next customer among it."""
        notes = self.counters[number].notes()
        stream = self._streams.get(number)
        if stream is not None:
            notes.customers, notes.after_ms = stream.number, stream.after_ms
            notes.comes_ms = stream.comes_ms
        return notes

    def take_up(self, shop: ShopNotes, counters: dict[int, CounterNotes], since_ms: int) -> None:
        """Go on where the notes of a former process end, which was at ``since_ms``."""
        self._paused_until_ms = shop.paused_until_ms
        self._settle_tries = shop.settle_tries
        self._steps_done = shop.steps_done
        self._orders = shop.orders
        self._settled_ms = shop.settled_ms
        self._advice = shop.advice
        self._heed()
        self._take_passwords(shop.passwords)
        known = [order for notes in counters.values() for order in _orders_in(notes)]
        self._orders.update({order.sale: order for order in known if order.sale in self._orders})
        for order in (*known, *self._orders.values()):
            if order.of is not None:
                order.of = self._orders.get(order.of.sale, order.of)
        for number, counter in self.counters.items():
            stream, notes = self._streams.get(number), counters.get(number)
            if notes is None:  # it was not here before
                self._signs_on(number, counter)
                if stream is not None:
                    self._opens(counter, stream)
                continue
            counter.take_up(notes)
            if stream is not None:
                stream.take_up(notes.customers, notes.after_ms, notes.comes_ms)
                self._expect(counter, stream)
        self._schedule_script()
        self._schedule_settlements(max(since_ms, self._settled_ms))

    def _take_passwords(self, passwords: list[dict[str, str]]) -> None:
        for counter, known, before in zip(
            self.counters.values(), passwords, self._passwords, strict=False,
        ):
            for clerk, password in known.items():
                if before.get(clerk) != password:
                    counter.body.change_password(clerk, password)
        self._passwords = passwords or self._passwords

    def clock_jumped(self, by_ms: int) -> None:
        """The calendar jumped: whoever would have come next comes by the hour that it is now."""
        now = now_ms(self._env)
        for number, counter in self.counters.items():
            counter.clock_jumped(by_ms)
            stream = self._streams.get(number)
            if stream is not None and stream.comes_ms < self._last_customer_ms:
                stream.jump(now, now + by_ms, self._last_customer_ms)
                self.noted(number)
                self._expect(counter, stream)

    def _expect(self, counter: Counter, stream: Stream) -> None:
        if stream.comes_ms < self._last_customer_ms:
            after_ms = max(0, stream.comes_ms - now_ms(self._env))
            stream.comes_ms = now_ms(self._env) + after_ms
            call_in(self._env, after_ms, self._customer_comes, (counter, stream))

    def close_doors(self) -> None:
        """No customer comes any more, and nothing of the script is begun; who is there is served."""
        self._closed = True
        self._last_customer_ms = 0
        for stream in self._streams.values():
            stream.comes_ms = NEVER


def _orders_in(notes: CounterNotes) -> list[Order]:
    current = [notes.current] if notes.current is not None else []
    return [*current, *notes.waiting, *(due.order for due in notes.dues if due.order is not None)]
