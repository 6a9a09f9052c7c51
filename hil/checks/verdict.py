"""From evidence to a result: every rule of a check is read, then what the host's own trace says.

Pure: the same evidence gives the same result.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from hil.checks.check import Check
from hil.checks.evidence import Evidence, Rule
from hil.checks.results import (
    Frame,
    Measured,
    NotObservableError,
    NotReachedError,
    Outcome,
    Reading,
    Result,
    Wrong,
)
from hil.relay.seen import Fate, SeenMessage, Way
from simulator.catalogue.language import Told
from simulator.judge.verdict import Finding
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.generic import decode_generic
from simulator.wire.masking import mask_fields

FIELDS = 64
SPOILING = frozenset({Fate.CHANGED, Fate.CUT_SHORT, Fate.GARBAGE, Fate.WRONG_LENGTH, Fate.REPEATED, Fate.SWAPPED})
# What the judge says of money as a whole follows from what it says of the terminal.
OF_THE_TERMINAL = frozenset({2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 14, 15, 16})
# A power cut may take away what was heard a moment before; the host's trace knows of no cut.
EXCUSED_BY_A_CUT = frozenset({"reversal_after_answer"})
JUDGE = Told("the host's own trace, judged", "按主机轨迹判定")


def result_of(check: Check, evidence: Evidence) -> Result:
    """What became of a check, by all that was seen."""
    measured: list[Measured] = []
    wrong: list[Wrong] = []
    unreached: NotReachedError | None = None
    for rule in check.must:
        try:
            reading = rule.look(evidence)
        except NotReachedError as error:
            if isinstance(error, NotObservableError):
                measured.append(_unseen(rule))
            if not isinstance(error, NotObservableError) or error.whole:
                unreached = unreached or error
            continue
        measured.append(_measured(rule, reading))
        wrong += reading.wrong
    if check.judged:
        found = tuple(_of_the_judge(evidence))
        measured.append(Measured(
            name="judged", words=JUDGE, unit="findings", value=str(len(found)), limit="0", held=not found))
        wrong += [each for each in found if not any(each.what == other.what for other in wrong)]
    return _concluded(check, evidence, tuple(measured), tuple(wrong), unreached)


def _concluded(
    check: Check, evidence: Evidence, measured: tuple[Measured, ...], wrong: tuple[Wrong, ...],
    unreached: NotReachedError | None,
) -> Result:
    result = Result(
        check=check.id, outcome=Outcome.HELD, measured=measured, wrong=wrong, late_ms=evidence.late_ms,
        money_fen=max((each.money_fen for each in wrong), default=0))
    sure = [each for each in wrong if not each.missed_by_ms or each.missed_by_ms > evidence.late_ms]
    if sure:
        return _failed(result, sure, evidence.starved)
    if wrong:
        late = f"{evidence.late_ms:.0f}"
        return msgspec.structs.replace(result, outcome=Outcome.INCONCLUSIVE, why=Told(
            f"{wrong[0].what.en}; missed by {wrong[0].missed_by_ms:.0f} ms, and this machine was late by {late} ms",
            f"{wrong[0].what.zh}；差 {wrong[0].missed_by_ms:.0f} 毫秒，而本机延迟达 {late} 毫秒"))
    if unreached is not None:
        if isinstance(unreached, NotObservableError):
            return msgspec.structs.replace(result, outcome=Outcome.NOT_OBSERVABLE, why=unreached.why)
        return not_reached(result, unreached.why, evidence.starved)
    return result


def _failed(result: Result, sure: list[Wrong], starved: Told | None) -> Result:
    """Wrong; but of a terminal whose process had no processor for too long only a time missed by more than that is."""
    return _ended(result, Outcome.FAILED, sure[0].what, None if any(each.missed_by_ms for each in sure) else starved)


def not_reached(result: Result, why: Told, starved: Told | None) -> Result:
    """What was to be tried did not come up; a terminal that had no processor for too long may be why."""
    return _ended(result, Outcome.NOT_REACHED, why, starved)


def _ended(result: Result, outcome: Outcome, why: Told, starved: Told | None) -> Result:
    if starved is None:
        return msgspec.structs.replace(result, outcome=outcome, why=why)
    return msgspec.structs.replace(
        result, outcome=Outcome.INCONCLUSIVE, why=Told(f"{why.en}; {starved.en}", f"{why.zh}；{starved.zh}"))


def _unseen(rule: Rule) -> Measured:
    return Measured(name=rule.name, words=rule.words, unit=rule.unit, value="", limit="", seen=False)


def _measured(rule: Rule, reading: Reading) -> Measured:
    return Measured(
        name=rule.name, words=rule.words, unit=rule.unit, value=reading.value, limit=reading.limit,
        margin=reading.margin, held=not reading.wrong)


# ---- what the judge says ---------------------------------------------------------------------


def _of_the_judge(evidence: Evidence) -> Iterable[Wrong]:
    judgement = evidence.judgement
    if judgement is None:
        return
    touched = _touched(evidence)
    for finding in judgement.findings:
        if evidence.cuts and finding.code in EXCUSED_BY_A_CUT:
            continue
        if finding.invariant in OF_THE_TERMINAL and not _is_of(finding, touched):
            yield Wrong(
                what=Told(finding.what, finding.what_zh or finding.what), number=_message_of(evidence, finding),
                money_fen=finding.amount_fen)


def _touched(evidence: Evidence) -> frozenset[int]:
    """Trace numbers of requests that the line spoilt or doubled: what the host says of them is not the terminal's."""
    return frozenset(
        each.stan for each in evidence.seen if each.way is Way.UP and each.fate in SPOILING)


def _is_of(finding: Finding, numbers: frozenset[int]) -> bool:
    return _number_in(finding.key) in numbers


def _message_of(evidence: Evidence, finding: Finding) -> int:
    """The first message on the line that a finding is about."""
    stan = _number_in(finding.key)
    return next((each.number for each in evidence.seen if stan and each.stan == stan), 0)


def _number_in(key: str) -> int:
    """The trace number in a key of the judge.

    >>> _number_in("10000001/000001/000002"), _number_in("")
    (2, 0)
    """
    said = key.rpartition("/")[2]
    return int(said) if said.isdigit() else 0


# ---- the first wrong frame -------------------------------------------------------------------


def first_wrong_frame(wrong: Iterable[Wrong], seen: Iterable[SeenMessage], dialect: Dialect) -> Frame | None:
    """The first message that something is wrong with, decoded and masked."""
    numbers = [each.number for each in wrong if each.number]
    if not numbers:
        return None
    first = min(numbers)
    message = next((each for each in seen if each.number == first), None)
    return None if message is None else frame_of(message, dialect)


def frame_of(message: SeenMessage, dialect: Dialect) -> Frame:
    """A message as a report shows it."""
    fields: tuple[tuple[str, str], ...] = ()
    if message.message is not None:
        try:
            decoded = decode_generic(message.frame, dialect)
            masked = mask_fields(decoded.fields, dialect)
            fields = tuple(sorted(masked.items(), key=lambda field: int(field[0])))
        except WireError:
            fields = ()
    return Frame(
        number=message.number, at_ms=message.at_ms, way=message.way.value, mti=message.mti, kind=message.kind,
        fate=message.fate.value, fields=fields)
