"""Which faults of a scenario may stay away though nobody says so: those that an offline sale did without.

Such a sale needs no line, so a line that is down for its terminal at that moment meets no message.  A fault
elsewhere, or at another time, has no such excuse.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec

from hil.gherkin.stage import Stage
from simulator.judge.verdict import Judgement, Verdict
from simulator.scenario.units import duration_ms
from simulator.wire.kinds import Kind


def stayed_away(stage: Stage) -> tuple[str, ...]:
    """The modes that never struck and should have."""
    return tuple((Counter(stage.target.unstruck()) - _done_without(stage)).elements())


def excused(stage: Stage, judgement: Judgement) -> Judgement:
    """The judgement without its doubts about faults that may stay away."""
    modes = set(stage.target.unstruck()) - set(stayed_away(stage))
    kept = [
        (en, zh) for en, zh in zip(judgement.reasons, judgement.reasons_zh, strict=True)
        if not any(en.endswith(f"({mode}) never struck") for mode in modes)]
    is_whole = judgement.verdict is Verdict.INCONCLUSIVE and not kept
    return msgspec.structs.replace(
        judgement, verdict=Verdict.PASS if is_whole else judgement.verdict,
        reasons=tuple(en for en, _ in kept), reasons_zh=tuple(zh for _, zh in kept))


def _done_without(stage: Stage) -> Counter[str]:
    """The modes of the network that an approved offline sale of this terminal met while they held, one for each fault."""
    offline = [each for each in stage.made if each.wish.kind is Kind.OFFLINE_SALE and each.told.approved]
    return Counter(
        str(fault["mode"]) for fault in stage.faults if str(fault["mode"]).startswith("network.")
        and any(_holds_at(fault, each.at_ms) and _is_aimed_at(stage, fault, each.merchant, each.terminal) for each in offline))


def _holds_at(fault: dict[str, object], at_ms: int) -> bool:
    """Whether a moment lies in the window of a fault; one without a begin holds from when it was said."""
    said_ms = fault["said_ms"]
    assert isinstance(said_ms, int)
    begins_ms = _moment_ms(str(fault["at"])) if "at" in fault and str(fault["at"])[:1] == "2" else said_ms
    ends_ms = begins_ms + duration_ms(str(fault["for"])) if "for" in fault else fault.get("ended_ms")
    return begins_ms <= at_ms and (not isinstance(ends_ms, int) or at_ms < ends_ms)


def _moment_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def _is_aimed_at(stage: Stage, fault: dict[str, object], merchant: str, terminal: int) -> bool:
    """Whether a fault is one of everybody, of this merchant or of this terminal."""
    target = str(fault.get("target", ""))
    return target in ("", merchant) or target == f"{merchant}/{terminal - stage.cast.number_of(merchant, 1) + 1}"
