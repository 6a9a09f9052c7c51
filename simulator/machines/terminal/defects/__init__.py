"""Terminals built wrong on purpose, by kind, each in one way; the right one knows nothing of them.

``caught_by`` names the invariants that such a terminal violates in the run that ``shown_by`` names,
beside a right host.
"""

from __future__ import annotations

from simulator.defect import Defect, rows_in

DEFECTS: dict[str, Defect] = rows_in(__name__, __path__)
