"""Each wrong terminal is found, from the host's trace alone or with its log; right ones never are."""

from __future__ import annotations

import pytest

from tests.outside.day import SCENARIO
from tests.outside.families import FAMILIES
from tests.outside.fleet import Visit, run_days
from tests.outside.host import Host
from tests.outside.logbook import Logbook
from tests.outside.till import Till
from tests.outside.variants import VARIANTS
from tests.outside.verdict import judge

pytestmark = pytest.mark.live

SHOP = "station kiosk"
DAYS = {variant.day.__name__: variant.day for variant in VARIANTS.values()}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    """The findings without and with the logs, and the TID of each terminal."""
    folder = tmp_path_factory.mktemp("fleet")
    with Host(SCENARIO, folder) as host:
        places = [(tid, mid) for tid, mid, shop in host.tell("status")["terminals"] if shop == SHOP]
        kinds = {name: (variant.till, variant.day) for name, variant in VARIANTS.items()}
        kinds |= {name: (Till, day) for name, day in DAYS.items()} | FAMILIES
        places = places[:len(kinds)]
        tids = {name: tid for name, (tid, _) in zip(kinds, places, strict=True)}
        with Logbook(folder / "terminals.jsonl") as logbook:
            run_days(host, [Visit(tid, mid, till, day) for (till, day), (tid, mid)
                            in zip(kinds.values(), places, strict=True)], logbook.of)
        host.tell("jump", to="cut_over")
        host.tell("jump", to="payout")
        host.finish()
    return (judge(host.trace),
            judge(host.trace, "--terminal-log", folder / "terminals.jsonl"), tids)


@pytest.mark.parametrize("name", VARIANTS)
def test_what_is_wrong_is_found_from_the_trace_of_the_host_or_nothing_is_claimed(fleet, name):
    found = fleet[0].numbers(fleet[2][name])
    assert VARIANTS[name].shows <= found
    if not VARIANTS[name].shows:
        assert found == set()


@pytest.mark.parametrize("name", VARIANTS)
def test_with_the_log_of_the_terminal_each_is_found(fleet, name):
    assert VARIANTS[name].with_log <= fleet[1].numbers(fleet[2][name])


@pytest.mark.parametrize("name", [*DAYS, *FAMILIES])
def test_a_right_terminal_is_accused_of_nothing_in_any_of_these_days(fleet, name):
    tid = fleet[2][name]
    assert fleet[0].of(tid) == fleet[1].of(tid) == []
