"""Books built wrong on purpose, by kind, each with the invariants that must notice.

The right classes hold no trace of them.
"""

from __future__ import annotations

from simulator.defect import Defect, rows_in

DEFECTS: dict[str, Defect] = rows_in(__name__, __path__)
