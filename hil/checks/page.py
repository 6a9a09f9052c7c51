"""The table of checks as a page to read: docs/checks.md is printed from the rows.

``python -m hil.checks.page > docs/checks.md`` (``make docs``); a test holds the page against it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from hil.checks.catchers import UNSEEN
from hil.checks.check import GROUPS, NEEDS, Check
from hil.checks.matrix import caught
from hil.checks.table import CHECKS
from hil.device.ecr_defects import ALL_DEFECTS

_HEAD = """# Checks of a terminal

`daozhang bench check BENCH` holds a terminal to {count} rules of recovery and settlement, as a black box: by the messages
that a relay sees, by what the till is told, and by the host's own trace, judged as the line carried it. Nothing of the
terminal's own is read. This page is printed from the rows by `python -m hil.checks.page` (`make docs`); change those.

```
daozhang bench check fixtures/benches/virtual.toml
daozhang bench check my.toml --only REV,SET-08 --out out/checks --json checks.json --junit checks.xml
daozhang bench check my.toml --list
daozhang bench check fixtures/benches/virtual.toml --defect terminal.ignores_mac
```

Each check is a run of its own: a fresh host, and a terminal brought to a clean start. On a virtual bench several run at
once (`--jobs`, three for each core), on a standing one they run one after the other. Ctrl-C lets what is under way end and
keeps what is done (130); a second one, or SIGTERM (143), waits for nothing and tells what was done.
A standing bench that cannot be started twice in a row, for the same reason (its ECR line is dead, its power does not
switch), is given up: that reason is told once, what was done before is kept (3).

| outcome | means | exit |
|---|---|---|
| held | what was tried came up, and everything that must hold did | 0 |
| failed | the terminal did otherwise; first wrong frame, money, command to repeat it | 1 |
| not reached | it could not be tried here: a need of the check is not met, or its message never came | 0 |
| not observable | nothing outside the terminal shows it | 0 |
| inconclusive | a time was missed by less than this machine itself was late, or a virtual or emulated terminal's process, the host's and the bench's together were kept from a processor or a disk for longer than the check bears; tried twice at once, and twice in each of `--repeat` rounds (3), one check at a time, when all others are done | 3 |
| bench at fault | power, till, port or host did not do their part | 3 |

**Times** are measured between messages at the relay. The margin is `tolerance` in `[limits]` of the bench file; a thread
measures how late the machine itself wakes, and what is missed by less than that accuses nobody.

**Settings** of the terminal that a check wants (`offline_limit`, `disabled`) are laid over those of a virtual device, which
also gets short waits (`reply_timeout` 2 s, `reversal_idle` 1 s). A standing terminal keeps its own: what would need others
is not reached. What is right may depend on the profile; those settings stand in the last column.

**Near an end**: a new virtual device is given its next trace number (`daozhang device --first-stan`), any terminal its next
batch number by the host (`[acquirer] first_batch`), and a batch is full at `batch_limit` of the terminal's settings.

**What is not seen**: a rule that nothing outside the terminal shows (no number or code was told, what became of a damaged
reply) is no rule that held: `"seen": false` in the JSON; the check is not observable where nothing else carries it.

**The till's line** is spoilt by the till itself: it lets the cable go when the terminal's answer begins, or says a request
twice; without `[ecr]` these checks are not reached.

**The judge** hears the host's trace with what the relay did to it: what was lost is lost, what was changed is nobody's word.
A finding about a message that the line spoilt or doubled on its way up is none of the terminal's.
"""


def page() -> str:
    """All of docs/checks.md."""
    return "\n".join([
        _HEAD.format(count=len(CHECKS)), *_needs(), "", *_groups(), "## Wrong terminals, and who catches them", "",
        *_caught(), "",
    ])


def _needs() -> Iterator[str]:
    yield "Needs of a check beside line and till: " + "; ".join(
        f"`{need.value}` {told.en}" for need, told in NEEDS.items()) + "."


def _groups() -> Iterator[str]:
    for group, words in GROUPS.items():
        yield f"## {group.value}: {words.en}"
        yield ""
        yield "| check | what happens | rule | source | measured | needs | changed by |"
        yield "|---|---|---|---|---|---|---|"
        for check in CHECKS.values():
            if check.group is group:
                yield _row(check)
        yield ""


def _row(check: Check) -> str:
    kinds = sorted(kind.value for kind in check.kinds if kind.value != "sale")
    needs = [need.value for need in check.needs] + kinds
    measured = dict.fromkeys(f"{rule.name} ({rule.unit})" for rule in check.must)
    return (
        f"| {check.id} | {check.title.en} | {check.rule.en} | {check.source} | {', '.join(measured)} "
        f"| {', '.join(needs)} | {', '.join(check.changed_by)} |")


def _caught() -> Iterator[str]:
    yield ("Every terminal of `daozhang defects` is put through the checks by `make bench-defects`, those first that are known "
           "to catch it, until one does: the table shows who was seen to catch it, not all who would. The right terminal passes "
           "them all.")
    yield ""
    yield ("Those named `till.…` are right terminals behind an ECR port that is wrong: what the till is told is not what became "
           "of its order. They are built by `--defect` as the others are, and are known on a bench only.")
    yield ""
    found = caught().tried
    names = [name for name in ALL_DEFECTS if name in found or name in UNSEEN]
    unseen = [name for name in names if name in UNSEEN]
    yield (f"{len(names)} wrong terminals: {len(names) - len(unseen)} caught, {len(unseen)} not observable at a bench.")
    yield ""
    yield "| terminal built wrong | caught by |"
    yield "|---|---|"
    for name in names:
        by = ", ".join(found[name].by) if name in found and found[name].by else ""
        why = f"not observable at a bench: {UNSEEN[name].en}" if name in UNSEEN else ""
        yield f"| `{name}`: {ALL_DEFECTS[name].what} | {by or why} |"


if __name__ == "__main__":
    sys.stdout.write(page())
