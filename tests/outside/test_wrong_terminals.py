"""Each wrong terminal is found, from the host's trace alone or with its log; right ones never are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.outside.day import SCENARIO
from tests.outside.fleet import Visit, run_days
from tests.outside.host import Host
from tests.outside.logbook import Logbook
from tests.outside.till import Till
from tests.outside.variants import VARIANTS

pytestmark = pytest.mark.live

SHOP = "station kiosk"
DAYS = {variant.day.__name__: variant.day for variant in VARIANTS.values()}


def judged(trace, *options):
    """The findings of ``daozhang judge``, by TID."""
    out = trace.with_suffix(".judged.json")
    program = Path(sys.executable).with_name("daozhang")
    ended = subprocess.run([program, "judge", trace, "--json", out, *options],
                           capture_output=True, text=True, check=False)
    assert ended.returncode in {0, 1, 4}, ended.stderr
    findings = {}
    for finding in json.loads(out.read_text(encoding="utf-8"))["findings"]:
        findings.setdefault(finding["tid"], []).append(finding)
    return findings


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    """The findings without and with the logs, and the TID of each terminal."""
    folder = tmp_path_factory.mktemp("fleet")
    with Host(SCENARIO, folder) as host:
        places = [(tid, mid) for tid, mid, shop in host.tell("status")["terminals"] if shop == SHOP]
        kinds = {name: (variant.till, variant.day) for name, variant in VARIANTS.items()}
        kinds |= {name: (Till, day) for name, day in DAYS.items()}
        tids = {name: tid for name, (tid, _) in zip(kinds, places, strict=False)}
        with Logbook(folder / "terminals.jsonl", host) as logbook:
            run_days(host, [Visit(tid, mid, till, day) for (till, day), (tid, mid)
                            in zip(kinds.values(), places, strict=False)], logbook.of)
        host.tell("jump", to="cut_over")
        host.tell("jump", to="payout")
        host.tell("drain")
    return (judged(host.trace),
            judged(host.trace, "--terminal-log", folder / "terminals.jsonl"), tids)


def numbers(findings, tid):
    return {finding["invariant"] for finding in findings.get(tid, [])}


@pytest.mark.parametrize("name", VARIANTS)
def test_what_is_wrong_is_found_from_the_trace_of_the_host_or_nothing_is_claimed(fleet, name):
    found = numbers(fleet[0], fleet[2][name])
    assert VARIANTS[name].shows <= found
    if not VARIANTS[name].shows:
        assert found == set()


@pytest.mark.parametrize("name", VARIANTS)
def test_with_the_log_of_the_terminal_each_is_found(fleet, name):
    assert VARIANTS[name].with_log <= numbers(fleet[1], fleet[2][name])
    assert numbers(fleet[1], fleet[2][name])


@pytest.mark.parametrize("name", DAYS)
def test_a_right_terminal_is_accused_of_nothing_in_any_of_these_days(fleet, name):
    tid = fleet[2][name]
    assert fleet[0].get(tid, []) == fleet[1].get(tid, []) == []
