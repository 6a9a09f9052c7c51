"""What was tried and what came of it, and what is built wrong, as the tables of docs/attacks.md."""

from __future__ import annotations

from tests.attack.attacks import ATTACKS
from tests.attack.wrong_hosts import WRONG

HEAD = "| attack | what is done | tried | acknowledged lost | damage believed | peak memory | client served in | control served in | came of it |"
RULE = "|---|---|---|---|---|---|---|---|---|"
WRONG_HEAD = "| built wrong | found by |"
WRONG_RULE = "|---|---|"


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


def wrong_rows():
    """What each host or device that is wrong does, and which attack finds it."""
    return [f"| {' '.join((wrong.__doc__ or '').split())} | `{attack}` |" for wrong, attack in WRONG.items()]


def printed(text, rows):
    """The document with these rows at its end, and the table of what is built wrong."""
    before, _, rest = text.partition(WRONG_HEAD)
    after = rest.partition("\n\n")[2].partition(HEAD)[0].rstrip()
    return "\n".join([
        before.rstrip(), "", WRONG_HEAD, WRONG_RULE, *wrong_rows(), "", after, "", HEAD, RULE, *rows]) + "\n"


def rows_in(text, head):
    """The cells of each line of a document's table."""
    rows = text.partition(head)[2].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in _until_blank(rows)]


def _until_blank(lines):
    for line in lines:
        if not line.startswith("|"):
            return
        yield line


def _losses(came):
    if came.lost:
        yield f"{came.lost} acknowledged and lost"
    if came.believed:
        yield f"{came.believed} damages believed"


def _count(number):
    return "–" if number is None else str(number)


def _time(seconds):
    return "–" if seconds is None else f"{seconds:.2f} s"
