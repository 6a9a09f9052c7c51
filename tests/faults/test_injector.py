"""When a fault strikes and when it does not: window, target, occurrence, chance, step, healing."""

from __future__ import annotations

import pytest
from day import DAY, anchors, anchors_at
from fault_setting import NEEDED_TARGET, PLACES, anchor, asked, injector, rule

from simulator.faults.modes import MODES, ROWS, SERVICES, TargetKind
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.rules import Parameters, acts_with
from simulator.scenario.numbers import topology_of
from simulator.scenario.read import scenario_of_text

ASKED = [point for point in Point if point is not Point.WINDOW]


WAYS = [(row.id, way) for row in ROWS for way, _ in row.ways]


def test_the_day_stands_in_the_places_of_the_setting_and_asks_at_every_point():
    scenario = scenario_of_text(DAY)
    assert topology_of(scenario) == PLACES
    assert all(anchors_at(point) for point in ASKED)


@pytest.mark.parametrize(("mode", "way"), WAYS)
def test_every_way_of_every_mode_strikes_where_its_row_says_and_nowhere_else(mode, way):
    acts = acts_with(MODES[mode], Parameters(how=way))
    tried, fired = injector(rule(
        mode, parameters=Parameters(how=way), target=NEEDED_TARGET.get(mode, "")))
    done = {
        (point, action.verb)
        for point in ASKED for action in asked(tried, anchors_at(point)) if action is not None
    }
    if MODES[mode].state:
        assert done == set()
        (window,) = tried.windows()
        tried.open(mode)
        assert window.action.verb is acts[0].verb
        assert [each.anchor.point for each in fired] == [Point.WINDOW]
    else:
        wanted = {
            (act.point, act.verb) for act in acts if act.only in (None, TargetKind.MERCHANT)}
        assert done == wanted
        assert {(each.anchor.point, each.action.verb) for each in fired} == wanted


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_whole(row):
    assert row.ways
    assert row.targets
    assert row.state == all(act.point is Point.WINDOW for act in row.ways[0][1])
    for _, acts in row.ways:
        for act in acts:
            if act.point is Point.SERVICE:
                assert act.what <= set(SERVICES)


def test_every_point_has_a_mode_and_every_verb_is_used():
    acts = [act for row in ROWS for _, each in row.ways for act in each]
    assert {act.point for act in acts} == set(Point)
    assert {act.verb for act in acts} == set(Verb)


# ---- windows -----------------------------------------------------------------------------------


def test_a_window_strikes_only_between_open_and_close():
    tried, fired = injector(rule("network.outage", at_ms=10, until_ms=20))
    assert tried.busy[Point.REPLY] is True  # asked all day: messages without a STAN are counted
    assert tried.busy[Point.NOTICE] is False
    assert tried.decide(anchor(), 0) is None
    tried.open("network.outage")
    assert tried.busy[Point.REPLY] is True
    assert tried.decide(anchor(), 10).verb is Verb.DROP
    tried.close("network.outage")
    assert tried.decide(anchor(), 20) is None
    assert len(fired) == 1


def test_messages_without_a_trace_number_are_told_apart_by_how_many_came_before():
    tried, _ = injector(rule("network.outage", nth=3, on=Point.REPLY))
    unnumbered = Anchor(Point.REPLY, "10000001", 1, 0, "0810", kind="capk_download")
    strikes = [tried.decide(unnumbered, at) for at in range(4)]
    assert [each is not None for each in strikes] == [False, False, True, False]
    assert strikes[2].anchor.text() == "10000001/000001/000000/0810#2/0"


def test_a_fault_without_a_begin_is_open_from_the_start_and_closes_at_its_end():
    tried, _ = injector(rule("network.outage", until_ms=20))
    (window,) = tried.windows()
    assert (window.at_ms, window.until_ms) == (None, 20)
    assert tried.decide(anchor(), 0) is not None
    tried.close("network.outage")
    assert tried.decide(anchor(), 20) is None


def test_what_a_remedy_ended_does_not_open_again():
    tried, _ = injector(rule("account.frozen", target="shop", at_ms=10))
    payout = Anchor(Point.PAYOUT, "898000000000001", what="2026-01-29", bank="bank.a")
    tried.open("account.frozen")
    assert tried.labels(frozenset({"account.frozen"}), "898000000000001") == ("account.frozen",)
    assert tried.labels(frozenset({"account.frozen"}), "898000000000002") == ()
    assert tried.decide(payout, 10).code == "frozen"
    tried.end("account.frozen")
    tried.open("account.frozen")
    assert tried.decide(payout, 11) is None
    assert tried.labels(frozenset({"account.frozen"})) == ()


def test_after_healing_there_is_silence_whatever_opens():
    rules = [
        rule(row.id, target=NEEDED_TARGET.get(row.id, ""),
             **({"at_ms": 1, "until_ms": 2} if row.state else {}))
        for row in ROWS
    ]
    tried, fired = injector(*rules)
    tried.heal()
    for each in rules:
        tried.open(each.label)
    assert not any(tried.busy.values())
    for point in ASKED:
        assert [tried.decide(each, 5) for each in anchors_at(point)] == [None] * len(anchors_at(point))
    assert fired == []


# ---- targets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "struck"), [
    ("", {"10000001", "10000002", "11000001"}), ("acquirer", {"10000001", "10000002", "11000001"}),
    ("shop", {"10000001", "10000002"}), ("shop/2", {"10000002"}), ("terminal:11000001", {"11000001"}),
    ("router.2", {"11000001"}), ("isp.a", {"10000001", "10000002"}), ("south", {"11000001"}),
])
def test_a_target_is_struck_and_no_other(target, struck):
    tried, _ = injector(rule("network.outage", target=target))
    tids = ("10000001", "10000002", "11000001")
    assert {tid for tid in tids if tried.decide(anchor(actor=tid), 0)} == struck


@pytest.mark.parametrize(("mode", "target", "facts"), [
    ("bank.maintenance", "bank.b", {"bank": "bank.b"}),
    ("account.reported_lost", "card.li", {"card": "card.li"}),
])
def test_an_authorisation_is_chosen_by_bank_and_card(mode, target, facts):
    tried, _ = injector(rule(mode, target=target))
    assert tried.decide(anchor(Point.AUTHORISATION, "debit", **facts), 0) is not None
    assert tried.decide(anchor(Point.AUTHORISATION, "debit", bank="bank.a", card="card.x"), 0) is None


def test_a_credit_to_a_card_without_funds_is_not_refused():
    tried, _ = injector(rule("bank.insufficient_funds"))
    assert tried.decide(anchor(Point.AUTHORISATION, "credit"), 0) is None
    assert tried.decide(anchor(Point.AUTHORISATION, "reverse"), 0) is None
    assert tried.decide(anchor(Point.AUTHORISATION, "debit"), 0).code == "51"


# ---- occurrence --------------------------------------------------------------------------------


def _struck(tried, count=8, **facts):
    return [
        stan for stan in range(1, count + 1)
        if tried.busy[Point.REPLY] and tried.decide(anchor(stan=stan, **facts), 0) is not None
    ]


@pytest.mark.parametrize(("conditions", "struck"), [
    ({"nth": 2}, [2]), ({"nth": 2, "times": 3}, [2, 3, 4]), ({"times": 2}, [1, 2]),
    ({}, [1, 2, 3, 4, 5, 6, 7, 8]), ({"mti": "0510"}, []), ({"of": "sale"}, [1, 2, 3, 4, 5, 6, 7, 8]),
    ({"of": "settlement"}, []), ({"on": Point.REQUEST}, []), ({"chance": 0.0}, []),
    ({"chance": 1.0, "nth": 3}, [3]),
])
def test_an_occurrence_is_counted_among_what_fits(conditions, struck):
    tried, _ = injector(rule("network.outage", **conditions))
    assert _struck(tried) == struck


def test_occurrences_are_counted_for_the_whole_rule_and_only_what_it_aims_at():
    tried, _ = injector(rule("network.outage", target="shop", nth=2))
    for tid, hit in (("11000001", False), ("10000001", False), ("11000001", False), ("10000002", True),
                     ("10000001", False)):
        struck = tried.busy[Point.REPLY] and tried.decide(anchor(actor=tid), 0) is not None
        assert struck is hit


def test_a_spent_rule_leaves_its_point_idle():
    tried, _ = injector(rule("network.outage", nth=1, on=Point.REPLY))
    assert (tried.busy[Point.REPLY], tried.busy[Point.REQUEST]) == (True, False)
    assert tried.decide(anchor(), 0) is not None
    assert not any(tried.busy.values())


def test_a_kind_named_by_the_world_goes_before_its_mti():
    tried, _ = injector(rule("network.outage", of="void"))
    assert tried.decide(anchor(kind="sale"), 0) is None
    assert tried.decide(anchor(kind="void"), 0) is not None


def test_the_first_rule_of_the_file_wins():
    tried, fired = injector(
        rule("network.delay", label="late", nth=2), rule("network.outage", label="out"))
    assert [tried.decide(anchor(stan=stan), 0).verb for stan in (1, 2, 3)] == [
        Verb.DROP, Verb.DELAY, Verb.DROP]
    assert [each.label for each in fired] == ["out", "late", "out"]


# ---- chance ------------------------------------------------------------------------------------


def _by_chance(seed=1, tids=("10000001", "10000002"), label="x", chance=0.3):
    tried, _ = injector(rule("network.outage", label=label, chance=chance), seed=seed)
    return {
        (tid, stan): tried.decide(anchor(actor=tid, stan=stan), 0) is not None
        for stan in range(1, 301) for tid in tids
    }


def test_chance_strikes_about_as_often_as_it_says():
    struck = _by_chance()
    assert 0.25 < sum(struck.values()) / len(struck) < 0.35


def test_one_terminal_more_changes_nothing_for_the_others():
    alone = _by_chance(tids=("10000001",))
    together = _by_chance(tids=("11000001", "10000001", "10000002"))
    assert alone == {key: value for key, value in together.items() if key in alone}


def test_another_seed_and_another_label_draw_otherwise():
    assert _by_chance(seed=1) != _by_chance(seed=2)
    assert _by_chance(label="x") != _by_chance(label="y")


def test_another_rule_changes_no_draw():
    alone, _ = injector(rule("network.outage", label="x", chance=0.3))
    beside, _ = injector(
        rule("bank.insufficient_funds", chance=0.5), rule("network.outage", label="x", chance=0.3))
    for stan in range(1, 200):
        beside.decide(anchor(Point.AUTHORISATION, "debit", stan=stan), 0)
        assert alone.decide(anchor(stan=stan), 0) == beside.decide(anchor(stan=stan), 0)


def test_a_message_sent_again_is_drawn_for_again():
    tried, _ = injector(rule("network.outage", chance=0.5))
    assert len({tried.decide(anchor(attempt=attempt), 0) is None for attempt in range(20)}) == 2


def test_weak_signal_loses_some_and_delays_the_others_by_differing_times():
    tried, _ = injector(rule("network.weak_signal", parameters=Parameters(loss=0.2, jitter_ms=1000)))
    actions = asked(tried, [anchor(stan=stan) for stan in range(1, 501)])
    lost = sum(action.verb is Verb.DROP for action in actions)
    delays = [action.ms for action in actions if action.verb is Verb.DELAY]
    assert 60 < lost < 140
    assert lost + len(delays) == 500
    assert 800 < sum(delays) / len(delays) < 1200
    assert len(set(delays)) > 100


# ---- steps -------------------------------------------------------------------------------------

SALE = ["store:armed", "send:0200", "show"]
ANSWERED = ["store:approved", "print", "conclude"]


def _steps(tried, *events):
    """Effects until power is cut, as the body asks: (event, effect, effects done)."""
    for number, effects in enumerate(events):
        for effect in effects:
            if not tried.busy[Point.TERMINAL_STEP]:
                break
            action = tried.decide(anchor(Point.TERMINAL_STEP, effect, stan=7), 1000 + number)
            if action is not None:
                return number, effect, action.action.step
    return None


@pytest.mark.parametrize(("conditions", "cut"), [
    ({"between": ("store", "send")}, (0, "send:0200", 1)),
    ({"between": ("store:armed", "send:0200")}, (0, "send:0200", 1)),
    ({"between": ("start", "store")}, (0, "store:armed", 0)),
    ({"between": ("store", "print")}, (1, "print", 1)),
    ({"between": ("print", "conclude")}, (1, "conclude", 2)),
    ({"between": ("send", "store")}, None),
    ({"between": ("sto", "send")}, None),
    ({"between": ("show", "store")}, None),  # not between two events
    ({"after_effect": 0}, (0, "store:armed", 0)),
    ({"after_effect": 2}, (0, "show", 2)),
    ({"after_effect": 2, "nth": 2}, (1, "conclude", 2)),
    ({"after_effect": 3}, None),
    ({"between": ("store", "send"), "of": "sale"}, (0, "send:0200", 1)),
    ({"between": ("store", "send"), "of": "reversal"}, None),
    ({"between": ("send", "show"), "of": "sale"}, (0, "show", 2)),
    ({"mti": "0200"}, (0, "send:0200", 1)),
])
def test_power_is_cut_at_the_step_that_is_named(conditions, cut):
    tried, _ = injector(rule("terminal.power_lost", **conditions))
    assert _steps(tried, SALE, ANSWERED) == cut


def test_a_step_strikes_once_unless_more_is_asked_for():
    once, _ = injector(rule("terminal.power_lost", between=("store", "send")))
    thrice, _ = injector(rule("terminal.power_lost", between=("store", "send"), times=3))
    counts = [
        sum(_steps(tried, *[["idle"]] * number, SALE) is not None for number in range(6))
        for tried in (once, thrice)
    ]
    assert counts == [1, 3]


def test_the_host_dies_between_its_own_steps_for_one_terminal_or_all():
    tried, _ = injector(rule("acquirer.outage", target="bar", between=("store", "reply"),
                             parameters=Parameters(off_for_ms=5)))
    for tid, hit in (("10000001", False), ("11000001", True)):
        store, reply = (
            tried.decide(anchor(Point.HOST_STEP, what, actor=tid), 50)
            for what in ("store:approved", "reply:0210")
        )
        assert store is None
        assert (reply is not None) is hit
        tried.decide(anchor(Point.HOST_STEP, "alarm", actor=""), 51)


def test_in_a_window_power_stays_off_until_it_closes_unless_a_time_is_given():
    for parameters, ms in ((Parameters(), 700), (Parameters(off_for_ms=50), 50)):
        tried, _ = injector(rule("terminal.power_lost", at_ms=100, until_ms=1000, parameters=parameters))
        tried.open("terminal.power_lost")
        assert tried.decide(anchor(Point.TERMINAL_STEP, "send:0200"), 300).ms == ms


# ---- parameters --------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "parameters", "asked_at", "expected"), [
    ("network.delay", Parameters(delay_ms=9), anchor(), (Verb.DELAY, "", 9)),
    ("network.delay", Parameters(how="request"), anchor(Point.REQUEST, "0200"), (Verb.DELAY, "", 45_000)),
    ("network.outage", Parameters(how="dropped"), anchor(Point.REQUEST, "0200"), (Verb.DROP, "", 0)),
    ("network.outage", Parameters(), anchor(Point.REQUEST, "0200"), (Verb.REFUSE_CONNECT, "", 0)),
    ("network.firewall_blocked", Parameters(how="long_dropped"), anchor(Point.REQUEST, "0200"), None),
    ("network.firewall_blocked", Parameters(how="long_dropped"), anchor(Point.REQUEST, "0320"), (Verb.DROP, "", 0)),
    ("acquirer.maintenance", Parameters(code="91"), anchor(Point.SERVICE, "sale"), (Verb.ANSWER, "91", 0)),
    ("acquirer.maintenance", Parameters(how="silent"), anchor(Point.SERVICE, "sale"), (Verb.SILENCE, "", 0)),
    ("acquirer.maintenance", Parameters(services=("settling",)), anchor(Point.SERVICE, "batch_upload"), (Verb.ANSWER, "96", 0)),
    ("acquirer.maintenance", Parameters(services=("settling",)), anchor(Point.SERVICE, "sale"), None),
    ("acquirer.maintenance", Parameters(services=("void",)), anchor(Point.SERVICE, "void"), (Verb.ANSWER, "96", 0)),
    ("acquirer.mac_failure", Parameters(), anchor(what="0510"), None),
    ("acquirer.mac_failure", Parameters(), anchor(what="0410"), (Verb.SPOIL_MAC, "", 0)),
    ("acquirer.risk_hold", Parameters(code="34"), anchor(Point.SERVICE, "sale"), (Verb.ANSWER, "34", 0)),
    ("acquirer.risk_hold", Parameters(), anchor(Point.SERVICE, "void"), None),
    ("bank.maintenance", Parameters(code="90"), anchor(Point.AUTHORISATION, "debit"), (Verb.ANSWER, "90", 0)),
    ("bank.maintenance", Parameters(delay_ms=7, code="90"), anchor(Point.PAYOUT), (Verb.QUEUE, "", 7)),
    ("bank.delay", Parameters(), anchor(Point.PAYOUT), (Verb.QUEUE, "", 14_400_000)),
    ("account.abnormal", Parameters(code="dormant"), anchor(Point.PAYOUT), (Verb.RETURN, "dormant", 0)),
    ("operator.duplicate_entry", Parameters(delay_ms=3), anchor(Point.OPERATION, "sale"), (Verb.REPEAT, "", 3)),
    ("operator.duplicate_entry", Parameters(), anchor(Point.OPERATION, "void"), None),
    ("record.upload_late", Parameters(), anchor(Point.REQUEST, "0500"), None),
    ("notice.lost", Parameters(how="late", delay_ms=4), anchor(Point.NOTICE, ""), (Verb.LATE, "", 4)),
])
def test_a_parameter_ends_in_the_action(mode, parameters, asked_at, expected):
    tried, _ = injector(rule(mode, parameters=parameters))
    action = tried.decide(asked_at, 0)
    assert (None if action is None else (action.verb, action.code, action.ms)) == expected


def test_a_version_demand_is_a_state_with_its_version():
    tried, fired = injector(rule(
        "terminal.software_stale", at_ms=5, until_ms=9,
        parameters=Parameters(minimum="32000000", delay_ms=60_000)))
    (window,) = tried.windows()
    assert (window.action.verb, window.action.code, window.action.ms) == (
        Verb.DEMAND_VERSION, "32000000", 60_000)
    tried.open("terminal.software_stale")
    assert fired[0].anchor.text() == "all/000000/000000/5-9/0"
    assert not any(tried.busy.values())


def test_a_frozen_merchant_goes_on_selling_and_its_payout_comes_back():
    tried, _ = injector(rule("account.frozen", target="shop"))
    assert tried.busy[Point.AUTHORISATION] is False
    assert tried.decide(anchor(Point.PAYOUT, actor="898000000000001"), 0).code == "frozen"


def test_a_step_done_again_after_a_power_cut_is_drawn_for_again():
    tried, fired = injector(rule("terminal.power_lost", chance=0.5))
    same = anchor(Point.TERMINAL_STEP, "send:0400", stan=7)
    cuts = [tried.decide(same, 1000 * number) is not None for number in range(40)]
    assert 10 < sum(cuts) < 30
    assert len({each.anchor.text() for each in fired}) == len(fired)


def test_a_settlement_sent_again_is_decided_again():
    tried, _ = injector(rule("acquirer.maintenance", chance=0.5))
    same = anchor(Point.SERVICE, "settlement", stan=30)
    assert len({tried.decide(same, number) is None for number in range(20)}) == 2


def test_steps_are_counted_before_a_window_opens_as_well():
    tried, fired = injector(rule("terminal.power_lost", at_ms=100, until_ms=200))
    same = anchor(Point.TERMINAL_STEP, "show", batch=0, stan=0)
    assert tried.busy[Point.TERMINAL_STEP] is True
    assert tried.decide(same, 10) is None
    tried.open("terminal.power_lost")
    assert tried.decide(same, 110) is not None
    assert fired[0].anchor.what == "show#1"


def test_a_frozen_card_is_refused_and_its_merchants_payout_is_not():
    tried, _ = injector(rule("account.frozen", target="card.li"))
    assert tried.decide(anchor(Point.AUTHORISATION, "debit", card="card.li"), 0).code == "62"
    assert tried.decide(anchor(Point.PAYOUT, actor="898000000000001"), 0) is None


def test_every_kind_of_target_is_some_modes():
    assert {kind for row in ROWS for kind in row.targets} == set(TargetKind)


def test_an_event_that_an_earlier_rule_struck_is_counted_by_the_later_ones():
    tried, fired = injector(
        rule("network.outage", label="first", on=Point.REPLY, nth=2),
        rule("network.delay", label="third", nth=3),
        rule("acquirer.mac_failure", label="second too", nth=2),
    )
    actions = asked(tried, [anchor(stan=stan) for stan in range(1, 6)])
    assert [each is not None for each in actions] == [False, True, True, False, False]
    assert [(each.label, each.anchor.stan) for each in fired] == [("first", 2), ("third", 3)]
    assert not tried.busy[Point.REPLY]


def test_what_does_not_fit_a_later_rule_is_not_counted_by_it():
    tried, fired = injector(
        rule("network.outage", label="all", on=Point.REPLY, times=2),
        rule("network.delay", label="other terminal", target="terminal:10000002", nth=2),
    )
    asked(tried, [anchor(stan=1), anchor(stan=1, actor="10000002"), anchor(stan=2),
                  anchor(stan=2, actor="10000002")])
    assert [(each.label, each.anchor.actor) for each in fired] == [
        ("all", "10000001"), ("all", "10000002"), ("other terminal", "10000002")]


def test_a_bank_that_pays_late_does_so_once_with_each_payout_whatever_put_it_off_before():
    tried, _ = injector(rule("bank.maintenance", at_ms=0, until_ms=10), rule("bank.delay"))
    tried.open("bank.maintenance")

    def struck(attempt, what="2026-01-29"):
        strike = tried.decide(anchor(Point.PAYOUT, actor="898000000000001", what=what, attempt=attempt), attempt)
        return strike and strike.mode

    assert [struck(0), struck(1)] == ["bank.maintenance"] * 2
    tried.close("bank.maintenance")
    assert [struck(2), struck(3), struck(4)] == ["bank.delay", None, None]
    assert [struck(0, "2026-01-30"), struck(1, "2026-01-30")] == ["bank.delay", None]


# ---- what survives the process -----------------------------------------------------------------

KEEPING = [
    {"mode": "network.outage", "label": "third", "nth": 3, "on": Point.REPLY},
    {"mode": "network.delay", "label": "twice", "times": 2},
    {"mode": "terminal.power_lost", "label": "by chance", "chance": 0.2},
    {"mode": "acquirer.maintenance", "label": "answers", "chance": 0.3},
    {"mode": "bank.delay", "label": "pays late", "times": 1},
    {"mode": "bank.delay", "label": "pays each late once", "target": "shop"},
]


def _at_moments(tried, events, first_ms=0):
    """Each event at a moment of its own: a process begins between two of them."""
    return [
        tried.decide(each, now_ms) if tried.busy[each.point] else None
        for now_ms, each in enumerate(events, first_ms)
    ]


@pytest.mark.parametrize("cut", [0, 1, 40, 150, 300])
def test_an_injector_that_takes_up_what_another_kept_goes_on_where_it_stopped(cut):
    day = list(anchors()) * 2  # the second day asks about the same events again
    rules = [rule(**each) for each in KEEPING]
    whole, _ = injector(*rules)
    kept = []
    first, _ = injector(*rules)
    first.inner.keep = kept.append
    again, _ = injector(*rules)
    wanted = _at_moments(whole, day)
    assert _at_moments(first, day[:cut]) == wanted[:cut]
    for each in kept:
        again.take_up(each)
    assert _at_moments(again, day[cut:], cut) == wanted[cut:]
    assert sum(each is not None for each in wanted) > 10


def test_what_a_remedy_ended_stays_ended_when_it_is_taken_up():
    kept = []
    first, _ = injector(rule("account.frozen", target="shop"))
    first.inner.keep = kept.append
    first.end("account.frozen")
    again, _ = injector(rule("account.frozen", target="shop"))
    for each in kept:
        again.take_up(each)
    assert again.has_ended("account.frozen")
    assert asked(again, anchors_at(Point.PAYOUT)) == [None] * len(anchors_at(Point.PAYOUT))
