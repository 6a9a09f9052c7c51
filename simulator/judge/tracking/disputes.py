"""Disputes: how far each case came, as it was told; judges nothing."""

from __future__ import annotations

import msgspec

from simulator.catalogue.disputes import CLOSED, STAGES, DisputeStage
from simulator.catalogue.language import Told
from simulator.judge.verdict import DisputeRow
from simulator.trace.records import Disputed

ROWS_KEPT = 1_000


class Disputes:
    """Hears Disputed."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: dict[str, DisputeRow] = {}

    def disputed(self, record: Disputed) -> None:
        """A case came to a stage; what came too late changes none."""
        known = self._rows.get(record.case)
        if known is None:
            if len(self._rows) < ROWS_KEPT:
                self._rows[record.case] = _row(record, record.at_ms)
        elif record.stage is DisputeStage.LATE:
            self._rows[record.case] = msgspec.structs.replace(known, late=known.late + 1)
        else:
            self._rows[record.case] = _row(record, known.opened_ms, known.late)

    def rows(self) -> tuple[DisputeRow, ...]:
        """All cases in the order in which they were opened."""
        return tuple(self._rows.values())


def _row(record: Disputed, opened_ms: int, late: int = 0) -> DisputeRow:
    words, said = STAGES[record.stage], Told(record.reason.en, record.reason.zh)
    if record.lacking is not None:
        said = Told(f"{said.en}; {record.lacking.en}", f"{said.zh}；{record.lacking.zh}")
    return DisputeRow(
        case=record.case, sale=record.sale, key=record.key, mid=record.mid, stage=record.stage.value,
        stage_text=words.en, stage_text_zh=words.zh, amount_fen=record.amount_fen,
        reason=record.reason.value, reason_text=said.en, reason_text_zh=said.zh,
        opened_ms=opened_ms, at_ms=record.at_ms, due_ms=record.due_ms or None,
        closed=record.stage in CLOSED, late=late,
    )
