"""One world, run and judged against what its scenario expects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

import msgspec

from simulator.catalogue.language import Told
from simulator.catalogue.sightings import NOTICE
from simulator.defect import Calls
from simulator.faults.atoms import Atom
from simulator.judge.expectation import Bound, Came, Expectation, Placed, Seen, share_of
from simulator.judge.expectations import with_expectation
from simulator.judge.gathering import Gathering
from simulator.judge.judge import KEEP_SALES, Judge
from simulator.judge.verdict import Judgement, Verdict, Where
from simulator.judge.words import day
from simulator.local_time import DAY_MS, date_at, midnight_ms
from simulator.money.calendar import WorkingDays
from simulator.scenario.plan import bound_of, labels, planned_actions
from simulator.scenario.scenario import Scenario
from simulator.scenario.story import Expect, SeenPart, Within
from simulator.scenario.wanted import Limits, NamedMoments, Which, WhichGiven, who_of
from simulator.trace.records import ActionTaken, FaultAdded, FaultFired, Listener, Record
from simulator.world.run import Progress, build_world, run_virtual
from simulator.world.settings import working_days_of
from simulator.world.time.kernel import now_ms


class TrialOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a scenario is tried."""

    seed: int | None = None  # None: the scenario's own
    wire: bool = False
    atoms: tuple[Atom, ...] | None = None
    defects: tuple[str, ...] = ()
    calls: Calls | None = None  # takes down what a defect could have replaced
    keep_sales: int | None = KEEP_SALES


def try_scenario(
    scenario: Scenario, options: TrialOptions, listeners: Sequence[Listener] = (),
    progress: Progress | None = None,
) -> Judgement:
    """Run a scenario on the virtual clock and judge it.  Raises ``UnknownDefectError``."""
    gathering = Gathering(Judge(None if names_sales(scenario) else options.keep_sales))
    world = build_world(
        scenario, [gathering.hear, *listeners], seed=options.seed, wire=options.wire,
        atoms=options.atoms, defects=options.defects, calls=options.calls,
    )
    run_virtual(world, progress, gathering.open_until)
    judge = gathering.judge()
    stayed = stayed_away(scenario, judge.struck(), world.taken, options.atoms)
    judgement = judged(scenario, conclusive(judge.finish(now_ms(world.env)), stayed))
    if scenario.expect.verdict == Verdict.FAIL.value:  # as expected, but not because of what was planned
        judgement = conclusive(judgement, stayed)
    return noted(judgement, provisional_years(judgement))


def provisional_years(judgement: Judgement) -> tuple[Told, ...]:
    """A line for each year of a run whose holidays nobody has announced yet."""
    years = range(date_at(judgement.began_ms).year, date_at(judgement.ended_ms).year + 1)
    days = WorkingDays()
    return tuple(
        day.PROVISIONAL.both(year=year)
        for year in years if days.provisional(year)
    )


class StayedAway(msgspec.Struct, frozen=True):
    """Something planned that had no effect, so a run may pass because of it."""

    told: Told
    may: bool  # the scenario says that it may


class Planned(msgspec.Struct, frozen=True):
    """A fault that was planned, in a scenario or by hand."""

    label: str
    mode: str
    may_stay_away: bool = False


def stayed_away(
    scenario: Scenario, struck: Collection[str], taken: Collection[int],
    atoms: Sequence[Atom] | None = None, added: Sequence[Planned] = (),
) -> tuple[StayedAway, ...]:
    """The planned faults that never struck, and the planned remedies that nobody took.

    ``taken`` are the places of those that were, in the order of their moments.
    """
    planned = {
        label: (fault.mode, fault.may_stay_away)
        for label, fault in zip(labels(scenario), scenario.faults, strict=True)
    }
    if atoms is not None:
        planned = {
            atom.fault: planned.get(atom.fault, (atom.mode, False)) for atom in atoms}
    faults = never_struck(
        [Planned(label, mode, may) for label, (mode, may) in planned.items()]
        + [each for each in added if each.label not in planned], struck)
    actions = [
        StayedAway(day.NEVER_TAKEN.both(action=action.do), action.may_stay_away)
        for place, action in enumerate(planned_actions(scenario)) if place not in taken
    ]
    return (*faults, *actions)


def never_struck(planned: Iterable[Planned], struck: Collection[str]) -> tuple[StayedAway, ...]:
    """Those of planned faults that had no effect."""
    return tuple(
        StayedAway(day.NEVER_STRUCK.both(fault=each.label, mode=each.mode), each.may_stay_away)
        for each in planned if each.label not in struck)


def added_in(records: Iterable[Record]) -> tuple[Planned, ...]:
    """The faults that somebody added while a run went on, by its trace."""
    return tuple(
        Planned(each.fault, each.mode, each.may_stay_away) for each in records if isinstance(each, FaultAdded))


def unstruck_in(records: Iterable[Record]) -> tuple[str, ...]:
    """The modes of added faults that had no effect in a trace, without those that may stay away."""
    told = tuple(records)
    struck = struck_in(told)
    return tuple(
        each.mode for each in added_in(told) if each.label not in struck and not each.may_stay_away)


def struck_in(records: Iterable[Record]) -> frozenset[str]:
    """The labels of the faults that had an effect in a trace."""
    return frozenset(record.fault for record in records if isinstance(record, FaultFired))


def taken_in(records: Iterable[Record], scenario: Scenario) -> frozenset[int]:
    """The places of the planned remedies that were taken in a trace."""
    left = Counter(
        (record.action, record.actor.removeprefix("merchant.")) for record in records
        if isinstance(record, ActionTaken))
    places = set()
    for place, action in enumerate(planned_actions(scenario)):
        name = (action.do, action.by or "run")
        if left[name]:
            left[name] -= 1
            places.add(place)
    return frozenset(places)


def conclusive(judgement: Judgement, stayed: Sequence[StayedAway]) -> Judgement:
    """The judgement, INCONCLUSIVE where it would pass without what was planned."""
    told = (*judgement.reasons, *judgement.notes)
    fresh = [each for each in stayed if each.told.en not in told]
    reasons = [each.told for each in fresh if not each.may]
    verdict = judgement.verdict
    if verdict is Verdict.PASS and any(not each.may for each in stayed):
        verdict = Verdict.INCONCLUSIVE
    return noted(msgspec.structs.replace(
        judgement, verdict=verdict,
        reasons=(*judgement.reasons, *(each.en for each in reasons)),
        reasons_zh=(*judgement.reasons_zh, *(each.zh for each in reasons)),
    ), [each.told for each in fresh if each.may])


def noted(judgement: Judgement, notes: Sequence[Told]) -> Judgement:
    """The judgement with more notes."""
    return msgspec.structs.replace(
        judgement, notes=(*judgement.notes, *(each.en for each in notes)),
        notes_zh=(*judgement.notes_zh, *(each.zh for each in notes)),
    )


def judged(scenario: Scenario, judgement: Judgement) -> Judgement:
    """The judgement with the scenario's expectations in it."""
    with_expected = with_expectation(judgement, expectation_of(scenario))
    wanted = Verdict(scenario.expect.verdict)
    if wanted is Verdict.PASS or with_expected.verdict is Verdict.ERROR:
        return with_expected
    met = with_expected.verdict is wanted
    said = day.CAME_OUT.both(wanted=wanted.value, verdict=with_expected.verdict.value)
    return msgspec.structs.replace(
        with_expected, verdict=Verdict.PASS if met else Verdict.FAIL,
        reasons=(said.en, *with_expected.reasons), reasons_zh=(said.zh, *with_expected.reasons_zh),
    )


def expectation_of(scenario: Scenario) -> Expectation:
    """What a scenario expects, as the judge wants it."""
    expect = scenario.expect
    arrived = expect.arrived
    places = [
        (Where.DECLINED, expect.declined), (Where.SUSPENDED, expect.suspended),
        (Where.ON_THE_WAY, expect.on_the_way), (Where.LOST, expect.lost),
        (Where.UNDONE, expect.undone), (Where.HELD, expect.held),
    ]
    if isinstance(arrived, tuple | Limits):
        places.insert(0, (Where.ARRIVED, arrived))
        arrived = None
    ways = (("refused", expect.refused), ("given_back", expect.given_back))
    return Expectation(
        arrived="" if arrived is None else str(arrived),
        by_ms=moment_of(bound_of(scenario), working_days_of(scenario.acquirer)),
        not_before_ms=expect.not_before_ms, exercised=expect.exercised,
        placed=tuple(_placed(where, which) for where, which in places if which is not None),
        came=tuple(_came(how, which) for how, which in ways if which is not None),
        owes=tuple(expect.owes.items()), disputes=tuple(expect.disputes.items()),
        reversed=expect.reversed_sales, seen=(*_told(expect), *map(_seen, expect.seen)),
    )


def names_sales(scenario: Scenario) -> bool:
    """Whether an expectation is of single sales, so that every row must be kept."""
    expect = scenario.expect
    if expect.reversed_sales is not None or expect.told or expect.seen:
        return True
    return expect.not_before_ms is not None or any(
        isinstance(which, tuple | NamedMoments) for which in (
            expect.arrived, expect.declined, expect.suspended, expect.on_the_way, expect.lost,
            expect.undone, expect.held, expect.refused, expect.given_back))


def _told(expect: Expect) -> Iterator[Seen]:
    for merchant, texts in expect.told.items():
        yield from (Seen(what=NOTICE, merchant=merchant, text=text) for text in texts)
        if not texts:
            yield Seen(what=NOTICE, merchant=merchant, times=0)


def _seen(part: SeenPart) -> Seen:
    merchant, terminal = who_of(part.by)
    return Seen(
        what=part.what, merchant=merchant, terminal=terminal, text=part.text,
        not_before_ms=part.not_before_ms, until_ms=part.until_ms, times=part.times)


def _placed(where: Where, which: Which) -> Placed:
    if isinstance(which, tuple):
        return Placed(where, sales=which)
    if isinstance(which, Limits):
        return Placed(where, bound=Bound(which.at_least, which.at_most))
    return Placed(where, share_of(str(which)))


def _came(how: str, which: WhichGiven) -> Came:
    if isinstance(which, NamedMoments):
        return Came(how=how, orders=which.names, by_ms=which.by_ms)
    if isinstance(which, tuple):
        return Came(how=how, orders=which)
    if isinstance(which, Limits):
        return Came(how=how, bound=Bound(which.at_least, which.at_most))
    return Came(how=how, share=share_of(str(which)))


def moment_of(within: Within | None, days: WorkingDays) -> int | None:
    """The last moment of a bound: the end of the Nth working day, or the moment itself."""
    if within is None:
        return None
    if not within.working_days:
        return within.base_ms
    last: date = days.next_working_day(date_at(within.base_ms), within.working_days)
    return midnight_ms(last) + DAY_MS - 1
