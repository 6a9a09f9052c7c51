"""Worlds that are odd and right: nobody is accused, neither of what the world shows nor of what a host at a port sees.

By kind: trace numbers that wrap inside a batch; a completion above its hold that is reversed and repeated; a refund
at the issuer while its sale is paid out; a terminal that drops its last reversal, as its profile says; a run too short.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from line_alone import judged_alone

from simulator.judge.verdict import Verdict
from simulator.local_time import MINUTE_MS
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import PayoutPosted, Record, RunStarted, Sent
from simulator.trial import TrialOptions, try_scenario

SALE = 'at = "10:05", sale = "S1", amount = "68.00", card = "card.li"'
MORE = ('at = "10:10", sale = "S2", amount = "20.00", card = "card.wu"',
        'at = "10:15", sale = "S3", amount = "30.00", card = "card.li"')
LATER = 'at = "10:40", sale = "S4", amount = "5.00"'
HOLD = 'at = "10:05", do = "preauth", sale = "P", amount = "100.00", card = "card.li"'
WRAPS = "settings = { first_stan = 999996 }"
DROPS = 'settings = { after_last_try = "drop" }'
GIVES_UP = 'habits = { after_failed_sale = "gives_up" }'
TWO_BANKS = '[[banks]]\nname = "bank.a"\nlatency = "{latency}"\n[[banks]]\nname = "bank.b"\nlatency = "100ms"\n'


def world(
    *script: str, until: str = "3d", head: str = "", shop: str = "", terminal: str = "", fault: str = "",
    start: str = "2026-01-27", card: str = "",
) -> str:
    acts = ",\n".join(f"  {{ {act} }}" for act in script)
    return f"""title = "odd and right"
start = {start}T10:00:00+08:00
until = "{until}"
{head}
[[cards]]
name = "card.li"
{card}
[[cards]]
name = "card.wu"
[[merchants]]
name = "shop"
{shop}
script = [
{acts}
]
[merchants.terminals]
count = 1
{terminal}
{fault}
"""


def lost(on: str = "reply", mti: str = "0210", nth: int = 1) -> str:
    return f'[[faults]]\nmode = "network.outage"\nhow = "dropped"\non = "{on}"\nmti = "{mti}"\nnth = {nth}\n'


def down(on: str = "reply", lasts: str = "10m") -> str:
    return f'[[faults]]\nmode = "network.outage"\nhow = "dropped"\non = "{on}"\nat = "10:04"\nfor = "{lasts}"\n'


def completed(amount: str, at: str = "10:20", fault: str = "", card: str = "") -> str:
    return world(HOLD, f'at = "{at}", do = "completion", of = "P", amount = "{amount}", sale = "PC"',
                 fault=fault, card=card)


def refunded(*refunds: str, latency: str = "10s", shop: str = "") -> str:
    acts = [f'at = "2026-01-28T{at}", do = "refund", of = "S1", amount = "{fen}"'
            for at, fen in (each.split() for each in refunds)]
    return world(SALE, *acts, 'at = "2026-01-28T12:00", sale = "S2", amount = "100.00", card = "card.li"',
                 head=TWO_BANKS.format(latency=latency), shop=f'bank = "bank.b"\n{shop}', card='bank = "bank.a"')


def dropped(*script: str, on: str = "reply") -> str:
    return world(*script, shop=GIVES_UP, terminal=DROPS, fault=down(on))


PASS = {
    "wraps, void": world(SALE, *MORE, 'at = "10:30", do = "void", of = "S1"', LATER, terminal=WRAPS),
    "wraps, refund": world(
        SALE, *MORE, 'at = "10:30", do = "refund", of = "S1", amount = "10.00"', LATER, terminal=WRAPS),
    "wraps, reversal": world(SALE, *MORE, LATER, terminal=WRAPS, fault=lost(nth=3)),
    "wraps, completion": world(
        HOLD, *MORE, 'at = "10:30", do = "completion", of = "P", amount = "110.00", sale = "PC"', terminal=WRAPS),
    "wraps, two batches": world(
        SALE, *MORE, 'at = "10:20", do = "settlement"', LATER, terminal="settings = { first_stan = 999994 }",
        fault=lost("request", "0200", 2)),
    "completion, 115 %": completed("115.00", fault=lost()),
    "completion, request lost": completed("110.00", fault=lost("request", "0200")),
    "completion, wrong MAC": completed(
        "112.00", fault='[[faults]]\nmode = "acquirer.mac_failure"\nhow = "reply"\nmti = "0210"\nnth = 1'),
    "completion, next day": completed("114.99", "2026-01-28T09:00", lost()),
    "completion, limits": completed("60.00", fault=lost(), card='limits = { day = "110", times_a_day = 1 }'),
    "refund, as it is posted": refunded("08:59:58 68.00", latency="3s"),
    "refund, around it": refunded("08:59:40 20.00", "09:00:05 48.00"),
    "refund, at the second": refunded("09:00:00 68.00"),
    "refund, a fen": refunded("08:59:55 0.01", shop='payout = "D+1"'),
    "refund, fee kept": refunded("08:59:55 30.00", shop='fee_on_refund = "kept"'),
    "dropped, hold": dropped(HOLD),
    "dropped, completion": dropped(
        'at = "10:00:10", do = "preauth", sale = "P", amount = "100.00", card = "card.li"',
        'at = "10:05", do = "completion", of = "P", amount = "100.00", sale = "PC"'),
    "dropped, void": dropped(
        'at = "10:00:10", sale = "S1", amount = "68.00", card = "card.li"', 'at = "10:05", do = "void", of = "S1"'),
    "dropped, two in a row": dropped(SALE, 'at = "10:12", sale = "S2", amount = "9.00"'),
    "dropped, requests too": dropped(SALE, on="request"),
}
INCONCLUSIVE = {
    "short, no drain": world(SALE, until="30m", head='drain = "0s"'),
    "short, before the cut-over": world(SALE, until="8h", head='drain = "2h"'),
    "short, over a holiday": world(SALE, until="1d", head='drain = "1h"', start="2026-02-14"),
    "short, reversal owed": world(SALE, until="6m", head='drain = "0s"', fault=down(lasts="90s")),
    "short, refund on its way": world(
        SALE, 'at = "10:20", do = "refund", of = "S1", amount = "10.00"', until="21m", head='drain = "0s"'),
}
WORLDS = [(name, text, Verdict.PASS) for name, text in PASS.items()]
WORLDS += [(name, text, Verdict.INCONCLUSIVE) for name, text in INCONCLUSIVE.items()]


def _wraps(records: list[Record]) -> bool:
    return {999_999, 1} <= {each.stan for each in records if isinstance(each, Sent)}


def _reverses(records: list[Record]) -> bool:
    return any(isinstance(each, Sent) and each.mti == "0400" for each in records)


def _refunds_at_a_payout(records: list[Record]) -> bool:
    paid = [each.at_ms for each in records if isinstance(each, PayoutPosted)]
    asked = [each.at_ms for each in records if isinstance(each, Sent) and each.mti == "0220"]
    return any(abs(refund - payout) < MINUTE_MS for refund in asked for payout in paid)


CAME_UP: dict[str, Callable[[list[Record]], bool]] = {
    "wraps": _wraps, "completion": _reverses, "refund": _refunds_at_a_payout, "dropped": _reverses,
    "short": lambda records: not any(isinstance(each, PayoutPosted) for each in records),
}


@pytest.mark.parametrize(("name", "text", "verdict"), WORLDS, ids=[row[0] for row in WORLDS])
def test_nobody_is_accused(name, text, verdict):
    records: list[Record] = []
    judgement = try_scenario(scenario_of_text(text), TrialOptions(), [records.append])
    assert CAME_UP[name.partition(",")[0]](records)
    assert [finding.what for finding in judgement.findings] == []
    assert judgement.verdict is verdict, judgement.reasons
    at_a_port = judged_alone(  # no host holds the whole of a day
        msgspec.structs.replace(each, whole=False) if isinstance(each, RunStarted) else each for each in records)
    assert [finding.what for finding in at_a_port.findings] == []
    assert at_a_port.verdict is verdict
