"""Which faults of a scenario may stay away though nobody says so: those that an offline sale was to do without."""

from __future__ import annotations

import msgspec

from hil.gherkin.stage import Stage
from simulator.judge.verdict import Judgement, Verdict
from simulator.wire.kinds import Kind


def stayed_away(stage: Stage) -> tuple[str, ...]:
    """The modes that never struck and should have."""
    return tuple(mode for mode in stage.target.unstruck() if not _is_excused(stage, mode))


def excused(stage: Stage, judgement: Judgement) -> Judgement:
    """The judgement without its doubts about faults that may stay away."""
    modes = {mode for mode in stage.target.unstruck() if _is_excused(stage, mode)}
    kept = [
        (en, zh) for en, zh in zip(judgement.reasons, judgement.reasons_zh, strict=True)
        if not any(en.endswith(f"({mode}) never struck") for mode in modes)]
    is_whole = judgement.verdict is Verdict.INCONCLUSIVE and not kept
    return msgspec.structs.replace(
        judgement, verdict=Verdict.PASS if is_whole else judgement.verdict,
        reasons=tuple(en for en, _ in kept), reasons_zh=tuple(zh for _, zh in kept))


def _is_excused(stage: Stage, mode: str) -> bool:
    """An offline sale needs no line, so that one that is down meets no message."""
    return mode.startswith("network.") and any(
        each.wish.kind is Kind.OFFLINE_SALE and each.told.approved for each in stage.made)
