"""Wrong machines that stand in no table of defects: what people meant, receipts, and both sides wrong alike.

Each is made here of the parts that any defect replaces, and a rule finds it in a scenario that was not written for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from msgspec.structs import replace

from simulator.defect import Defect, Replacements, instead
from simulator.machines.acquirer.defects.changing import doing as host_doing
from simulator.machines.acquirer.events import AcquirerEffect, SettleBatch
from simulator.machines.acquirer.settlement import is_balanced
from simulator.machines.acquirer.work import HostTable
from simulator.machines.acquirer.work import Work as HostWork
from simulator.machines.terminal import sign_on
from simulator.machines.terminal.defects.changing import asked_for, doing
from simulator.machines.terminal.events import Operated, Print, TerminalEffect
from simulator.machines.terminal.profile import Card
from simulator.machines.terminal.records import Booked
from simulator.machines.terminal.work import TerminalTable, Work
from simulator.scenario.read import load_scenario
from simulator.trial import TrialOptions, try_scenario
from simulator.wire.kinds import Kind
from simulator.world.defects import DEFECTS

SOLD = (Kind.SALE, Kind.QR_SALE, Kind.OFFLINE_SALE)
RETURNED = frozenset({Kind.REFUND, Kind.QR_REFUND})
VOIDED = frozenset({Kind.VOID, Kind.COMPLETION_VOID, Kind.QR_VOID})
Items = list[Booked]


def _charges_the_card_before() -> Replacements:
    kept: dict[str, Card | None] = {}

    def changed(w: Work, job: Operated) -> Operated:
        before, kept[w.identity.tid] = kept.get(w.identity.tid), job.card
        return replace(job, card=before) if before is not None else job

    return asked_for(changed, Kind.SALE)


def _swaps_digits(_w: Work, job: Operated) -> Operated:
    digits = str(job.amount_fen)
    return replace(job, amount_fen=int(digits[1] + digits[0] + digits[2:])) if len(digits) > 1 else job


def _half_of_it(_w: Work, job: Operated) -> Operated:
    return replace(job, amount_fen=max(1, job.amount_fen // 2))


def _no_slip_of_what_goes_back(_w: Work, effect: TerminalEffect) -> Iterable[TerminalEffect]:
    goes_back = isinstance(effect, Print) and any("退货" in line or "撤销" in line for line in effect.lines)
    return () if goes_back else (effect,)


def _point_elsewhere(_w: Work, effect: TerminalEffect) -> Iterable[TerminalEffect]:
    if not isinstance(effect, Print):
        return (effect,)
    return (replace(effect, lines=tuple(
        line.replace(".", ".0") if "RMB" in line else line for line in effect.lines)),)


def _names_the_order_before() -> Replacements:
    kept: dict[str, str] = {}

    def changed(w: Work, effect: TerminalEffect) -> Iterable[TerminalEffect]:
        if not isinstance(effect, Print) or not effect.order:
            return (effect,)
        before, kept[w.identity.tid] = kept.get(w.identity.tid), effect.order
        return (replace(effect, order=before),) if before else (effect,)

    return doing(changed)


def _alike(counts: Callable[[Items], Items]) -> Callable[[], Replacements]:
    """A terminal that counts wrong, and a host that calls it balanced and counts the same."""
    def made() -> Replacements:
        claims = [(0, 0, 0, 0)]

        def compared(_right: object, claimed: tuple[int, int, int, int], _held: object) -> bool:
            claims[0] = claimed if any(claimed) else claims[0]
            return True

        def settled(_work: HostWork, effect: AcquirerEffect) -> Iterable[AcquirerEffect]:
            if not isinstance(effect, SettleBatch):
                return (effect,)
            debit_fen, debits, credit_fen, credits_ = claims[0]
            return (replace(effect, debit_fen=debit_fen, debit_count=debits, credit_fen=credit_fen,
                            credit_count=credits_),)

        def counted(right: Callable[[Work], Iterable[Booked]], w: Work) -> Items:
            return counts(list(right(w)))

        return instead(HostTable, (is_balanced, compared)) + host_doing(settled) + instead(
            TerminalTable, (sign_on.counted, counted))

    return made


def _without(kinds: frozenset[Kind]) -> Callable[[Items], Items]:
    return lambda items: [item for item in items if item.kind not in kinds]


def _in_yuan(items: Items) -> Items:
    return [replace(item, amount_fen=item.amount_fen // 100 * 100) for item in items]


DAY, TIPS = "defects/market-day", "judge/tip-and-adjust"
MACHINES: dict[str, tuple[Callable[[], Replacements], str, int]] = {
    "charges the card before": (_charges_the_card_before, DAY, 17),
    "swaps two digits": (lambda: asked_for(_swaps_digits, *SOLD), DAY, 19),
    "half a tip": (lambda: asked_for(_half_of_it, Kind.TIP, Kind.ADJUST), TIPS, 19),
    "no slip of what goes back": (lambda: doing(_no_slip_of_what_goes_back), DAY, 22),
    "point elsewhere on the slip": (lambda: doing(_point_elsewhere), DAY, 22),
    "slip of the order before": (_names_the_order_before, DAY, 22),
    "both leave refunds out": (_alike(_without(RETURNED)), DAY, 29),
    "both leave voids out": (_alike(_without(VOIDED)), DAY, 29),
    "both count whole yuan": (_alike(_in_yuan), DAY, 29),
    "both leave the last out": (_alike(lambda items: items[:-1]), DAY, 29),
}


@pytest.mark.parametrize("name", MACHINES)
def test_a_rule_finds_it(name, monkeypatch):
    replaces, scenario, rule = MACHINES[name]
    monkeypatch.setitem(DEFECTS, "of.no_table", Defect("of.no_table", name, (rule,), replaces))
    judgement = try_scenario(
        load_scenario(f"fixtures/scenarios/{scenario}.toml"), TrialOptions(defects=("of.no_table",)))
    assert rule in {finding.invariant for finding in judgement.findings}


@pytest.mark.parametrize("scenario", [DAY, TIPS])
def test_right_machines_pass_there(scenario):
    judgement = try_scenario(load_scenario(f"fixtures/scenarios/{scenario}.toml"), TrialOptions())
    assert [finding.what for finding in judgement.findings] == []
