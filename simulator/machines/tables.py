"""The tables of both machines as a page to read: docs/machines.md is printed from the code's own.

``python -m simulator.machines.tables > docs/machines.md``; a test holds the page against it.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable

from simulator.catalogue.response_codes import (
    RESPONSE_CODES,
    AtTerminal,
    Held,
    Outcome,
    ResponseCode,
    Reverses,
)
from simulator.machines.acquirer.machine import RIGHT_HOST
from simulator.machines.acquirer.moves import BATCH_MOVES, BatchMove, Move
from simulator.machines.acquirer.moves import MOVES as HOST_MOVES
from simulator.machines.acquirer.registry import STATUS_ROWS
from simulator.machines.acquirer.rules import RULES, WALLET_RULES
from simulator.machines.terminal.machine import EXCHANGES, JOBS, MOVES, ORDER
from simulator.machines.terminal.refusals import REFUSALS
from simulator.machines.terminal.sign_on import start_sign_on
from simulator.wire.kinds import MTI, Kind

# What a row of the table of response codes can do, in words.
EFFECTS: dict[str, Callable[[ResponseCode], bool]] = {
    "approved": lambda row: row.outcome is Outcome.APPROVED,
    "approved for the sum of the reply": lambda row: row.outcome is Outcome.PARTIAL,
    "nobody knows yet: asked again": lambda row: row.outcome is Outcome.PENDING,
    "terminal signs on again": lambda row: row.terminal is AtTerminal.SIGN_ON,
    "terminal updates": lambda row: row.terminal is AtTerminal.UPDATE,
    "clerk keeps the card": lambda row: row.terminal is AtTerminal.CAPTURE_CARD,
    "only for now: the terminal repeats what it stores, the host forgets its no": lambda row: row.retry,
    "the host had it before: delivered": lambda row: row.held is Held.YES,
    "the host never had it: nothing to reverse": lambda row: row.held is Held.NO,
    "without MAC not believed: the terminal reverses": lambda row: row.reverses is Reverses.TERMINAL,
    "the issuer may have booked it: the host reverses": lambda row: row.reverses is Reverses.HOST,
}


def page() -> str:
    """All of docs/machines.md."""
    return "\n".join([
        _HEAD, _ORDER, *_steps(), "", "### Events", "",
        *_moves(),
        "", "### Kinds of transaction", "", _KINDS, "", *_kinds(), "",
        "### What it refuses by itself", "",
        "In this order; the first reason is told, nothing is sent.", "", *_refusals(), "",
        "### Response codes with an effect of their own", "", *_codes(), "", _HOST,
        *_checks(), "", "### A transaction", "", _LAW, "", *_diagram(HOST_MOVES), "", "### A batch", "",
        *_diagram(BATCH_MOVES), "", "### Events at the host", "", *_host_events(), "",
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

### What a request passes

In this order; the first row that answers ends it, and the last one is the step of its kind.
"""


_LAW = "A record that has no row here raises `UnlawfulMoveError`, and nothing is changed."


def _steps() -> Iterable[str]:
    return _table(("", "due", "then"), (
        (number, _first_line(step.due), _first_line(step.start)) for number, step in enumerate(ORDER, 1)
    ))


def _moves() -> Iterable[str]:
    """Events down, what is waited for across; a place without a row raises."""
    events = list(dict.fromkeys(event for moves in MOVES.values() for event in moves))
    return _table(("event", *(state.__name__ for state in MOVES)), (
        (event.__name__, *(_named(moves.get(event)) for moves in MOVES.values()))
        for event in events
    ))


def _kinds() -> Iterable[str]:
    return _table(("kinds", "starts", "reply", "no reply"), _together(
        (kind, _named(start_sign_on if kind is Kind.SIGN_ON else JOBS.get(kind)),
         _named(row.replied), _named(row.unanswered))
        for kind, row in EXCHANGES.items()
    ))


def _refusals() -> Iterable[str]:
    return _table(("kinds", "reasons, in order"), _together(
        (kind, ", ".join(row.__name__.strip("_") for row in rows))
        for kind, rows in REFUSALS.items()
    ))


def _codes() -> Iterable[str]:
    codes: dict[str, list[str]] = defaultdict(list)
    for code, row in RESPONSE_CODES.items():
        for effect, has_it in EFFECTS.items():
            if has_it(row):
                codes[effect].append(code)
    return _table(("effect", "codes"), (
        (effect, " ".join(sorted(codes[effect]))) for effect in EFFECTS
    ))


def _checks() -> Iterable[str]:
    rows: list[tuple[Callable[..., object], str, str]] = [
        (row.keeps_out, row.response_code or ("of the setting" if row.alarm else "nothing"), "all") for row in RIGHT_HOST.entrance
    ]
    rows += [(row.step, row.answer or "–", row.whose) for row in RIGHT_HOST.checks]
    return _table(("", "row", "looks at", "answer", "kinds"), (
        (number, f"`{step.__name__}`", _first_line(step), answer, whose)
        for number, (step, answer, whose) in enumerate(rows, 1)
    ))


def _host_events() -> Iterable[str]:
    return _table(("event", "step", "does"), (
        (event.__name__, f"`{step.__name__}`", _first_line(step))
        for event, step in RIGHT_HOST.by_event.items()
    ))


def _host_steps() -> Iterable[str]:
    return _table(("kinds", "step", "refused by", "does"), _together(
        (kind, f"`{row.step.__name__}`", f"`{row.refuse.__name__}`", _first_line(row.step))
        for kind, row in ((kind, RIGHT_HOST.by_kind[kind]) for kind in MTI)
    ))


def _rules() -> Iterable[str]:
    return _table(("kinds", "issuer is asked to", "original", "sum", "original's batch open"), _together(
        (kind, rule.request.value,
         ", ".join(sorted(each.value for each in rule.originals)) or "–", rule.sum.value,
         "yes" if rule.open_batch else "–")
        for kind, rule in (RULES | WALLET_RULES).items()
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


def _diagram(moves: Iterable[Move | BatchMove]) -> Iterable[str]:
    """What leads to another state; that a record leaves it where it is, is said below."""
    staying: dict[str, list[str]] = defaultdict(list)
    yield "```mermaid"
    yield "stateDiagram-v2"
    for move in moves:
        begin = move.begin.value if move.begin else "[*]"
        end = move.end.value if move.end else "[*]"
        if begin == end:
            staying[move.why].append(begin.replace("[*]", "none"))
        else:
            yield f"    {begin} --> {end}: {move.why}"
    yield "```"
    yield ""
    yield from _table(("leaves it as it is", "where it is"), (
        (why, ", ".join(states)) for why, states in staying.items()
    ))


def _first_line(step: Callable[..., object]) -> str:
    """What a function says of itself."""
    return (step.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def _named(function: Callable[..., object] | None) -> str:
    return f"`{function.__name__}`" if function is not None else "–"


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterable[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"


if __name__ == "__main__":
    sys.stdout.write(page())
