"""Acquirer hosts built wrong on purpose, by kind, each in one way; the right one knows nothing of them.

Each wrong function is given the right one, and stands in its place in the table of the host.
``caught_by`` names the invariants that such a host violates once its case comes up.
"""

from __future__ import annotations

from simulator.defect import Defect, rows_in

DEFECTS: dict[str, Defect] = rows_in(__name__, __path__)
