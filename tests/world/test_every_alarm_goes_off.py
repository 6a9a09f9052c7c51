"""Each of the twelve alarms of an emergency plan: when it goes off, when it is over; moments by hand.

The shop sells on Tuesday, 27 January 2026; the monitoring looks at every whole minute.
"""

from __future__ import annotations

import pytest

from simulator.catalogue.alarms import ALARMS
from simulator.judge.verdict import Verdict
from simulator.local_time import datetime_at
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import AlarmOver, AlarmRaised, PlanStepTaken
from simulator.trial import TrialOptions, try_scenario

HEAD = """
title = "watched"
start = 2026-01-27T10:00:00+08:00
until = "3d"
[[banks]]
name = "bank.a"
[[cards]]
name = "card.poor"
bank = "bank.a"
balance = "10.00"
[[cards]]
name = "card.rich"
bank = "bank.a"
balance = "90000.00"
[[merchants]]
name = "shop"
bank = "bank.a"
terminals = { profile = "lakala-touch", settings = { reply_timeout = "20s", reversal_idle = "5m" } }
habits = { settles = "22:00", after_failed_sale = "gives_up" }
"""
PLAN = """
[plan]
team = [{ who = "ann", reacts = "2m" }]
"""
POOR = [f'{{ at = "10:{minute:02}:30", sale = "S{minute}", amount = "68.00", card = "card.poor" }}'
        for minute in (5, 6, 7)]
RICH = [each.replace("card.poor", "card.rich") for each in POOR]
LARGE = [each.replace("68.00", "9000.00") for each in RICH]
QR = ['{ at = "10:05:30", do = "qr_sale", sale = "Q1", amount = "9.00" }']
LATER = '{ at = "10:40", sale = "S40", amount = "5.00", card = "card.rich" }'
OUTAGE = 'mode = "network.outage"\nhow = "dropped"\non = "reply"\nmti = "0210"\nat = "10:05"\nfor = "5m"\n'
# kind, keys of the alarm, script, a fault, first raised, what was seen, over (None: not before the end)
ROWS = (
    # Three of three declined at 10:07:30; half an hour later the last of the window is gone.
    ("declined", 'share = 0.6\nat_least = 3\nwindow = "30m"', POOR, "", "27 10:08", "3/3", "27 10:36"),
    # The reply to 10:05:30 is lost; at 10:07:00 it has been reversed (20 s), and 10:06:30 as well.
    ("unanswered", 'share = 0.5\nat_least = 2\nwindow = "10m"', RICH, OUTAGE, "27 10:07", "2/2", "27 10:17"),
    ("answered", 'code = "51"\ncount = 2\nwindow = "10m"', POOR, "", "27 10:07", "2", "27 10:17"),
    # Each 0200 is delivered once more two seconds later.
    ("repeated", 'count = 3\nwindow = "10m"', RICH, 'mode = "fraud.duplicate"\nmti = "0200"\n',
     "27 10:08", "3", "27 10:16"),
    ("large_sales", 'amount = "9000.00"\ncount = 2\nwindow = "10m"', LARGE, "", "27 10:07", "2", "27 10:17"),
    # The last request is at 10:07:30; 30 minutes of silence are seen at 10:38, the sale of 10:40 at 10:41.
    ("no_sale", 'for = "30m"\nfrom = "10:00"\nuntil = "11:00"', [*RICH, LATER], "", "27 10:38", "30 min", "27 10:41"),
    ("batch_open", 'settled_by = "21:00"', RICH, "", "27 21:00", "3", "27 22:01"),
    # Paid at 09:00 of Wednesday, sent back at once; there is no account to pay it to any more.
    ("payout_returned", "", RICH, 'mode = "account.abnormal"\ntarget = "shop"\n', "28 09:01", "closed", None),
    # Asked again four hours later.
    ("payout_late", 'for = "1h"', RICH, 'mode = "bank.delay"\nhow = "payout"\ntarget = "bank.a"\n',
     "28 10:00", "60 min", "28 13:01"),
    ("suspended", 'for = "2h"', RICH, 'mode = "account.frozen"\ntarget = "shop"\nat = "2026-01-28T08:00"\nfor = "8h"\n',
     "28 11:01", "120 min", None),
    # The bank answers nothing from 10:05 to 12:05: its undoing is owed from the first reversal on.
    ("reversals_pending", 'count = 1\nfor = "30m"', RICH[:1],
     'mode = "bank.maintenance"\nhow = "silent"\ntarget = "bank.a"\nat = "10:05"\nfor = "2h"\n', "27 10:36", "1", None),
    # The wallet knows of nothing: reversed by the terminal after 20 s.  Looked at every 5 s.
    ("wallet_pending", 'count = 1\nfor = "10s"', QR,
     'mode = "channel.fault"\ntarget = "wallet.a"\nat = "10:05"\nfor = "1h"\n', "27 10:05", "1", "27 10:05"),
)


def watched(kind, keys, script, fault):
    plan = PLAN.replace("[plan]", '[plan]\nlooks_every = "5s"') if kind == "wallet_pending" else PLAN
    text = HEAD + f"script = [ {', '.join(script)} ]\n" + (f"[[faults]]\n{fault}" if fault else "") + plan
    text += f'[[plan.alarms]]\nname = "it"\nwatch = "{kind}"\n{keys}\nthen = [{{ do = "check_records" }}]\n'
    records = []
    return try_scenario(scenario_of_text(text), TrialOptions(), [records.append]), records


def moment(at_ms):
    return f"{datetime_at(at_ms):%d %H:%M}"


def test_the_table_has_every_kind():
    assert {row[0] for row in ROWS} == set(ALARMS)
    assert len(ALARMS) == 12


@pytest.mark.parametrize(("kind", "keys", "script", "fault", "raised", "seen", "over"), ROWS)
def test_an_alarm_goes_off_at_its_moment_and_is_over_at_its_moment(kind, keys, script, fault, raised, seen, over):
    judgement, records = watched(kind, keys, script, fault)
    rung = [each for each in records if isinstance(each, AlarmRaised)]
    ended = [each for each in records if isinstance(each, AlarmOver)]
    assert (moment(rung[0].at_ms), rung[0].seen) == (raised, seen)
    if over is not None:
        assert moment(ended[0].at_ms) == over
    steps = [each for each in records if isinstance(each, PlanStepTaken)]
    assert steps[0].at_ms - rung[0].at_ms == 2 * 60_000
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert judgement.findings == ()


@pytest.mark.parametrize(("kind", "keys"), [(row[0], row[1]) for row in ROWS if row[0] not in (
    "batch_open", "no_sale")])
def test_on_a_quiet_day_nothing_goes_off(kind, keys):
    _, records = watched(kind, keys, RICH, "")
    assert not [each for each in records if isinstance(each, AlarmRaised)]
