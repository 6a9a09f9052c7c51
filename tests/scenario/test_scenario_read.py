"""Good scenarios: units, times, numbers and names come out as the file means them."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.catalogue.remedies import ACTIONS
from simulator.faults.atoms import atoms_of
from simulator.faults.injector import Injector
from simulator.faults.modes import REQUEST_MTI, SERVICE_GROUPS
from simulator.faults.targets import choose
from simulator.local_time import moment_ms
from simulator.machines.terminal.profile import TerminalProfile
from simulator.scenario.action_checks import NEEDS
from simulator.scenario.numbers import given_tids, group_tids, topology_of
from simulator.scenario.parts.terminals import ProfileSettings, TerminalGroup
from simulator.scenario.plan import bound_of, fault_rules, labels, planned_actions
from simulator.scenario.profiles import devices, profile_of
from simulator.scenario.read import (
    ScenarioError,
    load_scenario,
    scenario_of,
    scenario_of_text,
)
from simulator.scenario.schema import scenario_schema
from simulator.scenario.toml_lines import key_lines, line_of
from simulator.scenario.units import UnfitError, amount_fen, duration_ms, moment_after
from simulator.trace.records import FaultFired, to_line
from simulator.wire.kinds import MTI, Kind
from simulator.world.run import build_world, run_virtual
from tests.faults import actions_given

SCENARIOS = sorted((Path(__file__).parents[2] / "fixtures" / "scenarios").glob("*.toml"))
HEAD = 'title = "t"\nstart = "2026-01-29T20:00"\nuntil = "4d"\n'
SHOP = '[[merchants]]\nname = "shop"\nterminals = { count = 2 }\n'
START = moment_ms(datetime(2026, 1, 29, 20, 0))  # noqa: DTZ001 - naive is Beijing time


@pytest.mark.parametrize(("text", "ms"), [
    ("500ms", 500), ("30s", 30_000), ("2h", 7_200_000), ("1h30m", 5_400_000), ("4d", 345_600_000),
    ("1w", 604_800_000), ("1m1ms", 60_001), ("0s", 0),
])
def test_durations_are_milliseconds(text, ms):
    assert duration_ms(text) == ms


@pytest.mark.parametrize("text", [
    "", "5", "h", "1h ", " 1h", "-1h", "1.5h", "1m1h", "1H", "1 h", "٣s", 5, None, True, "1hh",
])
def test_what_has_no_unit_is_no_duration(text):
    with pytest.raises(UnfitError):
        duration_ms(text)


@pytest.mark.parametrize(("text", "fen"), [
    ("68.00", 6800), ("68", 6800), ("0.05", 5), ("0.5", 50), ("9999999999.99", 999_999_999_999),
])
def test_amounts_are_fen(text, fen):
    assert amount_fen(text) == fen


@given(st.integers(0, 10**12 - 1))
@settings(max_examples=50)
def test_every_sum_of_twelve_digits_can_be_written(fen):
    assert amount_fen(f"{fen // 100}.{fen % 100:02}") == fen


@pytest.mark.parametrize(("text", "local"), [
    ("2h", "2026-01-29T22:00+08:00"), ("22:30", "2026-01-29T22:30+08:00"),
    ("20:00", "2026-01-29T20:00+08:00"), ("19:59", "2026-01-30T19:59+08:00"),
    ("2026-01-30T00:30", "2026-01-30T00:30+08:00"), ("2026-01-30T00:30Z", "2026-01-30T08:30+08:00"),
    ("2026-01-30T00:30:15.250-05:00", "2026-01-30T13:30:15.250+08:00"),
])
def test_a_moment_is_a_time_a_time_of_day_or_a_duration_after_the_start(text, local):
    assert moment_after(START, text) == moment_ms(datetime.fromisoformat(local))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_that_comes_with_the_program_is_good_and_can_be_injected(path):
    scenario = load_scenario(path)
    rules = fault_rules(scenario)
    injector = Injector(rules, topology_of(scenario), scenario.seed)
    assert {window.label for window in injector.windows()} <= set(labels(scenario))
    assert scenario.expect.arrived
    assert bound_of(scenario) is not None


def test_the_case_study_closes_what_it_says_and_retries_after_the_window():
    scenario = load_scenario(next(path for path in SCENARIOS if path.stem == "maintenance-case-study"))
    rule = fault_rules(scenario)[0]
    assert rule.acts[0].what == {
        "settlement", "batch_upload", "completion_advice", "offline_sale", "adjust", "tip"}
    retry = next(each for each in planned_actions(scenario) if each.do == "retry_after_maintenance")
    assert rule.until_ms == moment_ms(datetime.fromisoformat("2026-01-30T02:00+08:00"))
    assert retry.at_ms == rule.until_ms + 30 * 60_000
    bound = bound_of(scenario)
    software = fault_rules(scenario)[2]
    assert (bound.working_days, bound.base_ms) == (2, software.until_ms)
    assert rule.until_ms < retry.at_ms < software.until_ms, "the update is still demanded when they try again"
    assert len(scenario.merchants[0].script) == 27
    assert {step.terminal for step in scenario.merchants[0].script} == {1, 2}


def test_the_same_without_a_retry_differs_in_what_people_do_only():
    retried, left = (
        load_scenario(next(path for path in SCENARIOS if path.stem == stem))
        for stem in ("maintenance-case-study", "maintenance-case-study-no-retry")
    )
    again = retried.merchants[0].habits.settles.at_ms[1:]  # and a day of business after it
    assert [step.sale for step in retried.merchants[0].script if step not in left.merchants[0].script] == ["S27"]
    assert retried.merchants[0].habits.settles.at_ms == (*left.merchants[0].habits.settles.at_ms, *again)
    assert retried.faults == left.faults
    assert (retried.expect.arrived, retried.expect.within) == (left.expect.arrived, left.expect.within)
    assert left.actions == ()


def test_a_terminal_more_at_one_merchant_renames_none_at_another():
    two = HEAD + SHOP + SHOP.replace("shop", "bar")
    scenarios = scenario_of_text(two), scenario_of_text(two.replace("count = 2", "count = 3", 1))
    bars = [[tids for _, tids in group_tids(each, 1, given_tids(each))] for each in scenarios]
    assert bars[0] == bars[1] == [("11000001", "11000002")]
    assert group_tids(scenarios[1], 0, frozenset())[0][1] == ("10000001", "10000002", "10000003")


def test_numbering_steps_over_a_number_that_somebody_has():
    text = HEAD + SHOP + SHOP.replace("shop", "bar").replace("count = 2", 'tids = ["10000001", "11000001"]')
    shop, bar = (
        [tids for _, tids in group_tids(each, index, given_tids(each))]
        for each in [scenario_of_text(text)] for index in (0, 1))
    assert shop == [("10000002", "10000003")]
    assert bar == [("10000001", "11000001")]


def test_a_block_has_room_for_what_is_stepped_over_too():
    text = HEAD + SHOP.replace("{ count = 2 }", '[{ count = 999998 }, { tids = ["10000007"] }]')
    assert group_tids(scenario_of_text(text), 0, frozenset(["10000007"]))[0][1][-1] == "10999999"
    with pytest.raises(ScenarioError, match="999999 terminals; at most 999998 here"):
        scenario_of_text(text.replace("999998", "999999"))


@pytest.mark.parametrize("tid", ["77001234", "99999999", "POS-A/1 ", " leading", 'a"b\'c\\de', "[b]#*?%x", "../../..", "terminal"])
def test_a_tid_is_any_eight_printable_characters(tid):
    quoted = json.dumps(tid)
    scenario = scenario_of_text(HEAD + SHOP.replace("count = 2", f"tids = [{quoted}]"))
    assert [place.tid for place in topology_of(scenario).terminals] == [tid]
    assert choose(f"terminal:{tid}", topology_of(scenario)).actors == {tid}
    assert choose("shop/1", topology_of(scenario)).actors == {tid}


def test_many_merchants_have_different_numbers():
    text = HEAD + "".join(SHOP.replace("shop", f"shop {number}") for number in range(200))
    topology = topology_of(scenario_of_text(text))
    assert len({place.tid for place in topology.terminals}) == 400
    assert len({mid for _, mid in topology.merchants}) == 200
    assert {len(mid) for _, mid in topology.merchants} == {15}


def test_a_label_is_made_up_only_where_none_is_given():
    faults = "".join(
        f'[[faults]]\nmode = "network.outage"\n{label}\n'
        for label in ("", 'label = "network.outage 2"', "", "")
    )
    assert labels(scenario_of_text(HEAD + SHOP + faults)) == (
        "network.outage", "network.outage 2", "network.outage 3", "network.outage 4")


def test_a_table_read_elsewhere_is_taken_as_well_and_refused_by_key():
    data = tomllib.loads(HEAD + SHOP)
    assert scenario_of(data).start_ms == START
    with pytest.raises(ScenarioError, match=r"merchants\[1\]\.name"):
        scenario_of({**data, "merchants": [{"name": 5, "terminals": {}}]})


def test_the_devices_differ_by_capability_only():
    found = devices()
    assert set(found) == {
        "generic", "leshitong", "shengfutong-esign", "lakala-keypad", "lakala-touch",
        "lakala-esign-4g", "zhongfu", "lishua"}
    plain = TerminalProfile()
    for name in found:
        profile = profile_of(TerminalGroup(profile=name))
        assert profile.name == name
        differing = {
            field for field in TerminalProfile.__struct_fields__
            if getattr(profile, field) != getattr(plain, field)
        }
        assert differing <= {"name", "links", "printer", "qr", "keyboard", "signature_upload"}


def test_an_esign_terminal_has_no_printer():
    assert [name for name, device in devices().items() if not device.printer] == [
        "lakala-esign-4g", "lishua", "shengfutong-esign"]


def test_a_group_overrides_its_profile():
    scenario = scenario_of_text(HEAD + SHOP.replace(
        "count = 2", 'count = 2, profile = "lakala-keypad", link = "mobile", clerks = { "07" = "1234" }, '
        'settings = { after_last_try = "drop", reply_timeout = "60s", offline_limit = "50.00" }'))
    profile = profile_of(scenario.merchants[0].terminals[0])
    assert profile.links == ("mobile", "dial_up", "ethernet")
    assert (profile.after_last_try.value, profile.reply_timeout_ms) == ("drop", 60_000)
    assert (profile.offline_limit_fen, profile.clerks) == (5000, (("07", "1234"),))


def test_every_setting_of_a_group_is_one_of_a_profile():
    assert set(ProfileSettings.model_fields) <= set(TerminalProfile.__struct_fields__)


def test_services_and_kinds_are_those_of_the_dialect():
    assert {kind.value: MTI[kind] for kind in Kind if kind is not Kind.REVERSAL} == {
        name: mti for name, mti in REQUEST_MTI.items() if name != "reversal"}
    assert REQUEST_MTI["reversal"] == "0400"
    assert {name for group in SERVICE_GROUPS.values() for name in group} <= set(REQUEST_MTI)


@pytest.mark.parametrize("do", ACTIONS)
def test_every_action_can_be_taken(do):
    scenario = scenario_of_text(actions_given.SHOP + actions_given.taken(do))
    _, planned = planned_actions(scenario)
    assert (planned.do, planned.at_ms) == (do, scenario.start_ms + 3_600_000)


@pytest.mark.parametrize("do", sorted(NEEDS))
def test_an_action_without_what_it_needs_is_refused(do):
    with pytest.raises(ScenarioError) as refused:
        scenario_of_text(actions_given.SHOP + f'[[actions]]\ndo = "{do}"\nat = "1h"\n')
    assert f"actions[2].{NEEDS[do][0]}: missing; {do} needs it" in str(refused.value)


@pytest.mark.parametrize(("lines", "said"), [
    ('do = "sell_again"\nsale = "S9"', 'no sale "S9"; allowed: S1'),
    ('do = "sign_on_as_clerk"\nclerk = "77"', "no clerk"),
    ('do = "another_terminal"\nby = "bar"\nterminal = 1', "bar has one terminal only"),
    ('do = "another_payment_method"\nby = "bar"\npay = "qr"', "no terminal there takes a code"),
    ('do = "restore_data"\nby = "bar"', "nothing was backed up before it"),
    ('do = "check_fee"\npay = "card"', "check_fee does not take pay"),
])
def test_an_action_that_could_mean_nothing_is_refused(lines, said):
    with pytest.raises(ScenarioError, match=said):
        scenario_of_text(actions_given.SHOP + f'[[actions]]\nat = "1h"\n{lines}\n')


def test_actions_are_ordered_by_time_then_by_file():
    actions = "".join(
        f'[[actions]]\ndo = "{do}"\nat = "{at}"\n'
        for do, at in (("settle", "2h"), ("pause_sales", "1h"), ("resume_sales", "1h"))
    )
    planned = planned_actions(scenario_of_text(HEAD + SHOP + actions))
    assert [each.do for each in planned] == ["pause_sales", "resume_sales", "settle"]


def test_the_schema_knows_every_key_of_every_scenario():
    schema = scenario_schema()
    parts = schema["$defs"]
    assert set(parts["Fault"]["properties"]["mode"]["enum"]) >= {"network.outage"}
    for path in SCENARIOS:
        data = tomllib.loads(path.read_text("utf-8"))
        assert set(data) <= set(schema["properties"])
        for name, part in (("merchants", "Merchant"), ("faults", "Fault"), ("actions", "Action")):
            for entry in data.get(name, ()):
                assert set(entry) <= set(parts[part]["properties"])
    assert "at" in parts["Fault"]["properties"]
    assert "at_ms" not in parts["Fault"]["properties"]


TOML = '''a = 1
"b c" = """
long
""" # comment [x]
[t.u]
v.w = { x = [1,
  [2, 3],
], y = 'z}' }
[[l]]
k = 1979-05-27 07:32:00
[l.sub]
p = "a\\"b = [ # no comment"
[[l]]
q = true
'''


@pytest.mark.parametrize(("path", "line"), [
    (("a",), 1), (("b c",), 2), (("t", "u"), 5), (("t", "u", "v", "w"), 6),
    (("t", "u", "v", "w", "x", 1), 7), (("t", "u", "v", "w", "y"), 8), (("l", 0), 9),
    (("l", 0, "k"), 10), (("l", 0, "sub", "p"), 12), (("l", 1, "q"), 14), (("l", 1, "gone"), 13),
    (("t", "u", 0, "v"), 6), (("nowhere",), 1),
])
def test_the_line_of_a_key_is_found(path, line):
    assert line_of(path, key_lines(TOML)) == line




@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_fault_that_comes_with_the_program_does_strike_and_atoms_alone_give_the_same_run(path):
    scenario = load_scenario(path)
    faults = {"fault_began", "fault_ended"}  # a replay has no windows, only what they did
    first = _trace(scenario, None)
    fired = {record.fault for record in first if isinstance(record, FaultFired)}
    assert fired == set(labels(scenario))
    again = _trace(scenario, atoms_of(map(to_line, first)))
    assert [to_line(each) for each in again if type(each).__struct_config__.tag not in faults] == [
        to_line(each) for each in first if type(each).__struct_config__.tag not in faults]


def _trace(scenario, atoms):
    records = []
    run_virtual(build_world(scenario, [records.append], atoms=atoms))
    return records
