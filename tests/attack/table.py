"""What was tried and what came of it, as the table of docs/attacks.md."""

from __future__ import annotations

from pathlib import Path

from tests.attack.attacks import ATTACKS

HEAD = "| attack | what is done | tried | acknowledged lost | damage believed | peak memory | client served in | control served in | came of it |"
RULE = "|---|---|---|---|---|---|---|---|---|"


def row(name, came):
    """One line of the table."""
    cells = (
        f"`{name}`", said(name), came.tried or "–", _count(came.lost), _count(came.believed),
        f"{came.peak_kib >> 10} MB" if came.peak_kib else "–", _time(came.served_s), _time(came.control_s),
        result(came))
    return "| " + " | ".join(cells) + " |"


def result(came):
    """Stood, not tried here, or what was wrong."""
    if not came.is_stood:
        return "FAILED: " + "; ".join([*came.wrong, *_losses(came)])
    return f"not tried: {came.untried}" if came.untried else "stood"


def said(name):
    """What is done in an attack."""
    return " ".join((ATTACKS[name].__doc__ or "").split())


def _losses(came):
    if came.lost:
        yield f"{came.lost} acknowledged and lost"
    if came.believed:
        yield f"{came.believed} damages believed"


def _count(number):
    return "–" if number is None else str(number)


def _time(seconds):
    return "–" if seconds is None else f"{seconds:.2f} s"


def printed(text, rows):
    """The document with these rows at its end."""
    return "\n".join([text.partition(HEAD)[0].rstrip(), "", HEAD, RULE, *rows]) + "\n"


def names_in(path: Path):
    """The attacks of a document's table, in its order, with what it says of each."""
    rows = path.read_text("utf-8").partition(HEAD)[2].splitlines()[2:]
    return [tuple(cell.strip(" `") for cell in row.strip("|").split("|")[:2]) for row in rows if row]
