"""A small setting in which faults are tried: two shops, three terminals, two banks."""

from __future__ import annotations

from simulator.faults.injector import Injector
from simulator.faults.modes import MODES
from simulator.faults.points import Anchor, Point
from simulator.faults.rules import FaultRule, Parameters, acts_with
from simulator.faults.schedule import Strike
from simulator.faults.targets import TerminalPlace, Topology

PLACES = Topology(
    terminals=(
        TerminalPlace("10000001", "shop", "898000000000001", "router.1", "isp.a", "north"),
        TerminalPlace("10000002", "shop", "898000000000001", "router.1", "isp.a", "north"),
        TerminalPlace("11000001", "bar", "898000000000002", "router.2", "isp.b", "south"),
    ),
    merchants=(("shop", "898000000000001"), ("bar", "898000000000002")),
    banks=("bank.a", "bank.b"), wallets=("wallet.a",), cards=("card.li",),
)
NEEDED_TARGET = {"account.frozen": "shop", "account.reported_lost": "card.li"}


def rule(mode: str, *, label: str = "", parameters: Parameters | None = None, **conditions: object,
         ) -> FaultRule:
    return FaultRule(
        label=label or mode, mode=mode,
        acts=acts_with(MODES[mode], parameters or Parameters()), **conditions,
    )


class Carried:
    """An injector whose every strike is carried out and has an effect."""

    def __init__(self, inner) -> None:
        self.inner = inner
        self.fired: list[Strike] = []

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def decide(self, asked: Anchor, now_ms: int) -> Strike | None:
        return self._carried(self.inner.decide(asked, now_ms))

    def open(self, label: str) -> Strike | None:
        return self._carried(self.inner.open(label))

    def _carried(self, strike: Strike | None) -> Strike | None:
        self.fired += [strike] if strike is not None else []
        return strike


def injector(*rules: FaultRule, seed: int = 1) -> tuple[Carried, list[Strike]]:
    tried = Carried(Injector(rules, PLACES, seed))
    return tried, tried.fired


def anchor(point: Point = Point.REPLY, what: str = "0210", **facts: object) -> Anchor:
    return Anchor(point, **{"actor": "10000001", "batch": 1, "stan": 1, "what": what, **facts})


def asked(of: Injector, anchors: list[Anchor], now_ms: int = 0) -> list[Strike | None]:
    return [of.decide(each, now_ms) if of.busy[each.point] else None for each in anchors]
