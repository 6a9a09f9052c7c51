"""What the head of a money scenario says must come out, computed there by hand, against a run.

``# TRUTH sale where gross fee net date`` says of one sale where its money is, what remains of it,
the fee of that, what the merchant has of it, and the day (``MM-DD``) on which that was in the
account; ``-`` says nothing.  ``# SUM bank MM-DD: … = net`` is what the statements show for that
day, over all payouts; ``# SUM bank: … = net`` over the whole run.  ``# SHARE issuer … = sum`` (or
network, acquirer) is what one of them has of all fees that were cleared.  What stands before the
last ``=`` is how it was computed, for the reader.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from simulator.judge.verdict import Judgement, SaleRow, Where
from simulator.local_time import date_at
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import ItemCleared, PayoutPosted, Posted, Record
from simulator.trial import TrialOptions, try_scenario

ANY = "-"
WHOLE_RUN = ""
_TRUTH = re.compile(r"# TRUTH (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)")
_SHARE = re.compile(r"# SHARE (issuer|network|acquirer) (?:.*= ?)?(-?\d+\.\d\d)")
_SUM = re.compile(r"# SUM bank ?(\d\d-\d\d)?: (?:.*= ?)?(-?\d+\.\d\d)")


class Truth(NamedTuple):
    """One sale, as texts of the head."""

    sale: str
    where: str
    gross: str
    fee: str
    net: str
    date: str


class Shown(NamedTuple):
    """What a run showed."""

    judgement: Judgement
    booked: dict[str, int]  # by day of the bank, and WHOLE_RUN
    trace: list[Record]


def truths_of(text: str) -> list[Truth]:
    """All sales of which a head says something; a line that says it badly is a mistake of ours."""
    lines = [line for line in text.splitlines() if line.startswith("# TRUTH")]
    found = [match for line in lines if (match := _TRUTH.fullmatch(line.strip()))]
    assert len(found) == len(lines), f"not as TRUTH is written: {lines}"
    return [Truth(*match.groups()) for match in found]


def sums_of(text: str) -> dict[str, str]:
    """What the statements must show, by day."""
    lines = [line for line in text.splitlines() if line.startswith("# SUM")]
    found = [match for line in lines if (match := _SUM.fullmatch(line.strip()))]
    assert len(found) == len(lines), f"not as SUM is written: {lines}"
    return {match[1] or WHOLE_RUN: match[2] for match in found}


def shares_of(text: str) -> dict[str, str]:
    """What each has of all fees."""
    lines = [line for line in text.splitlines() if line.startswith("# SHARE")]
    found = [match for line in lines if (match := _SHARE.fullmatch(line.strip()))]
    assert len(found) == len(lines), f"not as SHARE is written: {lines}"
    return {match[1]: match[2] for match in found}


def run_of(text: str) -> Shown:
    """Run a scenario, all its rows kept."""
    trace: list[Record] = []
    judgement = try_scenario(
        scenario_of_text(text), TrialOptions(keep_sales=None), listeners=[trace.append])
    booked = {WHOLE_RUN: 0}
    for record in trace:
        if isinstance(record, PayoutPosted):
            day = date_at(record.at_ms).strftime("%m-%d")
            booked[day] = booked.get(day, 0) + record.net_fen
            booked[WHOLE_RUN] += record.net_fen
    return Shown(judgement, booked, trace)


def shown_of(row: SaleRow, truth: Truth) -> Truth:
    """A row of the report in the form of a TRUTH line; what that does not say is not shown."""
    arrived = row.where is Where.ARRIVED
    day = date_at(row.when_ms).strftime("%m-%d") if arrived and row.when_ms else ANY
    shown = Truth(
        row.sale, row.where.value, yuan(row.amount_fen), yuan(row.fee_fen), yuan(row.net_fen), day)
    return Truth(*(ANY if said == ANY else have for said, have in zip(truth, shown, strict=True)))


def disagreements(text: str, shown: Shown) -> list[str]:
    """Everything that did not come out as the head says."""
    rows = {row.sale: row for row in shown.judgement.sales}
    wrong = []
    for truth in truths_of(text):
        row = rows.get(truth.sale)
        have = shown_of(row, truth) if row else None
        if have != truth:
            wrong.append(f"said {' '.join(truth)}, shown {' '.join(have) if have else 'nothing'}")
    for day, said in sums_of(text).items():
        have_fen = yuan(shown.booked.get(day, 0))
        if have_fen != said:
            wrong.append(f"said bank {day or 'in all'} {said}, shown {have_fen}")
    items = [record for record in shown.trace if isinstance(record, ItemCleared)]
    issuer = sum(item.issuer_fen for item in items)
    network = sum(item.scheme_fen for item in items)
    shared = {"issuer": issuer, "network": network,
              "acquirer": sum(item.fee_fen for item in items) - issuer - network}
    ledger = {"issuer": "fee:issuer", "network": "fee:scheme", "acquirer": "fee:acquirer"}
    for who, said in shares_of(text).items():
        booked = sum(
            fen for record in shown.trace if isinstance(record, Posted)
            for account, fen in record.entries if account == ledger[who])
        if {yuan(shared[who]), yuan(booked)} != {said}:
            wrong.append(f"said {who} {said}, shown {yuan(shared[who])}, booked {yuan(booked)}")
    return wrong


def yuan(fen: int) -> str:
    """Fen as a head writes them: yuan without separators."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def heads(folder: Path) -> list[str]:
    """The names of the scenarios of a folder whose heads say what must come out."""
    return sorted(
        path.name for path in folder.glob("*.toml")
        if re.search(r"^# (TRUTH|SUM|SHARE)", path.read_text("utf-8"), re.MULTILINE)
    )
