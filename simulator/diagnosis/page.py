"""The tables of docs/diagnosis.md, printed from the signatures: ``python -m simulator.diagnosis.page FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from simulator.diagnosis.signatures import all_signatures

BEGIN, END = "<!-- signatures -->", "<!-- end of signatures -->"


def table() -> str:
    """What speaks for each mode, and what cannot be told apart."""
    rows = all_signatures()
    lines = ["| mode | speaks for it (weight) | explained by it, too |", "|---|---|---|"]
    for row in rows.signatures:
        signs = ", ".join(f"`{name}` {weight:g}" for name, weight in row.signs.items())
        weak = ", ".join(f"`{name}`" for name in row.weak)
        lines.append(f"| {row.mode} | {signs} | {weak or '–'} |")
    lines += ["", "| not told apart | by which sign | why | what would decide |", "|---|---|---|---|"]
    lines += [
        f"| {', '.join(each.modes)} | `{each.sign}` | {each.en} | {each.decides} |"
        for each in rows.alike]
    return "\n".join(lines)


def written_into(page: str) -> str:
    """A page with the tables as they are now."""
    before, _, rest = page.partition(BEGIN)
    _, _, behind = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{behind}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(written_into(path.read_text("utf-8")), "utf-8")
