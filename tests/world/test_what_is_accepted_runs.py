"""What a scenario can say is run, or refused with its line: no combination ends in a harness error."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.catalogue.remedies import ACTIONS
from simulator.faults.modes import MODES, REQUEST_MTI, SERVICE_GROUPS
from simulator.faults.points import Point
from simulator.judge.verdict import Verdict
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.scenario.steps import STEPS_AT
from simulator.trial import TrialOptions, try_scenario

HEAD = """
title = "whatever"
start = 2026-01-27T10:00:00+08:00
until = "16h"
drain = "4d"
"""
TARGETS = ["", "all", "acquirer", "shop", "shop/1", "router.1", "isp.a", "bank.a", "wallet.a",
           "card.li", "terminal:10000001"]
WORDS = st.sampled_from
STEPS = sorted({step for steps in STEPS_AT.values() for step in steps})
TIMES = ["0s", "1ms", "1s", "45s", "90s", "20m", "5h"]
FAULT_KEYS = {
    "target": WORDS(TARGETS), "at": WORDS(["1h", "10:05", "13:00"]), "for": WORDS(["10m", "6h"]),
    "on": WORDS([point.value for point in Point]),
    "mti": WORDS(sorted({*REQUEST_MTI.values(), "0210", "0510"})), "nth": st.integers(1, 3),
    "times": st.integers(1, 3), "chance": WORDS([0.01, 0.3, 1.0]),
    "between": st.lists(WORDS(["start", *STEPS]), min_size=2, max_size=2),
    "after_effect": st.integers(0, 3), "of": WORDS(sorted(REQUEST_MTI)), "delay": WORDS(TIMES),
    "off_for": WORDS(TIMES), "jitter": WORDS(TIMES), "loss": WORDS([0.1, 0.9]),
    "code": WORDS(["91", "96", "51", "frozen", "closed", "dormant", "unknown", "pending", "ZZ"]),
    "how": WORDS(sorted({way for row in MODES.values() for way, _ in row.ways})),
    "services": st.lists(WORDS([*SERVICE_GROUPS, *REQUEST_MTI]), min_size=1, max_size=3),
    "minimum": WORDS(["00000001", "31100312", "99999999"]),
    "set": WORDS(["39=51", "4=000000000001", "39="]), "rate": WORDS([1, 1_200]),
    "size": WORDS([1, 64]), "software": WORDS(["00000001", "31100312", "99999999"]),
}
ACTION_KEYS = {
    "by": WORDS(["shop", "bar"]), "terminal": st.integers(1, 2), "target": WORDS(TARGETS),
    "for": WORDS(TIMES), "software": WORDS(["31100312", "00000000"]), "sale": st.just("S1"),
    "download": WORDS(["capk", "black_list", "status", "exchange_rates"]),
    "amount": WORDS(["0.01", "68.00"]), "pay": WORDS(["card", "qr"]), "clerk": st.just("01"),
    "password": WORDS(["4711", "0000"]),
}
SETTINGS = {
    "download": WORDS(["none", "chip", "family-p", "family-c"]),
    "reply_timeout": WORDS(["1s", "20s", "90s"]), "reversal_tries": WORDS([1, 3, 99]),
    "reversal_idle": WORDS(["0s", "1s", "1h"]), "after_last_try": WORDS(["keep", "drop"]),
    "reversal_after_failed_connect": st.booleans(), "reversal_after_mismatched_reply": st.booleans(),
    "unsealed_declines": WORDS(["believe", "reverse"]), "key_download": WORDS(["001", "003", "004"]),
    "mac_key_length": WORDS([8, 16]), "advice_tries": WORDS([1, 99]),
    "batch_limit": WORDS([1, 3, 999]), "batch_full": WORDS(["refuse", "settle"]),
    "advice_with_next_online": st.booleans(), "settlement_tries": WORDS([1, 99]),
    "sign_off_after_settlement": st.booleans(), "offline_limit": WORDS(["0.00", "9999999999.99"]),
    "disabled": WORDS([[], ["sale"], ["settlement"], ["sign_on"], ["void", "refund"]]),
    "approved_print_fails": WORDS(["keep", "reverse"]), "duplicate_warning": WORDS(["0s", "1h"]),
    "software": WORDS(["00000000", "99999999"]),
    "reversal_first_reason": WORDS(["98", "06", "none"]),
    "reversal_reason_at_reply": WORDS(["stays", "06"]),
    "reversal_reason_when_refused": WORDS(["stays", "06"]), "signature_upload": st.booleans(),
    "reversal_not_finished_reason": WORDS(["96", "06"]),
    "qr_terminal_data": st.booleans(), "qr_capability": WORDS(["600", "601"]),
    "qr_field": WORDS(["59", "47"]), "qr_reversal_tags": WORDS(["sale", "none", "all"]),
    "qr_refund_reference": WORDS(["original", "date_only"]),
    "reversal_atc": WORDS(["not_finished", "always"]), "reversal_takes_stan": st.booleans(),
}
AMOUNTS = ["0.01", "68.00", "10000.00", "4999999999.99"]
SCRIPTED = ["sale", "offline_sale", "preauth", "qr_sale"]
UNDOING = {"sale": ["void", "refund"], "offline_sale": ["void", "refund"],
           "preauth": ["completion", "completion_advice", "preauth_void"], "qr_sale": ["qr_refund", "qr_void"]}


def _written(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_written(each) for each in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _some(keys, most):
    return st.lists(WORDS(sorted(keys)), max_size=most, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: keys[name] for name in names}))


def _table(name, first, keys):
    lines = [f"{key} = {_written(value)}" for key, value in (first | keys).items()]
    return "\n".join((f"[[{name}]]", *lines, ""))


@st.composite
def scenarios(draw):
    """The text of one; a fault has mostly keys of its own mode, so that many are accepted."""
    settings_of = draw(_some(SETTINGS, 6))
    script = []
    for number, kind in enumerate(draw(st.lists(WORDS(SCRIPTED), min_size=1, max_size=4))):
        amount = draw(WORDS(AMOUNTS))
        script.append(f'{{ at = "10:{number}5", do = "{kind}", sale = "S{number}", amount = "{amount}" }}')
        if draw(st.booleans()):
            script.append(f'{{ at = "11:{number}5", do = "{draw(WORDS(UNDOING[kind]))}", of = "S{number}" }}')
    faults = [
        _table("faults", {"mode": mode}, draw(_some(_keys_of(mode), 5)))
        for mode in draw(st.lists(WORDS(sorted(MODES)), max_size=3))
    ]
    actions = [
        _table("actions", {"do": do, "at": "12:30"},
               draw(_some({key: ACTION_KEYS[key] for key in ACTIONS[do].keys}, 2)))
        for do in draw(st.lists(WORDS(sorted(ACTIONS)), max_size=2))
    ]
    inner = ", ".join(f"{key} = {_written(value)}" for key, value in settings_of.items())
    return HEAD + f"""
[[cards]]
name = "card.li"
[[merchants]]
name = "shop"
terminals = {{ count = 2, profile = "lakala-touch", settings = {{ {inner} }} }}
habits = {{ settles = "22:00", settles_again_after = "30m" }}
script = [ {", ".join(script)} ]
[[merchants]]
name = "bar"
terminals = {{ count = 1 }}
sales = {{ per_hour = 3, until = "14:00", mix = {{ void = 0.2, balance = 0.2, preauth = 0.2 }} }}
""" + "".join((*faults, *actions))


def _keys_of(mode):
    row = MODES[mode]
    own = {each.value for each in row.parameters} | {"target", "at", "for"}
    if not row.state:
        own |= {"nth", "times", "chance"}
    if {Point.TERMINAL_STEP, Point.HOST_STEP} & set(row.points):
        own |= {"between", "after_effect", "of"}
    return {key: FAULT_KEYS[key] for key in own} | {"mti": FAULT_KEYS["mti"]}


SEEN: Counter[str] = Counter()


@settings(max_examples=120, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(text=scenarios())
def _tried(text):
    scenario = None
    said = ""
    try:
        scenario = scenario_of_text(text)
    except ScenarioError as refused:
        said = str(refused)
    if scenario is None:
        assert said.startswith("<scenario>:")
        SEEN["refused"] += 1
        return
    SEEN[try_scenario(scenario, TrialOptions(wire=True)).verdict.value] += 1


def test_every_scenario_made_by_chance_is_run_or_refused_with_its_line():
    SEEN.clear()
    _tried()
    assert SEEN["refused"] > 5
    assert SEEN[Verdict.PASS.value] + SEEN[Verdict.INCONCLUSIVE.value] > 20
    assert not SEEN[Verdict.ERROR.value]
