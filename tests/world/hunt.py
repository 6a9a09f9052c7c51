"""Run worlds made by chance with right machines: every FAIL is a bug of machine, world or judge.

``python -m tests.world.hunt --seeds 1-200`` prints each failing seed with its first findings;
``--show SEED`` prints the scenario, ``--keep FILE`` writes a line of JSON for each seed and passes over those that
the file holds already, ``--tell FILE…`` prints what the files of many hunts come to: which modes struck, which
remedies were taken, in how many worlds.  The normal test run takes a handful of seeds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import msgspec
from random_scenario import random_scenario
from what_befell import Befell, Counting, table

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
    befell: Befell = Befell()


def judged(
    seed: int, without: frozenset[str] = frozenset(), *others: Callable[[Record], None],
) -> Judgement:
    """The judgement of one world made by chance; others hear its records, too."""
    judge = Judge()
    count = 0

    def feed(record: Record) -> None:
        nonlocal count
        count += 1
        if count > MOST_RECORDS:
            raise CirclesError(f"goes round in circles: {record}")
        judge.feed(record)

    world = build_world(scenario_of_text(random_scenario(seed, without)), [feed, *others])
    run_virtual(world)
    return judge.finish(int(world.env.now))


def unexplained_fen(judgement: Judgement) -> int:
    """What the report leaves unsaid between its net sum and what the statements show: nothing, if it is right."""
    money, sums = judgement.money, judgement.payout_sums
    explained = (
        money.net_fen - money.returned_in_part_fen - sums.disputed_fen - sums.dispute_fee_fen + money.netted_net_fen
        + money.paid_apart_fen + sums.owed_fen - sums.withheld_fen - sums.fee_fen)
    return explained - sums.paid_fen


def hunted(seed: int, without: frozenset[str] = frozenset()) -> Outcome:
    """One seed; what breaks is an outcome too."""
    counting = Counting()
    try:
        judgement = judged(seed, without, counting.feed)
    except Exception as error:  # noqa: BLE001 - a hunt goes on
        return Outcome(seed, "BROKEN", (), (f"{type(error).__name__}: {error}",))
    findings = [f"{each.invariant} {each.code}: {each.what}" for each in judgement.findings]
    verdict = judgement.verdict.value
    unexplained = unexplained_fen(judgement)
    if unexplained:
        verdict = "FAIL"
        findings.append(f"report: {unexplained} fen lie unexplained between net and statements")
    return Outcome(
        seed, verdict, tuple(each.exercised for each in judgement.invariants), tuple(findings), counting.befell())


def told(outcomes: list[Outcome]) -> str:
    """What many seeds came to."""
    verdicts = Counter(each.verdict for each in outcomes)
    exercised = [sum(numbers) for numbers in zip(*(each.exercised or (0,) * len(RULES) for each in outcomes), strict=True)]
    kinds = Counter(kind for each in outcomes for kind in _kinds(each) if each.verdict != "PASS")
    return (f"{len(outcomes)} worlds, {dict(verdicts)}; {dict(kinds)}; exercised {exercised}\n"
            + table([each.befell for each in outcomes]))


def kept(path: Path) -> list[Outcome]:
    """The outcomes that a file holds; a line that was cut short is none."""
    if not path.exists():
        return []
    return [msgspec.json.decode(line, type=Outcome) for line in path.read_bytes().splitlines(keepends=True)
            if line.endswith(b"\n")]


def _kinds(outcome: Outcome) -> list[str]:
    return sorted({" ".join(each.split()[:2]) for each in outcome.findings})


def _tell(outcome: Outcome) -> None:
    sys.stdout.write(f"{outcome.seed} {outcome.verdict} {len(outcome.findings)} {_kinds(outcome)}\n")
    for each in outcome.findings[:2]:
        sys.stdout.write(f"    {each[:240]}\n")
    sys.stdout.flush()


def main() -> int:
    """Hunt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-50")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", type=int)
    parser.add_argument("--without", default="", help="modes to leave out, by comma")
    parser.add_argument("--keep", type=Path, help="a file for the outcomes, a line for each seed")
    parser.add_argument("--tell", type=Path, nargs="+", help="files that were kept")
    asked = parser.parse_args()
    without = frozenset(filter(None, asked.without.split(",")))
    if asked.show is not None:
        sys.stdout.write(random_scenario(asked.show, without))
        return 0
    if asked.tell:
        outcomes = [each for path in asked.tell for each in kept(path)]
        for each in outcomes:
            if each.verdict != "PASS":
                _tell(each)
    else:
        outcomes = hunt(asked.seeds, asked.jobs, without, asked.keep)
    sys.stdout.write(told(outcomes))
    return 1 if any(each.verdict != "PASS" for each in outcomes) else 0


def hunt(seeds: str, jobs: int, without: frozenset[str], keep: Path | None) -> list[Outcome]:
    """The outcomes of seeds, told as they come where they are bad."""
    first, _, last = seeds.partition("-")
    wanted = range(int(first), int(last or first) + 1)
    outcomes = [each for each in kept(keep) if each.seed in wanted] if keep else []
    if keep and outcomes:
        keep.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in outcomes))
    known = {each.seed for each in outcomes}
    began = time.monotonic()
    with ProcessPoolExecutor(jobs) as pool:
        for outcome in pool.map(partial(hunted, without=without), [seed for seed in wanted if seed not in known]):
            outcomes.append(outcome)
            if keep:
                with keep.open("ab") as file:
                    file.write(msgspec.json.encode(outcome) + b"\n")
            if outcome.seed % 10 == 0:  # a slow machine is told from one that stands still
                sys.stderr.write(f"up to {outcome.seed}, {time.monotonic() - began:.0f} s\n")
            if outcome.verdict != "PASS":
                _tell(outcome)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
