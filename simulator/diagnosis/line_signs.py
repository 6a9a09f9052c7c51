"""Lines: which terminals' messages were lost, refused or late, when, and what place they share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from statistics import mean, median, pstdev

import msgspec

from simulator.diagnosis.evidence import HOST, Evidence
from simulator.diagnosis.hints import Hint, sign_of
from simulator.diagnosis.passages import DOWN, UP, Passage, Passages
from simulator.diagnosis.places import Place
from simulator.diagnosis.signs import Sign
from simulator.local_time import MINUTE_MS, SECOND_MS
from simulator.trace.records import Restarted, Sent, key_of

LATE_MS = 700  # beyond three times what a message of this terminal usually takes
UNDER_WAY_MS = 10 * SECOND_MS  # nobody can have heard yet what was sent as the evidence ends
STEADY_MS = 500
GAP_MS = 30 * MINUTE_MS
LOST, REFUSED, LATE = "lost", "refused", "late"


class Trouble(msgspec.Struct, frozen=True, gc=False):
    """One message that did not go through as it should."""

    at_ms: int
    tid: str
    what: str  # LOST, REFUSED, LATE
    passage: Passage


class Episode(msgspec.Struct, frozen=True):
    """Troubles of one terminal that follow each other."""

    tid: str
    troubles: tuple[Trouble, ...]

    @property
    def begin_ms(self) -> int:
        """The first."""
        return self.troubles[0].at_ms

    @property
    def end_ms(self) -> int:
        """The last."""
        return self.troubles[-1].at_ms


class Lines:
    """All lines of a run."""

    def __init__(self, evidence: Evidence, passages: Passages) -> None:
        self._evidence = evidence
        self._away = _times_away(evidence)
        self.well: dict[str, list[int]] = defaultdict(list)  # when a message of a terminal went through
        self.troubles: dict[str, list[Trouble]] = defaultdict(list)
        self.sales = {  # a host does not know which sale it answers
            key_of(each.tid, each.batch, each.stan): name
            for each in evidence.of(Sent) if each.actor != HOST and (name := evidence.sale_of(each))}
        of_terminal: dict[str, list[Passage]] = defaultdict(list)
        for passage in passages.all:
            of_terminal[passage.tid].append(passage)
        for tid, some in of_terminal.items():
            usual = median([each.took_ms for each in some if each.heard] or [0])
            for passage in some:
                what = self._trouble(passage, 3 * usual + LATE_MS)
                at_ms = passage.sent.at_ms
                if what == "":
                    self.well[tid].append(at_ms)
                elif what is not None:
                    self.troubles[tid].append(Trouble(at_ms, tid, what, passage))

    def _trouble(self, passage: Passage, late_ms: float) -> str | None:
        """What is wrong with it; "": nothing; None: whoever should hear it was away, or says nothing."""
        if passage.refused is not None:
            return REFUSED
        if passage.heard is not None:
            return LATE if passage.took_ms > late_ms else ""
        hearer = HOST if passage.way == UP else f"terminal.{passage.tid}"
        at_ms = passage.sent.at_ms
        if self._evidence.last_ms - at_ms < UNDER_WAY_MS:
            return None
        if not self._evidence.has_log(hearer):
            return None
        if any(begin - SECOND_MS <= at_ms <= end for begin, end in self._away.get(hearer, ())):
            return None
        return LOST

    def sale_of(self, sent: Sent) -> str:
        """The sale that a message is for; "": none, or nobody knows."""
        return sent.sale or self.sales.get(key_of(sent.tid, sent.batch, sent.stan), "")

    def healthy(self, from_ms: int, until_ms: int) -> frozenset[str]:
        """Terminals that had messages through in a time, and most of them."""
        return frozenset(
            tid for tid, moments in self.well.items()
            if bisect_right(moments, until_ms) > bisect_left(moments, from_ms))

    def well_within(self, tid: str, from_ms: int, until_ms: int) -> int:
        """How many of a terminal's went through strictly within a time."""
        moments = self.well.get(tid, [])
        return max(0, bisect_left(moments, until_ms) - bisect_right(moments, from_ms))


def _times_away(evidence: Evidence) -> dict[str, list[tuple[int, int]]]:
    """When terminals and host were off, as far as their restarts tell; and what never came back."""
    away: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for each in evidence.of(Restarted):
        away[each.actor].append((evidence.before(each.actor, each.at_ms), each.at_ms))
    for actor, moments in evidence.moments_of.items():
        if actor.startswith("terminal."):
            away[actor].append((moments[-1], evidence.last_ms + 1))
    return away


def line_signs(lines: Lines, places: Sequence[Place]) -> list[Sign]:
    """Every episode of every line, those together that several terminals had at one time."""
    episodes = [
        episode for tid, troubles in lines.troubles.items() for episode in _episodes(tid, troubles)]
    return [_sign(lines, places, group) for group in _together(episodes)]


def _episodes(tid: str, troubles: list[Trouble]) -> list[Episode]:
    troubles.sort(key=lambda each: each.at_ms)
    found, begin = [], 0
    for place in range(1, len(troubles) + 1):
        if place == len(troubles) or troubles[place].at_ms - troubles[place - 1].at_ms > GAP_MS:
            found.append(Episode(tid, tuple(troubles[begin:place])))
            begin = place
    return found


def _together(episodes: list[Episode]) -> list[list[Episode]]:
    """Episodes of different terminals that lie in one another's time."""
    groups: list[list[Episode]] = []
    for episode in sorted(episodes, key=lambda each: each.begin_ms):
        for group in groups:
            begin = min(each.begin_ms for each in group)
            end = max(each.end_ms for each in group)
            if episode.begin_ms <= end + 5 * MINUTE_MS and episode.end_ms >= begin - 5 * MINUTE_MS:
                group.append(episode)
                break
        else:
            groups.append([episode])
    return groups


def _sign(lines: Lines, places: Sequence[Place], group: list[Episode]) -> Sign:
    troubles = sorted((each for episode in group for each in episode.troubles),
                      key=lambda each: each.at_ms)
    begin, end = troubles[0].at_ms, troubles[-1].at_ms
    late = [each.passage.took_ms for each in troubles if each.what == LATE]
    late = [each.passage.took_ms for each in troubles if each.what == LATE and each.passage.once] or late
    lost = [each for each in troubles if each.what != LATE]
    well = sum(lines.well_within(episode.tid, episode.begin_ms, episode.end_ms) for episode in group)
    name = _name(lost, late, well)
    hints = [
        Hint(name, each.at_ms, each.tid, code=_code(lost, troubles), sale=lines.sale_of(each.passage.sent),
             records=(each.passage.refused or each.passage.sent,))
        for each in troubles
    ]

    def healthy(_from: int, _until: int) -> frozenset[str]:
        return lines.healthy(begin, end)

    return sign_of(hints, places, healthy, name)


def _name(lost: list[Trouble], late: list[int], well: int) -> str:
    if lost and all(each.passage.sent.mti == "0320" for each in lost) and not late:
        return "line_upload"
    if len(late) > len(lost):
        steady = median(late) > STEADY_MS and pstdev(late) < 0.1 * mean(late)
        if steady:
            return "line_held"
        return "line_slow" if len(lost) < max(2, 0.03 * (len(late) + well)) else "line_patchy"
    return "line_patchy" if late or well > 0.4 * len(lost) else "line_dead"


def _code(lost: list[Trouble], troubles: list[Trouble]) -> str:
    if lost and any(each.what == REFUSED for each in lost):
        return REFUSED
    ways = {each.passage.way for each in (lost or troubles)}
    return {frozenset({UP}): "up", frozenset({DOWN}): "down"}.get(frozenset(ways), "both")

