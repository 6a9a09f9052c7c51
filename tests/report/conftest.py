"""Judgements to report, made from the judge's own synthetic days."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "judge"))
