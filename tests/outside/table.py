"""The table of wrong terminals as docs/outside.md shows it: ``python -m tests.outside.table FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.outside.variants import VARIANTS

HEAD = "| terminal | what is wrong | the day that shows it | from the trace | with its log |"


def lines() -> list[str]:
    rows = [HEAD, "|---|---|---|---|---|"]
    for name, variant in VARIANTS.items():
        wrong = _said(variant.till.__doc__)
        day = _said(variant.day.__doc__)
        rows.append(f"| `{name}` | {wrong} | {day} | {_numbers(variant.shows)} "
                    f"| {_numbers(variant.with_log)} |")
    return rows


def _said(doc: str | None) -> str:
    return " ".join((doc or "").split()).rstrip(".")


def _numbers(found: frozenset[int]) -> str:
    return " ".join(str(number) for number in sorted(found)) or "not observable"


def printed(text: str) -> str:
    """The document with the table of today at its end."""
    return text.partition(HEAD)[0].rstrip() + "\n\n" + "\n".join(lines()) + "\n"


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(printed(document.read_text("utf-8")), "utf-8")
