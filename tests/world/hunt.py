"""Run worlds made by chance with right machines: every FAIL is a bug of machine, world or judge.

``python -m tests.world.hunt --seeds 1-200`` prints each failing seed with its first findings;
``--show SEED`` prints the scenario.  The normal test run takes a handful of seeds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import msgspec
from random_scenario import random_scenario

from simulator.judge.judge import Judge
from simulator.judge.rules import RULES
from simulator.judge.verdict import Judgement
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Record
from simulator.world.run import build_world, run_virtual

MOST_RECORDS = 400_000  # more is a world that goes round in circles


class CirclesError(Exception):
    """A world that does not come to an end."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one seed."""

    seed: int
    verdict: str
    exercised: tuple[int, ...] = ()
    findings: tuple[str, ...] = ()


def judged(seed: int, without: frozenset[str] = frozenset()) -> Judgement:
    """The judgement of one world made by chance."""
    judge = Judge()
    count = 0

    def feed(record: Record) -> None:
        nonlocal count
        count += 1
        if count > MOST_RECORDS:
            raise CirclesError(f"goes round in circles: {record}")
        judge.feed(record)

    world = build_world(scenario_of_text(random_scenario(seed, without)), [feed])
    run_virtual(world)
    return judge.finish(int(world.env.now))


def unexplained_fen(judgement: Judgement) -> int:
    """What the report leaves unsaid between its net sum and what the statements show: nothing, if it is right."""
    money, sums = judgement.money, judgement.payout_sums
    explained = (
        money.net_fen - money.returned_in_part_fen - sums.disputed_fen + money.netted_net_fen
        - money.undone_unpaid_fen + sums.owed_fen - sums.withheld_fen - sums.fee_fen)
    return explained - sums.paid_fen


def hunted(seed: int, without: frozenset[str] = frozenset()) -> Outcome:
    """One seed; what breaks is an outcome too."""
    try:
        judgement = judged(seed, without)
    except Exception as error:  # noqa: BLE001 - a hunt goes on
        return Outcome(seed, "BROKEN", (), (f"{type(error).__name__}: {error}",))
    findings = [f"{each.invariant} {each.code}: {each.what}" for each in judgement.findings]
    verdict = judgement.verdict.value
    unexplained = unexplained_fen(judgement)
    if unexplained:
        verdict = "FAIL"
        findings.append(f"report: {unexplained} fen lie unexplained between net and statements")
    return Outcome(
        seed, verdict, tuple(each.exercised for each in judgement.invariants), tuple(findings))


def main() -> int:
    """Hunt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-50")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", type=int)
    parser.add_argument("--without", default="", help="modes to leave out, by comma")
    asked = parser.parse_args()
    without = frozenset(filter(None, asked.without.split(",")))
    if asked.show is not None:
        sys.stdout.write(random_scenario(asked.show, without))
        return 0
    first, _, last = asked.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    began = time.monotonic()
    kinds: Counter[str] = Counter()
    exercised = [0] * len(RULES)
    bad = 0
    with ProcessPoolExecutor(asked.jobs) as pool:
        for outcome in pool.map(partial(hunted, without=without), seeds):
            exercised = [a + b for a, b in zip(exercised, outcome.exercised or [0] * len(RULES),
                                               strict=True)]
            if outcome.seed % 10 == 0:  # a slow machine is told from one that stands still
                sys.stderr.write(f"up to {outcome.seed}, {bad} bad, {time.monotonic() - began:.0f} s\n")
            if outcome.verdict == "PASS":
                continue
            bad += 1
            codes = sorted({" ".join(each.split()[:2]) for each in outcome.findings})
            kinds.update(codes)
            sys.stdout.write(f"{outcome.seed} {outcome.verdict} {len(outcome.findings)} {codes}\n")
            for each in outcome.findings[:2]:
                sys.stdout.write(f"    {each[:240]}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(seeds)} worlds, {bad} bad, {time.monotonic() - began:.0f} s; "
                     f"{dict(kinds)}; exercised {exercised}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
