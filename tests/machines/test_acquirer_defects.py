"""Every host built wrong fails a check that the right host passes, and each case is one scene."""

from __future__ import annotations

from itertools import permutations

import msgspec
import pytest
from acquirer_bench import (
    NEXT_DAY,
    OTHER_PAN,
    SETTINGS,
    HostBench,
    ScriptedTerminal,
    signed_on,
)

from simulator.defect import wrong_table
from simulator.judge.rules import RULE_OF
from simulator.machines.acquirer.defects import DEFECTS
from simulator.machines.acquirer.events import CutOverReached
from simulator.machines.acquirer.machine import RIGHT_HOST
from simulator.machines.acquirer.work import HostTable
from simulator.wire.kinds import Kind
from simulator.wire.subfields import CardTotals

SALE = 10_000


def complaints(bench: HostBench, terminal: ScriptedTerminal) -> list[str]:
    """Broken promises of the host, and approvals that came to nothing."""
    found = bench.faults()
    booked = {batch.batch for batch in bench.settled}
    for key in terminal.approved:
        if bench.captured_fen(key) <= 0 or bench.issuer.taken_fen(key) <= 0:
            found.append(f"approved without money {key}")
        elif terminal.batch != key.batch and key.batch not in booked:
            found.append(f"approved and never settled {key}")
    for key in bench.issuer.done:
        if bench.issuer.taken_fen(key) and key not in terminal.approved:
            found.append(f"debited without goods {key}")
    return found


def copy(table: HostTable) -> list[str]:
    bench = HostBench(table)
    terminal = signed_on(bench)
    terminal.copies = 2
    terminal.run(Kind.SALE, SALE)
    return complaints(bench, terminal)


def forged(table: HostTable) -> list[str]:
    bench = HostBench(table)
    terminal = signed_on(bench)
    bench.receive(msgspec.structs.replace(terminal.message(Kind.SALE, SALE), amount_fen=1))
    return complaints(bench, terminal)


def crash_after_reply(table: HostTable) -> list[str]:
    found: list[str] = []
    for crash_at in range(1, 12):
        bench = HostBench(table, crash_at={crash_at})
        terminal = ScriptedTerminal(bench)
        terminal.sign_on_again()
        terminal.run(Kind.SALE, SALE)
        bench.drain()
        found += complaints(bench, terminal)
    return found


def slow_issuer(table: HostTable) -> list[str]:
    bench = HostBench(table)
    terminal = signed_on(bench)
    bench.issuer_is = lambda _asked: False
    bench.receive(terminal.message(Kind.SALE, SALE))
    asked = bench.asked[0]
    bench.issuer.answer(asked)  # type: ignore[arg-type]
    bench.wait()
    bench.give(asked)
    bench.drain()
    return complaints(bench, terminal)


def deaf_issuer(table: HostTable) -> list[str]:
    """An issuer that hears nothing, not even that it should undo; later it hears all."""
    bench = HostBench(table)
    terminal = signed_on(bench)
    bench.issuer_is = lambda _asked: False
    bench.receive(terminal.message(Kind.SALE, SALE))
    bench.wait()
    told = len(bench.asked)
    if bench.host.deadline_ms is None:
        return ["the host rests while the issuer holds the money"]
    bench.wait()
    return [] if len(bench.asked) > told else ["the issuer was told once"]


def overtaken(table: HostTable) -> list[str]:
    bench = HostBench(table)
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, SALE)
    bench.receive(terminal.reversal_of(request))
    bench.receive(request)
    return complaints(bench, terminal)


def reversed_while_busy(table: HostTable) -> list[str]:
    bench = HostBench(table)
    terminal = signed_on(bench)
    bench.issuer_is = lambda _asked: False
    request = terminal.message(Kind.SALE, SALE)
    bench.receive(request)
    bench.receive(terminal.reversal_of(request))
    bench.give(bench.asked[0])
    bench.drain()
    return complaints(bench, terminal)


def over_midnight(table: HostTable) -> list[str]:
    bench = HostBench(table)
    terminal = signed_on(bench)
    terminal.run(Kind.SALE, SALE)
    bench.event(CutOverReached(NEXT_DAY))
    terminal.run(Kind.SALE, SALE)
    terminal.settle()
    return complaints(bench, terminal)


def wrong_totals(table: HostTable) -> list[str]:
    bench = HostBench(table)
    terminal = signed_on(bench)
    terminal.run(Kind.SALE, SALE)
    result = terminal.ask_settlement(CardTotals(1, 1))
    return [] if result == "2" else [f"totals that differ are answered {result}"]


def not_uploaded(table: HostTable) -> list[str]:
    bench = HostBench(table, msgspec.structs.replace(SETTINGS, held_days=1))
    terminal = signed_on(bench)
    terminal.sale(SALE)
    if terminal.ask_settlement(CardTotals()) != "2":
        return ["totals that lack a sale are called balanced"]
    terminal.end_upload(0)
    bench.event(CutOverReached(NEXT_DAY))
    held = {each.key for each in bench.released}
    return [] if held == set(bench.settled[0].held) else ["what was held is never cleared"]


def reused_number(table: HostTable) -> list[str]:
    bench = HostBench(table)
    terminal = signed_on(bench)
    terminal.run(Kind.SALE, SALE)
    reply = terminal.sale(SALE + 1, stan=terminal.stan - 1, pan=OTHER_PAN)
    if reply.response_code == "00":
        return ["approved another sale under a known number"]
    return complaints(bench, terminal)


def declined(table: HostTable) -> list[str]:
    bench = HostBench(table)
    terminal = signed_on(bench)
    bench.issuer.code = "51"
    terminal.run(Kind.SALE, SALE)
    return complaints(bench, terminal)


SCENES = {
    "acquirer.no_duplicate_check": copy,
    "acquirer.captures_copies": copy,
    "acquirer.ignores_mac": forged,
    "acquirer.replies_before_store": crash_after_reply,
    "acquirer.no_issuer_reversal": slow_issuer,
    "acquirer.tells_issuer_once": deaf_issuer,
    "acquirer.believes_late_answers": slow_issuer,
    "acquirer.forgets_early_reversals": overtaken,
    "acquirer.approves_after_reversal": reversed_while_busy,
    "acquirer.drops_items_at_cut_over": over_midnight,
    "acquirer.forgets_held_items": not_uploaded,
    "acquirer.settles_without_looking": wrong_totals,
    "acquirer.accepts_reused_stan": reused_number,
    "acquirer.books_declines": declined,
}


def built_wrong(*names: str) -> HostTable:
    """The table of a host with these defects."""
    return wrong_table(
        RIGHT_HOST, [each for name in names for each in DEFECTS[name].replacements()])


def test_every_scene_is_of_a_defect() -> None:
    """All others are shown by a whole world, see tests/world/test_every_defect_is_caught.py."""
    assert set(SCENES) <= set(DEFECTS)


@pytest.mark.parametrize("name", SCENES)
def test_a_host_built_wrong_is_caught_and_the_right_one_passes(name: str) -> None:
    assert SCENES[name](RIGHT_HOST) == []
    assert SCENES[name](built_wrong(name)) != []


@pytest.mark.parametrize("name", SCENES)
def test_a_host_built_wrong_sells_and_settles_an_ordinary_day(name: str) -> None:
    """A defect shows in its own case only, else anything would catch it."""
    bench = HostBench(built_wrong(name), settings=SETTINGS)
    terminal = signed_on(bench)
    for amount in range(1, 4):
        terminal.run(Kind.SALE, amount)
    terminal.settle()
    assert complaints(bench, terminal) == []


def test_each_defect_names_invariants_that_exist() -> None:
    for name, defect in DEFECTS.items():
        assert name == defect.name
        assert set(defect.caught_by) <= set(RULE_OF)


@pytest.mark.parametrize(("first", "second"), list(permutations(SCENES, 2)))
def test_two_defects_of_one_host_are_both_there(first: str, second: str) -> None:
    assert SCENES[first](built_wrong(first, second)) != []
    assert SCENES[second](built_wrong(first, second)) != []


def test_the_right_host_is_left_alone() -> None:
    assert built_wrong() is RIGHT_HOST
    built_wrong(*DEFECTS)
    assert all(scene(RIGHT_HOST) == [] for scene in SCENES.values())
