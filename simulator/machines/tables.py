"""The tables of both machines as a page to read: docs/machines.md is printed from the code's own.

``python -m simulator.machines.tables > docs/machines.md``; a test holds the page against it.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable

from simulator.machines.acquirer.machine import KEYED, MANAGEMENT, Acquirer
from simulator.machines.acquirer.registry import STATUS_ROWS
from simulator.machines.acquirer.rules import QR_REFUND, RULES
from simulator.machines.acquirer.transactions import Stage, State
from simulator.machines.terminal.machine import EXCHANGES, HANDLED, Terminal
from simulator.machines.terminal.order import JOBS, STEPS
from simulator.machines.terminal.refusals import REFUSALS
from simulator.machines.terminal.replies import CODE_EFFECT
from simulator.wire.kinds import MTI, Kind

# How a transaction and a batch stand at the host, and what moves them on.
STATES: tuple[tuple[State | None, State, str], ...] = (
    (None, State.ASKED, "taken up, issuer or wallet asked"),
    (None, State.DECLINED, "the host itself declines"),
    (None, State.UNDONE, "its reversal came first"),
    (State.ASKED, State.APPROVED, "approved, also in part"),
    (State.ASKED, State.PENDING, "the wallet does not know yet"),
    (State.ASKED, State.DECLINED, "declined"),
    (State.ASKED, State.UNDONE, "no answer, reversed, restarted"),
    (State.PENDING, State.APPROVED, "a query says paid"),
    (State.PENDING, State.DECLINED, "a query says failed"),
    (State.PENDING, State.UNDONE, "given up, reversed"),
    (State.APPROVED, State.UNDONE, "reversed, voided by risk control"),
    (State.DECLINED, State.ASKED, "a 0220 declined for now comes again"),
)
STAGES: tuple[tuple[Stage | None, Stage, str], ...] = (
    (None, Stage.OPEN, "first transaction, or sign-on"),
    (Stage.OPEN, Stage.SETTLED, "0500 balanced, or forced"),
    (Stage.OPEN, Stage.DISPUTED, "0500 unbalanced"),
    (Stage.DISPUTED, Stage.SETTLED, "0320 with 202, 0500 balanced, or forced"),
)


def page() -> str:
    """All of docs/machines.md."""
    return "\n".join([
        _HEAD, _ORDER, *_steps(), "", "### Events", "",
        *_table(("event", "step"), (
            (event.__name__, f"`{name}`") for event, name in HANDLED.items()
        )),
        "", "### Kinds of transaction", "", _KINDS, "", *_kinds(), "",
        "### What it refuses by itself", "",
        "In this order; the first reason is told, nothing is sent.", "", *_refusals(), "",
        "### Response codes with an effect of their own", "", *_codes(), "", _HOST,
        *_diagram(STATES), "", "### A batch", "", *_diagram(STAGES), "",
        "### Steps by kind", "", *_host_steps(), "", "### What a kind asks of issuer and original",
        "", *_rules(), "", "### A terminal that is not active", "", *_statuses(), "",
    ])


_HEAD = """# The machines

Terminal and acquirer host are tables and pure steps: an event and a time in, ordered effects out.
This page is printed from the code's own tables by `python -m simulator.machines.tables`;
change those, not this.

```
event, now_ms ─▶ handle ─▶ records applied to the state ─▶ effects: Store, Send, Conclude, Print …
                   ▲                                          │ one by one; a power cut is
                   └── journal ◀── Booted after a cut ◀───────┘ "the first k were done"
```

## Terminal

One job (what somebody asked for) and one exchange (a request that waits for its reply) at a time.
"""
_ORDER = """### What goes first

After each event the first row that is due is started, until something must be waited for.
"""
_KINDS = """*starts* is the job's own exchange; – where only the terminal itself begins it. *reply* and
*no reply* take the exchange to its end."""
_HOST = """## Acquirer host

Known terminal (97) and merchant (03) → right MAC (A0) → readable track (30) → copy of a known
transaction → open batch (77) → status (57, 58, 43) and barred kinds (58) → service open (its code) →
software (78) → the step of its kind. A service that is silent says nothing to anybody.

### A transaction
"""


def _steps() -> Iterable[str]:
    return _table(("", "due", "then"), (
        (number, _said(Terminal, step.due), _said(Terminal, step.start))
        for number, step in enumerate(STEPS, 1)
    ))


def _kinds() -> Iterable[str]:
    return _table(("kinds", "starts", "reply", "no reply"), _together(
        (kind, _code(JOBS.get(kind, "_start_sign_on" if kind is Kind.SIGN_ON else "")),
         _code(replied), _code(unanswered))
        for kind, (replied, unanswered) in EXCHANGES.items()
    ))


def _refusals() -> Iterable[str]:
    return _table(("kinds", "reasons, in order"), _together(
        (kind, ", ".join(row.__name__.strip("_") for row in rows))
        for kind, rows in REFUSALS.items()
    ))


def _codes() -> Iterable[str]:
    codes: dict[str, list[str]] = defaultdict(list)
    for code, effect in CODE_EFFECT.items():
        codes[effect.value].append(code)
    return _table(("effect", "codes"), (
        (effect, " ".join(sorted(named))) for effect, named in codes.items()
    ))


def _host_steps() -> Iterable[str]:
    steps = MANAGEMENT | KEYED | dict.fromkeys(RULES, "take_up")
    return _table(("kinds", "step", "does"), _together(
        (kind, f"`{steps[kind]}`", _said(Acquirer, steps[kind])) for kind in MTI
    ))


def _rules() -> Iterable[str]:
    return _table(("kinds", "issuer is asked to", "original", "sum", "original's batch open"), _together(
        (kind, rule.request.value,
         ", ".join(sorted(each.value for each in rule.originals)) or "–", rule.sum.value,
         "yes" if rule.open_batch else "–")
        for kind, rule in (RULES | {Kind.QR_REFUND: QR_REFUND}).items()
    ))


def _statuses() -> Iterable[str]:
    return _table(("status", "answer", "to"), (
        (status.value, row.response_code,
         "everything" if row.everything else "what begins something new")
        for status, row in STATUS_ROWS.items()
    ))


def _together(rows: Iterable[tuple[Kind, *tuple[str, ...]]]) -> Iterable[tuple[str, ...]]:
    """Kinds that differ in nothing share a row."""
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for kind, *rest in rows:
        alike[tuple(rest)].append(kind.value)
    return ((", ".join(kinds), *rest) for rest, kinds in alike.items())


def _diagram(moves: Iterable[tuple[State | Stage | None, State | Stage, str]]) -> Iterable[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for begin, end, why in moves:
        yield f"    {begin.value if begin else '[*]'} --> {end.value}: {why}"
    yield "```"


def _said(machine: type, name: str) -> str:
    """What a method says of itself, or its name in words."""
    method: Callable[..., object] = getattr(machine, name)
    text = (method.__doc__ or "").strip().partition("\n")[0].rstrip(".")
    return text or name.strip("_").replace("_", " ")


def _code(name: str) -> str:
    return f"`{name}`" if name else "–"


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterable[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"


if __name__ == "__main__":
    sys.stdout.write(page())
