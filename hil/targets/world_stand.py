"""A simulated terminal on its stand: its till is a clerk of the world, its power the world's.

The clerk tries nothing twice by itself unless the scenario gives that habit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from hil.device.power import PowerSwitch
from hil.device.requests import CutPower
from hil.tills.ends import WITH_CARD, Can, End, PowerCut, Stand, Told, Wish, code_of, typed
from simulator.catalogue.run_reasons import RestartReason
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike, Window
from simulator.local_time import SECOND_MS
from simulator.machines.terminal.profile import Card
from simulator.machines.terminal.refusals import REFUSALS
from simulator.trace.records import IN_THE_WORLD, Concluded, Record
from simulator.wire.kinds import Kind
from simulator.world.people.counter import Counter
from simulator.world.people.orders import Order

Pass = Callable[[Callable[[], bool]], None]  # let time pass until this is so


class Clerk:
    """A clerk at a counter of the world, asked from outside."""

    def __init__(
        self, counter: Counter, card_of: Callable[[str], Card], records: Sequence[Record],
        pass_until: Pass, served: dict[str, Order], keyed: Callable[[Kind], None],
    ) -> None:
        self._counter = counter
        self._keyed = keyed  # its shop hears what is sold in a maintenance all the same
        self._card_of = card_of
        self._records = records
        self._pass_until = pass_until
        self._asked = 0
        self._served = served  # at all counters: what was sold here may be refunded there

    def can(self, kind: Kind) -> Can:
        """Whether a clerk can be asked for this."""
        return Can() if kind in REFUSALS else Can(f"{kind.value} is begun by the terminal itself")

    def lacks(self, _wish: Wish) -> str:
        """Whoever is asked here knows all of it."""
        return ""

    def operate(self, wish: Wish) -> Told:
        """Ask once, and wait how it ends; the same order again: once more."""
        return self._serve(self._order(wish))

    def _order(self, wish: Wish) -> Order:
        self._asked += 1
        name = wish.order or f"{wish.kind.value}-{self._counter.body.tid}-{self._asked}"
        card: Card | None = None
        if wish.kind in WITH_CARD:
            card = self._card_of(wish.card) if isinstance(wish.card, str) else wish.card
            card = typed(card, wish)
        of = self._served.get(wish.original.order) if wish.original is not None else None
        amount_fen = wish.amount_fen or (of.amount_fen if of is not None else 0)
        order = Order(wish.kind, name, amount_fen, card, of=of,
            qr_code=code_of(msgspec.structs.replace(wish, order=name)), clerk=wish.clerk, signs_on=wish.signs_on)
        order.meant = name in self._served
        self._served[name] = order
        return order

    def told(self, sale: str) -> str:
        """How the last try of a sale ended here, as the terminal said; "" for nothing."""
        told = self._last_told(sale)
        return told.result if told is not None else ""

    def rest(self) -> None:
        """Wait until the terminal has nothing pending."""
        counter = self._counter
        self._pass_until(lambda: counter.idle and not counter.body.machine.pending())

    def _serve(self, order: Order) -> Told:
        body = self._counter.body
        before = self._last_told(order.sale)
        self._keyed(order.kind)
        self._counter.ask(order)
        self._pass_until(lambda: order.ended or not body.powered)
        told = self._last_told(order.sale)
        if told is None or told is before or not body.powered:
            return Told("", kind=order.kind, order=order.sale)
        return Told(
            told.result, told.response_code, told.reason, order.kind, order.sale, told.batch, told.stan,
            told.rrn, amount_fen=told.amount_fen or order.amount_fen, qr_code=order.qr_code)

    def _last_told(self, sale: str) -> Concluded | None:
        actor = self._counter.body.actor
        return next((
            each for each in reversed(self._records)
            if isinstance(each, Concluded) and each.sale == sale and each.actor == actor
        ), None)


class WorldPower:
    """The plug of a terminal inside."""

    def __init__(
        self, counter: Counter, sockets: Sockets, pass_ms: Callable[[int], None],
    ) -> None:
        self._body = counter.body
        self._sockets = sockets
        self._pass_ms = pass_ms

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._body.powered

    def cut(self, cut: PowerCut) -> None:
        """Prepare a power cut in the next operation; the power stays away."""
        self._sockets.arm(
            self._body.tid, CutPower(after_effects=cut.after_effects, before=cut.before))

    def on(self) -> None:
        """The power comes back, a moment later."""
        self._pass_ms(SECOND_MS)
        self._body.boot(RestartReason.POWER_RETURNED)


def stand_of(mid: str, clerk: Clerk, power: WorldPower, counter: Counter) -> Stand:
    """The stand of a terminal inside."""
    return Stand(End(counter.body.tid, mid, IN_THE_WORLD), clerk, power)


class Sockets:
    """The plugs of all terminals, as one more injector: a switch where one was prepared."""

    def __init__(self) -> None:
        self.busy = dict.fromkeys(Point, False)
        self._switches: dict[str, PowerSwitch] = {}

    def arm(self, tid: str, cut: CutPower) -> None:
        """Prepare one cut."""
        switch = PowerSwitch(lambda: self._pulled(tid))
        switch.arm(cut)
        self._switches[tid] = switch
        self.busy[Point.TERMINAL_STEP] = True

    def _pulled(self, tid: str) -> None:
        del self._switches[tid]
        self.busy[Point.TERMINAL_STEP] = bool(self._switches)

    def decide(self, anchor: Anchor, now_ms: int) -> Strike | None:
        """Whether the plug is pulled before this effect."""
        switch = self._switches.get(anchor.actor)
        return switch.decide(anchor, now_ms) if switch is not None else None

    def take_back(self, label: str) -> None:
        """Has no label."""

    def windows(self) -> tuple[Window, ...]:
        """None."""
        return ()

    def open(self, label: str) -> None:
        """Has no window."""

    def verbs(self) -> frozenset[Verb]:
        """Power only."""
        return frozenset({Verb.CUT_POWER})

    def close(self, label: str) -> None:
        """Has no window."""

    def end(self, label: str, actors: frozenset[str] = frozenset()) -> bool:
        """Has no label."""
        del label, actors
        return True

    def labels(
        self, modes: frozenset[str], actor: str = "", card: str = "",
    ) -> tuple[str, ...]:
        """No remedy ends a cut."""
        del modes, actor, card
        return ()

    def heal(self) -> None:
        """What was prepared and did not come up does not any more."""
        self._switches.clear()
        self.busy[Point.TERMINAL_STEP] = False
