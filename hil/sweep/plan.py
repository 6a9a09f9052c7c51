"""From a recording to the cases of a kind: which boundaries it has, and what can be done at each.

Sans-IO: a recording is what a relay saw of one operation in which nothing went wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from hil.relay.matching import Match
from hil.relay.seen import SeenMessage, Way
from hil.sweep.harms import HARMS, Harm, why_without
from hil.sweep.kinds import SweptKind
from simulator.catalogue.language import Message, Told

START, END = "start", "end"
APART = "/"
OF_A_KIND = 3  # further messages of one kind in one operation are alike: the first, the second, the last
NO_POWER = Message("no_power", "nothing here turns this terminal off: give [power] in the bench file",
                   "无法为此终端断电：请在测试台文件中给出 [power]")
NO_SUCH = Message("no_case", "--case {given}: no such case; {what}: {allowed}",
                  "--case {given}：没有这种情形；{what}：{allowed}")
FORM = Message("case_form", "--case {given}: a case is KIND/BOUNDARY/HARM, such as sale/0210/lost-reply",
               "--case {given}：情形写作 种类/边界/干扰，例如 sale/0210/lost-reply")


class Boundary(msgspec.Struct, frozen=True, kw_only=True):
    """One place in an operation: its beginning, a message, its end."""

    name: str  # start, 0200, 0320#2, end
    way: Way | None = None
    mti: str = ""
    kind: str = ""
    nth: int = 0  # of its way, MTI and kind since the operation began
    without: dict[str, tuple[str, str]] = {}  # harms that have no meaning here: why, in both languages

    @property
    def is_message(self) -> bool:
        """Whether it is one."""
        return self.way is not None

    def match(self) -> Match:
        """The message in a case that goes the same way up to here."""
        return Match(way=self.way, mti=self.mti, kind=self.kind, nth=self.nth)

    def harms(self) -> Iterator[Harm]:
        """What may be done here, whether it has a meaning or not."""
        for each in HARMS.values():
            if each.of_operation != self.is_message and (self.way is None or self.way in each.ways):
                yield each


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """The boundaries of one kind, in their order."""

    kind: str
    boundaries: tuple[Boundary, ...]
    alike: int = 0  # messages that are like swept ones, and left out

    def named(self, name: str) -> Boundary | None:
        """The boundary of a name."""
        return next((each for each in self.boundaries if each.name == name), None)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One run: one harm at one boundary of one kind."""

    kind: str
    boundary: Boundary
    harm: str

    @property
    def id(self) -> str:
        """As it is asked for again: sale/0210/lost-reply."""
        return APART.join((self.kind, self.boundary.name, self.harm))


def recorded(row: SweptKind, seen: Sequence[SeenMessage], *, every: bool) -> Recording:
    """The boundaries of an operation by its messages; ``every``: those that are alike as well."""
    counts: Counter[tuple[Way, str, str]] = Counter()
    numbered: list[tuple[SeenMessage, int]] = []
    for each in seen:
        key = each.way, each.mti, each.kind
        counts[key] += 1
        numbered.append((each, counts[key]))
    swept = [(each, nth) for each, nth in numbered if _is_swept(row, each)]
    of_mti = Counter((each.way, each.mti) for each, _ in swept)
    places: Counter[tuple[Way, str]] = Counter()
    boundaries: list[Boundary] = [Boundary(name=START)]
    alike = 0
    for each, nth in swept:
        place = each.way, each.mti
        places[place] += 1
        if not every and OF_A_KIND <= nth < counts[each.way, each.mti, each.kind]:
            alike += 1
            continue
        number = f"#{places[place]}" if of_mti[place] > 1 else ""
        boundaries.append(_boundary(each, nth, f"{each.mti or 'unreadable'}{number}"))
    return Recording(kind=row.name, boundaries=(*boundaries, Boundary(name=END)), alike=alike)


def without_power(recording: Recording) -> Recording:
    """The same where nothing turns the terminal off: no power cut has a meaning."""
    why = NO_POWER.both()
    cuts = {name: (why.en, why.zh) for name, harm in HARMS.items() if harm.cuts_power}
    return msgspec.structs.replace(recording, boundaries=tuple(
        msgspec.structs.replace(each, without={
            **each.without, **{harm.name: cuts[harm.name] for harm in each.harms() if harm.name in cuts}})
        for each in recording.boundaries))


def cases_of(recording: Recording) -> Iterator[Case]:
    """Every case that has a meaning, in the order of the messages."""
    for boundary in recording.boundaries:
        for harm in boundary.harms():
            if harm.name not in boundary.without:
                yield Case(kind=recording.kind, boundary=boundary, harm=harm.name)


def _is_swept(row: SweptKind, seen: SeenMessage) -> bool:
    return (not row.sweeps or seen.kind in row.sweeps) and seen.kind not in row.leaves


def _boundary(seen: SeenMessage, nth: int, name: str) -> Boundary:
    without = {}
    for harm in HARMS.values():
        if seen.way in harm.ways and (why := why_without(harm, seen)) is not None:
            without[harm.name] = (why.en, why.zh)
    return Boundary(name=name, way=seen.way, mti=seen.mti, kind=seen.kind, nth=nth, without=without)


# ---- what is asked for by name -------------------------------------------------------------------


class UnknownCaseError(ValueError):
    """A name that no case has; the text says what there is."""


def parts_of(given: str, kinds: Sequence[str]) -> tuple[str, str, str]:
    """Kind, boundary and harm of a name, as far as they can be known before anything is recorded."""
    parts = given.split(APART)
    if len(parts) != len(("kind", "boundary", "harm")):
        raise UnknownCaseError(FORM.say(given=given))
    kind, boundary, harm = parts
    if kind not in kinds:
        raise UnknownCaseError(NO_SUCH.say(given=given, what="KIND", allowed=", ".join(kinds)))
    if harm not in HARMS:
        raise UnknownCaseError(NO_SUCH.say(given=given, what="HARM", allowed=", ".join(HARMS)))
    return kind, boundary, harm


def case_named(given: str, recording: Recording) -> Case:
    """The case of a name in a recording; ``UnknownCaseError`` with what there is, or why there is none."""
    _, name, harm = parts_of(given, (recording.kind,))
    boundary = recording.named(name)
    if boundary is None:
        names = " or ".join(each.name for each in recording.boundaries)  # commas would make a card number of them
        raise UnknownCaseError(NO_SUCH.say(given=given, what="BOUNDARY", allowed=names))
    if harm in boundary.without:
        raise UnknownCaseError(NO_MEANING.say(given=given, why=Told(*boundary.without[harm])))
    here = [each.name for each in boundary.harms() if each.name not in boundary.without]
    if harm not in here:
        raise UnknownCaseError(NO_SUCH.say(given=given, what="HARM", allowed=", ".join(here)))
    return Case(kind=recording.kind, boundary=boundary, harm=harm)


NO_MEANING = Message(
    "no_meaning", "--case {given} has no meaning: {why}", "--case {given} 没有意义：{why}")
