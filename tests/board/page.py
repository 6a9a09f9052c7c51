"""The tables of docs/board.md, made from what they are about: ``python -m tests.board.page docs/board.md``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from hil.board.defects import board_defects
from tests.board.caught import kept
from tests.board.differential import KNOWN, MAY_DIFFER, STORIES


def _defects() -> Iterator[str]:
    found = kept()
    yield "| firmware | what is wrong | 错在哪里 | caught by |"
    yield "|---|---|---|---|"
    for name, each in board_defects().items():
        result = found.get(name)
        by = result.by if result is not None and result.by else f"({' '.join(each.caught_by)})"
        yield f"| `{name}` | {each.en} | {each.zh} | {by} |"


def _may_differ() -> Iterator[str]:
    yield "| field | why |"
    yield "|---|---|"
    for field, why in MAY_DIFFER.items():
        yield f"| {f'F{field}' if field.isdigit() else field} | {why} |"


def _differences() -> Iterator[str]:
    yield f"| of {len(STORIES)} stories | message | field | what | whose |"
    yield "|---|---|---|---|---|"
    for (story, mti, field), (what, whose) in KNOWN.items():
        yield f"| {story or 'all'} | {mti or 'the row of messages'} | {f'F{field}' if field else '–'} | {what} | {whose} |"


TABLES = {"defects": _defects, "may differ": _may_differ, "differences": _differences}


def printed(text: str) -> str:
    """The document with the tables of today."""
    for name, lines in TABLES.items():
        table = "\n".join(lines())
        text = re.sub(rf"<!-- {name} -->\n.*?<!-- /{name} -->", lambda _, n=name, t=table: f"<!-- {n} -->\n{t}\n<!-- /{n} -->",
                      text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(printed(document.read_text("utf-8")), "utf-8")
