"""Bad scenarios: each is refused with file, line, key, what was given and what is allowed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.judge.rules import RULES
from simulator.scenario.read import ScenarioError, load_scenario, scenario_of_text

LAST_RULE = RULES[-1].number
GOOD = """title = "t"
start = 2026-01-29T20:00:00+08:00
until = "4d"
[[cards]]
name = "card.li"
[[merchants]]
name = "shop"
terminals = { count = 2, profile = "lakala-keypad" }
script = [
  { at = "21:00", sale = "S1", amount = "1.00" },
  { at = "21:05", do = "void", of = "S1" },
]
[merchants.habits]
settles = "22:30"
[[merchants]]
name = "bar"
terminals = { count = 1 }
sales = { per_hour = 4 }
[[faults]]
label = "window"
mode = "acquirer.maintenance"
target = "acquirer"
at = "22:00"
for = "4h"
[[actions]]
do = "settle"
by = "shop"
after = "window"
[expect]
arrived = "all"
within = "2 working days after the window"
"""

# what stands in the good text, what stands there instead, the line, parts of the message
REPLACED = [
    ('until = "4d"', 'until = "4d"\n[acquirer]\nunknown_kind_answer = "ZZ"', 5, ["acquirer.unknown_kind_answer", "no response code ZZ", "allowed: 00, "]),
    ('count = 2, profile = "lakala-keypad" }', 'count = 2, profile = "lakala-keypad", settings = { qr_field = "47" } }', 8, ["settings.qr_field", "lakala-keypad scans no codes"]),
    ('sale = "S1", amount = "1.00" }', 'sale = "S1", amount = "1.00", signed = true }', 10, ["script[1].signed", "terminal 1 takes no signatures"]),
    ('do = "void", of', 'do = "qr_pay", of', 11, ["qr_pay", "qr_sale"]),
    ('title = "t"', "title = 5", 1, ["title: 5 given", "text in quotes"]),
    ('title = "t"', 'title = ""', 1, ["title:", "at least 1"]),
    ('title = "t"', "titel = 'x'", 1, ["titel", 'unknown key "titel"', 'did you mean "title"', "allowed: title, description"]),
    ('title = "t"', "", 1, ["title: missing"]),
    ("2026-01-29T20:00:00+08:00", '"2026-02-30T20:00"', 2, ["start", '"2026-02-30T20:00" given', "must be a time such as"]),
    ("2026-01-29T20:00:00+08:00", '"25:00"', 2, ["start", "25:00"]),
    ("2026-01-29T20:00:00+08:00", "2026-01-29", 2, ["start", "2026-01-29 given", "must be a time"]),
    ("2026-01-29T20:00:00+08:00", "0001-01-01T00:00:00", 2, ["start", "years 2000 to"]),
    ("2026-01-29T20:00:00+08:00", "7", 2, ["start", "7 given"]),
    ('"4d"', '"2026-01-28T00:00"', 3, ["until", "2026-01-28T00:00+08:00 is not after start"]),
    ('"4d"', '"0s"', 3, ["until", "is not after start"]),
    ('"4d"', '"999w"', 3, ["until", "more than 3660 days"]),
    ('"4d"', '"4 days"', 3, ["until", '"4 days" given', "a duration after the start"]),
    ('"4d"', '"9999999d"', 3, ["until", "given; must be"]),
    ('"4d"', '"4d"\nseed = -1', 4, ["seed: -1 given", "at least 0"]),
    ('"4d"', '"4d"\nseed = 1.5', 4, ["seed: 1.5 given", "whole number"]),
    ('"4d"', '"4d"\nseed = true', 4, ["seed: true given", "whole number"]),
    ('"4d"', '"4d"\nseed = 99999999999999999999', 4, ["seed", "less than"]),
    ('"4d"', '"4d"\ndrain = "forever"', 4, ["drain", '"forever" given', "a duration such as"]),
    ('"4d"', '"4d"\nacquirer = { cut_over = "25:00" }', 4, ["acquirer.cut_over", '"25:00" given', '"00:00" to "23:59"']),
    ('"4d"', '"4d"\nacquirer = { cutover = "23:00" }', 4, ["acquirer.cutover", 'did you mean "cut_over"']),
    ('"4d"', '"4d"\nacquirer = { minimum_software = "31" }', 4, ["acquirer.minimum_software", "must have the form"]),
    ('"4d"', '"4d"\nacquirer = 5', 4, ["acquirer: 5 given", "a table"]),
    ('"4d"', '"4d"\nbanks = []', 4, ["banks", "at least 1"]),
    ('"4d"', '"4d"\nbanks = [{ name = "a" }]', 4, ["banks[1].name", "must have the form"]),
    ('"4d"', '"4d"\nbanks = [{ name = "bank.a" },\n {name = "bank.a" }]', 5, ["banks[2].name", "twice"]),
    ('"4d"', '"4d"\nbanks = [{ name = "bank.a", share = 0 }]', 4, ["banks[1].share", "above 0"]),
    ('"4d"', '"4d"\nbanks = [{ name = "bank.a", share = nan }]', 4, ["banks[1].share", "finite"]),
    ('"4d"', '"4d"\nbanks = [{ name = "bank.a", latency = { median = "2s", p95 = "1s" } }]', 4, ["banks[1].latency.p95", "below median"]),
    ('"4d"', '"4d"\nbanks = [{ name = "bank.a", payout_from = "09:00", payout_until = "08:00" }]', 4, ["payout_until", "later than payout_from"]),
    ('"4d"', '"4d"\nnetwork = { wifi = { loss = 1.5 } }', 4, ["network.wifi.loss: 1.5 given", "at most 1"]),
    ('"4d"', '"4d"\nnetwork = { wlan = {} }', 4, ["network.wlan", "unknown key", "wifi"]),
    ("card.li", "li", 5, ["cards[1].name", "must have the form"]),
    ('name = "card.li"', 'name = "card.li"\npin_required = true', 6, ["cards[1].pin_required", "has no pin"]),
    ('name = "card.li"', 'name = "card.li"\nissuer_proof = "wrong"', 6, ["cards[1].issuer_proof", "no chip_key"]),
    ('name = "card.li"', 'name = "card.li"\nscripts = ["9F36020001"]', 6, ["cards[1].scripts[1]", "must have the form"]),
    ('name = "card.li"', 'name = "card.li"\nscripts = ["7203"]', 6, ["cards[1].scripts[1]", "one element 71 or 72"]),
    ('name = "card.li"', 'name = "card.li"\nchip_key = "0123"', 6, ["cards[1].chip_key", "must have the form"]),
    ('name = "card.li"', 'name = "card.li"\nexpiry = "2613"', 6, ["cards[1].expiry", "must have the form"]),
    ('until = "4d"', 'until = "4d"\n[acquirer]\nheld_for = "12h"', 5, ["acquirer.held_for", "1d to 30d"]),
    ('until = "4d"', 'until = "4d"\n[acquirer]\nheld_for = "31d"', 5, ["acquirer.held_for", "1d to 30d"]),
    ('until = "4d"', 'until = "4d"\n[acquirer]\nmissing_from_upload = "settle"\nafter_held = "settle"', 6,
     ["acquirer.after_held", "nothing is held"]),
    ('until = "4d"', 'until = "4d"\n[acquirer]\nmissing_from_upload = "settle"\nheld_for = "3d"', 6,
     ["acquirer.held_for", "nothing is held"]),
    ('name = "card.li"', 'name = "card.li"\nbank = "bank.x"', 6, ["cards[1].bank", 'no bank "bank.x"', "bank.a, bank.b"]),
    ('name = "shop"', 'name = "shop"\nbank = "bank.c"', 8, ["merchants[1].bank", 'no bank "bank.c"', "did you mean"]),
    ('name = "shop"', 'name = "bank.a"', 7, ["merchants[1].name", "another target"]),
    ('name = "shop"', 'name = "shop"\nmid = "12"', 8, ["merchants[1].mid", '"12" given', "15 printable", "not 2", "blanks"]),
    ('name = "shop"', 'name = "shop"\npayout = "T+31"', 8, ["merchants[1].payout", '"T+31" given', "n from 0 to 30"]),
    ('name = "shop"', 'name = "shop"\npayout = { terms = "at once" }', 8, ["merchants[1].payout.terms", '"at once" given', "instant"]),
    ('name = "shop"', 'name = "shop"\npayout = { terms = "T+1", sale_limit = "9.00" }', 8, ["merchants[1].payout.sale_limit", '"instant" only']),
    ('name = "shop"', 'name = "shop"\npayout = { rest = "T+2" }', 8, ["merchants[1].payout.rest", '"instant" only']),
    ('name = "shop"', 'name = "shop"\npayout = { terms = "instant", rest = "instant" }', 8, ["merchants[1].payout.rest", "n from 0 to 30"]),
    ('name = "shop"', 'name = "shop"\npayout = { terms = "instant", from = "08:00", until = "08:00" }', 8, ["merchants[1].payout.until", "are the same"]),
    ('name = "shop"', 'name = "shop"\npayout = { terms = "instant", sale_limit = "9.00", day_limit = "8.00" }', 8, ["merchants[1].payout.day_limit", "less than sale_limit 9.00"]),
    ('name = "shop"', 'name = "shop"\npayout = { fee = {} }', 8, ["merchants[1].payout.fee", "a fee of nothing"]),
    ('name = "shop"', 'name = "shop"\npayout = { deposit = 99 }', 8, ["merchants[1].payout.deposit", "99 given"]),
    ('name = "shop"', 'name = "shop"\nrefund_beyond = "never"', 8, ["merchants[1].refund_beyond", "owed, refused, advanced"]),
    ('until = "4d"', 'until = "4d"\n[acquirer]\nadvance_pool = "100.00"', 5, ["acquirer.advance_pool", 'no merchant has payout "instant"']),
    ('name = "shop"', 'name = "shop"\nfee = { percent = "0.625" }', 8, ["merchants[1].fee.percent", '"0.625" given', "two decimals"]),
    ('name = "shop"', 'name = "shop"\nfee = { percent = 0.6 }', 8, ["merchants[1].fee.percent", "0.6 given", "as text"]),
    ('name = "shop"', 'name = "shop"\nfee = { percent = "101" }', 8, ["merchants[1].fee.percent", '"101" given']),
    ('name = "shop"', 'name = "shop"\nopen = { days = ["monday"] }', 8, ["merchants[1].open.days[1]", "mon", "not possible"]),
    ('name = "bar"', 'name = "shop"', 16, ["merchants[2].name", '"shop" is there twice']),
    ('"lakala-keypad"', '"lakala-keybad"', 8, ["merchants[1].terminals", "no profile", 'did you mean "lakala-keypad"', "lishua"]),
    ('"lakala-keypad"', '"lakala-keypad", link = "wifi"', 8, ["link", "has no link", "dial_up, ethernet, mobile"]),
    ('"lakala-keypad"', '"lakala-keypad", link = "fax"', 8, ["link", "not possible", "dial_up"]),
    ("count = 2", "count = 0", 8, ["count: 0 given", "at least 1"]),
    ("count = 2", "count = 1000000", 8, ["1000000 terminals", "at most 999999"]),
    ("count = 2", 'count = 2, tids = ["00000001"]', 8, ["count", "1 tids"]),
    ("count = 2", 'tids = ["1234"]', 8, ["tids", '"1234" given', "8 printable", "not 4", "blanks"]),
    ("count = 2", 'tids = ["123456789"]', 8, ["tids", "8 printable", "not 9"]),
    ("count = 2", 'tids = ["7700123\\u0007"]', 8, ["tids[1]", "character 8 is U+0007", "printable ASCII"]),
    ("count = 2", 'tids = ["77001234", "770０1234"]', 8, ["tids[2]", "character 4 is U+FF10"]),
    ("count = 2", 'tids = ["77001234", "77001234"]', 8, ["tids[2]", '"77001234" is there twice', "its own"]),
    ('name = "shop"', 'name = "shop"\nmid = "89800000000é001"', 8, ["merchants[1].mid", "character 12 is U+00E9"]),
    ("count = 2", 'count = 2, clerks = { "1" = "0000" }', 8, ["clerks.1", "two or three digits"]),
    ("count = 2", 'count = 2, clerks = { "01" = "abc" }', 8, ["clerks.01", "four to eight"]),
    ("count = 2", "count = 2, settings = { reversal_tries = 0 }", 8, ["settings.reversal_tries: 0 given", "at least 1"]),
    ("count = 2", "count = 2, settings = { offline_limit = 5.0 }", 8, ["settings.offline_limit", "5.0 given", "yuan as text"]),
    ("count = 2", 'count = 2, settings = { disabled = ["discount"] }', 8, ["settings.disabled[1]", "not possible", "refund"]),
    ('"21:00"', '"2026-01-29T19:59"', 10, ["merchants[1].script[1].at", "outside the run"]),
    ('"21:00"', '"21:60"', 10, ["merchants[1].script[1].at", '"21:60" given']),
    ('"1.00"', '"-1.00"', 10, ["script[1].amount", '"-1.00" given', '"68.00"']),
    ('"1.00"', '"1.001"', 10, ["script[1].amount", '"1.001" given']),
    ('"1.00"', "1", 10, ["script[1].amount: 1 given", "yuan as text"]),
    ('"1.00"', '"0.00"', 10, ["script[1].amount", "above 0.00"]),
    ('"1.00"', '"１.00"', 10, ["script[1].amount", "given"]),
    (', amount = "1.00"', "", 10, ["script[1].amount", "missing", "a sale needs an amount"]),
    ('sale = "S1"', 'sale = "S1", terminal = 3', 10, ["script[1].terminal", "shop has 2 terminal(s)"]),
    ('sale = "S1"', 'sale = "S1", card = "card.wang"', 10, ["script[1].card", "no card", "card.li"]),
    ('sale = "S1"', 'sale = "S1", clerk = "07"', 10, ["script[1].clerk", "no clerk", "07", "01"]),
    ('sale = "S1"', 'sale = "S1", wallet = "wallet.z"', 10, ["script[1].wallet", "wallet.a"]),
    ('sale = "S1"', 'sale = "S1", of = "S0"', 10, ["script[1].of", "refers to no other"]),
    ('of = "S1"', 'of = "S2"', 11, ["script[2].of", 'no sale "S2"', "S1"]),
    ('do = "void", of = "S1"', 'do = "void"', 11, ["script[2].of", "a void needs the id"]),
    ('do = "void"', 'do = "completion"', 11, ["script[2].of", '"S1" is a sale', "refers to a preauth"]),
    ('do = "void"', 'do = "void", amount = "1.00"', 11, ["script[2].amount", "no amount of its own"]),
    ('do = "void", of = "S1"', 'sale = "S1", amount = "2.00"', 11, ["script[2].sale", "already the id"]),
    ('do = "void"', 'do = "viod"', 11, ["script[2].do", 'did you mean "void"']),
    ('"22:30"', '"sometimes"', 14, ["merchants[1].habits.settles", '"never"']),
    ('"22:30"', '["2026-03-01T00:00"]', 14, ["merchants[1].habits.settles", "outside the run"]),
    ('settles = "22:30"', 'setles = "22:30"', 14, ["merchants[1].habits.setles", 'did you mean "settles"']),
    ("per_hour = 4", "per_hour = -1", 18, ["per_hour", "at least 0"]),
    ("per_hour = 4", "per_hour = 4, mix = { void = 0.9, refund = 0.9 }", 18, ["mix", "more than 1 together"]),
    ("per_hour = 4", 'per_hour = 4, amount = { median = "9.00", p95 = "1.00" }', 18, ["amount", "not above p95"]),
    ("per_hour = 4", 'per_hour = 4, from = "2h", until = "1h"', 18, ["sales.until", "later than from"]),
    ("per_hour = 4", 'per_hour = 4, until = "5d"', 18, ["sales.until", "outside the run"]),
    ('label = "window"', 'label = "the window"', 20, ["faults[1].label", "taken"]),
    ('"acquirer.maintenance"', '"acquirer.maintenence"', 21, ["faults[1].mode", 'did you mean "acquirer.maintenance"', "network.outage"]),
    ('"acquirer.maintenance"', '"ecr.exposed"', 21, ["faults[1].mode", "documented but not built", "network.outage"]),
    ('"acquirer.maintenance"', '"fee.deducted"', 21, ["faults[1].mode", "no fault but a setting: merchants.fee"]),
    ('target = "acquirer"', 'target = "bank.a"', 22, ["faults[1].target", "cannot be done to", "acquirer"]),
    ('target = "acquirer"', 'target = "shopp"', 22, ["faults[1].target", 'did you mean "shop"']),
    ('target = "acquirer"', 'target = "shop/3"', 22, ["faults[1].target", 'no target "shop/3"']),
    ('target = "acquirer"', 'target = "terminal:99999999"', 22, ["faults[1].target", "no target"]),
    ('at = "22:00"', 'at = "2026-01-29T19:00"', 23, ["faults[1].at", "outside the run"]),
    ('at = "22:00"', 'at = "25:00"', 23, ["faults[1].at", '"25:00" given', "time of day"]),
    ('for = "4h"', 'for = "4d"', 24, ["faults[1].for", "outside the run"]),
    ('for = "4h"', 'for = "0s"', 24, ["faults[1].for", "longer than nothing"]),
    ('for = "4h"', 'for = "4h"\ncode = "999"', 25, ["faults[1].code", "two characters"]),
    ('for = "4h"', 'for = "4h"\ncode = "00"', 25, ["faults[1].code", "no approval"]),
    ('for = "4h"', 'for = "4h"\ncode = "10"', 25, ["faults[1].code", "no approval"]),
    ('for = "4h"', 'for = "4h"\ncode = "A2"', 25, ["faults[1].code", "no approval"]),
    ('for = "4h"', 'for = "4h"\nhow = "loudly"', 25, ["faults[1].how", "answered, silent"]),
    ('for = "4h"', 'for = "4h"\nservices = ["setlement"]', 25, ["faults[1].services[1]", 'did you mean "settlement"']),
    ('for = "4h"', 'for = "4h"\nservices = []', 25, ["faults[1].services", "at least 1"]),
    ('for = "4h"', 'for = "4h"\noff_for = "2m"', 25, ["faults[1].off_for", "no parameter off_for", "code, how, services"]),
    ('for = "4h"', 'for = "4h"\non = "reply"', 25, ["faults[1].on", "does not act on", "service"]),
    ('for = "4h"', 'for = "4h"\nbetween = ["store", "send"]', 25, ["faults[1].between", "terminal.power_lost"]),
    ('for = "4h"', 'for = "4h"\nbetween = ["store"]', 25, ["faults[1].between"]),
    ('for = "4h"', 'for = "4h"\nmti = "0210"', 25, ["faults[1].mti", "network.outage"]),
    ('for = "4h"', 'for = "4h"\nof = "sail"', 25, ["faults[1].of", 'did you mean "sale"']),
    ('for = "4h"', 'for = "4h"\nchance = 2', 25, ["faults[1].chance: 2 given", "at most 1"]),
    ('for = "4h"', 'for = "4h"\nnth = 0', 25, ["faults[1].nth: 0 given", "at least 1"]),
    ('do = "settle"', 'do = "retry_after_maintenence"', 26, ["actions[1].do", 'did you mean "retry_after_maintenance"', "settle"]),
    ('do = "settle"', 'do = "settle"\nsoftware = "31100400"', 27, ["actions[1].software", "does not take software", "by, terminal"]),
    ('do = "settle"', 'do = "settle"\nterminal = 3', 27, ["actions[1].terminal", "shop has 2"]),
    ('by = "shop"', 'by = "shoop"', 27, ["actions[1].by", 'did you mean "shop"']),
    ('by = "shop"', "terminal = 1", 25, ["actions[1].by", "missing"]),
    ('after = "window"', 'after = "windov"', 28, ["actions[1].after", 'did you mean "window"', "the window"]),
    ('after = "window"', 'after = "window"\nat = "2h"', 25, ["actions[1]", "either at or after"]),
    ('after = "window"', "", 25, ["actions[1]", "either at or after"]),
    ('after = "window"', 'after = "window"\nwait = "90d"', 28, ["actions[1].after", "outside the run"]),
    ('arrived = "all"', 'arrived = "most"', 30, ["expect.arrived", '"most" given', '"none"']),
    ('arrived = "all"', "arrived = 1.5", 30, ["expect.arrived: 1.5 given"]),
    ('arrived = "all"', 'arrived = ["S1", "S9"]', 30, ["expect.arrived[2]", 'no sale "S9"', "S1"]),
    ('arrived = "all"', f"exercised = [{LAST_RULE + 1}]", 30,
     [f"expect.exercised[1]: {LAST_RULE + 1} given", f"at most {LAST_RULE}"]),
    ('arrived = "all"', "", 31, ["expect.within", "does not say what"]),
    ('"2 working days after the window"', '"soon"', 31, ["expect.within", '"soon" given', "working days"]),
    ('"2 working days after the window"', '"2026-01-28T00:00"', 31, ["expect.within", "outside the run"]),
    ("within = ", 'verdict = "GOOD"\nwithin = ', 31, ["expect.verdict", "PASS, FAIL"]),
    ('for = "4h"', 'for = "4h"\n[[faults]]\nmode = "operator.sale_in_maintenance"', 25, ["faults[2].at", "needs a window"]),
    ('for = "4h"', 'for = "4h"\n[[faults]]\nmode = "terminal.software_stale"\nat = "1h"\nnth = 2', 28, ["faults[2].nth", "only at and for"]),
    ('for = "4h"', 'for = "4h"\n[[faults]]\nmode = "account.frozen"\nat = "1h"', 25, ["faults[2].target", "no target (all)", "card, merchant"]),
]


def test_the_text_that_the_bad_ones_are_made_from_is_good():
    assert scenario_of_text(GOOD).title == "t"


@pytest.mark.parametrize(("there", "instead", "line", "parts"), REPLACED)
def test_a_bad_value_is_named_with_line_key_and_what_is_allowed(there, instead, line, parts):
    assert there in GOOD
    with pytest.raises(ScenarioError) as caught:
        scenario_of_text(GOOD.replace(there, instead, 1), "my.toml")
    said = str(caught.value)
    for part in parts:
        assert part in said
    assert any(
        each.startswith((f"my.toml:{line}: ", "my.toml: ")) and parts[0].split(":")[0] in each
        for each in said.splitlines()
    ), said


MTI = 'mode = "{}"\nmti = "{}"\n'
UNSEEN_MTI = [
    ("network.outage", "9999", "0100, 0110, 0200, 0210"),
    ("network.outage", "0211", 'did you mean "021'),
    ('network.outage"\non = "reply', "0200", "0110, 0210, 0230, 0330, 0410, 0510, 0630, 0810, 0830"),
    ("terminal.power_lost", "0210", "0100, 0200, 0220"),
    ("acquirer.outage", "0200", "0110, 0210"),
    ("acquirer.mac_failure", "0810", "0110, 0210, 0230, 0410, 0630"),
    ('acquirer.mac_failure"\nhow = "request', "0210", "0100, 0200, 0220, 0400, 0620"),
    ("fraud.forged", "0400", "0100, 0200"),
]


@pytest.mark.parametrize(("mode", "mti", "allowed"), UNSEEN_MTI)
def test_a_message_type_that_a_mode_never_sees_is_refused_with_those_it_sees(mode, mti, allowed):
    text = GOOD + "[[faults]]\n" + MTI.format(mode, mti)
    with pytest.raises(ScenarioError) as caught:
        scenario_of_text(text, "my.toml")
    said = str(caught.value)
    assert said.startswith(f"my.toml:{text.count(chr(10))}: faults[2].mti: ")
    assert f'sees no message of type "{mti}"' in said
    assert allowed in said


@pytest.mark.parametrize(("mode", "mti"), [
    ("network.outage", "0210"), ("network.delay", "0210"), ("terminal.power_lost", "0200"),
    ("acquirer.outage", "0210"), ("acquirer.mac_failure", "0410"), ("record.wrong_details", "0500"),
])
def test_a_message_type_that_a_mode_sees_is_taken(mode, mti):
    assert scenario_of_text(GOOD + "[[faults]]\n" + MTI.format(mode, mti)).faults[1].mti == mti


ONE_MISTAKE = [
    ("count = 2", 'count = 2, link = "fibre"', "merchants[1].terminals[1].link"),
    ("count = 2", "count = 0", "merchants[1].terminals[1].count"),
    ('"22:30"', '"sometimes"', "merchants[1].habits.settles"),
    ('"22:30"', '"22:30"\nrepeats_after = "40"', "merchants[1].habits.repeats_after"),
    ('"1.00"', '"1.001"', "merchants[1].script[1].amount"),
    ('"21:00"', '"21:60"', "merchants[1].script[1].at"),
    ('do = "void"', 'do = "viod"', "merchants[1].script[2].do"),
    ('name = "shop"', "name = 5", "merchants[1].name"),
    ("terminals = { count = 1 }", "terminals = []", "merchants[2].terminals"),
]


@pytest.mark.parametrize(("there", "instead", "where"), ONE_MISTAKE)
def test_one_mistake_is_one_line(there, instead, where):
    with pytest.raises(ScenarioError) as caught:
        scenario_of_text(GOOD.replace(there, instead, 1), "my.toml")
    (said,) = str(caught.value).splitlines()
    assert said.partition(": ")[2].startswith(f"{where}: ")


def test_a_list_that_is_empty_of_itself_is_said_to_be_too_short():
    with pytest.raises(ScenarioError, match=r"merchants: a list of 0 given; must have at least 1"):
        scenario_of_text('title = "t"\nstart = "2026-01-29T20:00"\nuntil = "4d"\nmerchants = []\n')


@pytest.mark.parametrize("unfit", [
    "2026-13-45T10:00:00", "2026-02-30", "2026-02-30T10:00:00+08:00", "2026-01-29T25:00:00",
    "2026-1-5", "22:61:00", "22:30",
])
def test_an_impossible_date_is_said_to_be_one(unfit):
    text = GOOD.replace("2026-01-29T20:00:00+08:00", unfit, 1)
    with pytest.raises(ScenarioError) as caught:
        scenario_of_text(text, "t.toml")
    assert str(caught.value).startswith(f"t.toml:2: {unfit} is no possible date or time (column ")


def test_a_date_beside_another_mistake_is_not_blamed_for_it():
    with pytest.raises(ScenarioError, match=r"t\.toml:1: no TOML: Expected newline"):
        scenario_of_text('a = "2026-01-29" 5', "t.toml")


NO_TOML = [
    ("", "is empty"),
    ("   \n\n", "is empty"),
    ("title = ", "t.toml:1: no TOML"),
    ("a = 1\nb = [1,\n", "no TOML"),
    ("a = 1\na = 2", "t.toml:2: no TOML"),
    ("title = \x00", "no TOML"),
    ("a = " + "[" * 5000, "t.toml:1: no TOML: brackets are nested at most 32 deep (column 37)"),
    ("a = " + "9" * 5000, "no TOML"),
    ("[[a]]\n[a]", "t.toml:2: no TOML"),
]


@pytest.mark.parametrize(("text", "part"), NO_TOML)
def test_what_is_no_toml_is_said_so_with_its_line(text, part):
    with pytest.raises(ScenarioError, match=r"t\.toml") as caught:
        scenario_of_text(text, "t.toml")
    assert part in str(caught.value)


def test_many_problems_are_told_at_once_but_not_without_end():
    text = GOOD + "".join(f"k{number} = 1\n" for number in range(20))
    with pytest.raises(ScenarioError) as caught:
        scenario_of_text(text)
    lines = str(caught.value).splitlines()
    assert len(lines) == 9
    assert lines[-1].endswith("and 12 more")


def test_a_card_number_in_a_file_is_masked_in_the_error():
    with pytest.raises(ScenarioError) as caught:
        scenario_of_text(GOOD.replace('do = "void"', 'do = "6200009753180120"'))
    assert "6200009753180120" not in str(caught.value)
    assert "620000******0120" in str(caught.value)


CARD_NAMES = ("6200009753180120", "6200.0097.5318.0120", "PAN 6200-0097-5318-0120/1", "６２００００９７５３１８０１２０")
NAMED = [  # what stands in the good text, what names something instead, the place that is told
    ('title = "t"', 'title = "{}"', "title"),
    ('sale = "S1"', 'sale = "{}"', "merchants[1].script[1].sale"),
    ('name = "bar"', 'name = "{}"', "merchants[2].name"),
    ('name = "bar"', 'name = "bar"\nregion = "{}"', "merchants[2].region"),
    ('label = "window"', 'label = "{}"', "faults[1].label"),
    ('arrived = "all"', 'arrived = ["{}"]', "expect.arrived[1]"),
    ('by = "shop"', 'by = "{}"', "actions[1].by"),
    ("count = 1", 'count = 1, tids = ["{}"]', "merchants[2].terminals[1].tids[1]"),
    ("count = 1", 'count = 1, clerks = {{ "{}" = "0000" }}', "merchants[2].terminals[1].clerks"),
    ('name = "card.li"', 'name = "card.li"\n"{}" = 1', "cards[1]"),
    ('name = "card.li"', 'name = "{}"', "cards[1].name"),
    ("[expect]", '["{}"]', "620"),
]


@pytest.mark.parametrize("name", CARD_NAMES)
@pytest.mark.parametrize(("good", "named", "place"), NAMED)
def test_nothing_can_be_named_like_a_card_and_the_refusal_does_not_show_it(good, named, place, name):
    with pytest.raises(ScenarioError) as caught:
        scenario_of_text(GOOD.replace(good, named.format(name), 1))
    told = str(caught.value)
    assert place in told or place == "620"
    assert "".join(char for char in told if char.isdecimal()).find("975318") < 0
    assert "７５３１８" not in told


def test_a_mid_is_no_name_and_may_pass_the_check_of_card_numbers():
    assert scenario_of_text(GOOD.replace('name = "bar"', 'name = "bar"\nmid = "378282246310005"'))


@pytest.mark.parametrize(("make", "part"), [
    (lambda path: path.mkdir(), "is a directory"),
    (lambda path: path.write_bytes(bytes(range(128, 256))), "no text in UTF-8"),
    (lambda path: path.write_bytes(b"\x7fELF\x01\x01\x00\x00"), "no TOML"),
    (lambda path: path.write_bytes(b""), "is empty"),
    (os.mkfifo, "no regular file"),
    (lambda path: path.symlink_to(path), "symbolic links"),
    (lambda _path: None, "No such file"),
])
def test_a_path_that_is_no_scenario_is_refused_by_name(tmp_path, make, part):
    path = tmp_path / "case.toml"
    make(path)
    with pytest.raises(ScenarioError, match=r"case\.toml") as caught:
        load_scenario(path)
    assert part in str(caught.value)


def test_a_path_that_no_system_takes_is_refused():
    with pytest.raises(ScenarioError, match="null"):
        load_scenario("a\x00b")


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_scenario(path).merchants[0].name == "shop"


VALUES = st.recursive(
    st.one_of(
        st.integers(-5, 5), st.booleans(), st.floats(), st.text(max_size=8), st.sampled_from(
            ["shop", "22:30", "4h", "1.00", "all", "acquirer", "card.li", "settlement"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["at", "name", "count", "x", "latency"]), inner, max_size=3),
    ),
    max_leaves=6,
)


@given(st.data())
@settings(max_examples=300)
def test_whatever_stands_in_place_of_a_value_nothing_but_a_scenario_error_is_raised(data):
    lines = GOOD.splitlines()
    number = data.draw(st.sampled_from([n for n, line in enumerate(lines) if " = " in line]))
    key = lines[number].strip().partition(" = ")[0].strip("{ ")
    lines[number] = f"{key} = {_toml(data.draw(VALUES))}"
    with suppress(ScenarioError):
        assert scenario_of_text("\n".join(lines)).title


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_any_text_is_read_or_refused(text):
    with pytest.raises(ScenarioError):
        scenario_of_text(text)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, str):
        escaped = "".join(
            f"\\U{ord(each):08x}" if each in '"\\' or not each.isprintable() else each
            for each in value if not 0xD800 <= ord(each) <= 0xDFFF
        )
        return f'"{escaped}"'
    return repr(value)


# ---- what would be taken and do nothing ----------------------------------------------------------

NOTHING = [
    # lines of a fault, which line of it, parts of the message
    ('mode = "terminal.power_lost"\nbetween = ["store:armd", "sned"]', 1,
     ["faults[2].between[1]: no step", 'did you mean "store:armed"', "allowed: start, store"]),
    ('mode = "terminal.power_lost"\nbetween = ["send", "start"]', 1, ["between[2]: no step", "allowed: store"]),
    ('mode = "acquirer.outage"\nbetween = ["store:armed", "reply"]', 1, ["between[1]: no step", "store:decided"]),
    ('mode = "acquirer.outage"\nbetween = ["capture", "reply"]', 1, ["between[1]: no step"]),
    ('mode = "terminal.software_stale"\nat = "1h"\nminimum = "31100311"', 2,
     ["faults[2].minimum: every terminal has 31100311 or newer", "must be above 31100311"]),
    ('mode = "network.outage"\nchance = 0', 1, ["faults[2].chance: 0 given", "above 0"]),
    ('mode = "network.delay"\ndelay = "0s"', 1, ["faults[2].delay: must be at least 1ms"]),
    ('mode = "bank.delay"\ndelay = "30s"', 1, ["faults[2].delay: must be at least 1m"]),
    ('mode = "network.congestion"\njitter = "0s"', 1, ["faults[2].jitter: must be longer than nothing"]),
    ('mode = "notice.lost"\ndelay = "1h"', 1, ["faults[2].delay: has no effect on notice.lost lost"]),
    ('mode = "acquirer.maintenance"\nhow = "silent"\ncode = "91"', 2,
     ["faults[2].code: has no effect on acquirer.maintenance silent"]),
    ('mode = "bank.maintenance"\non = "payout"\ncode = "91"', 2,
     ["faults[2].code: has no effect on bank.maintenance answered at payout"]),
    ('mode = "bank.maintenance"\non = "authorisation"\ndelay = "1h"', 2, ["faults[2].delay: has no effect"]),
    ('mode = "policy.restricted"\nservices = ["settling"]', 1,
     ["faults[2].services[1]: no service", "allowed: all, financial, qr, sale, refund"]),
    ('mode = "operator.wrong_amount"\nof = "void"', 1, ["faults[2].of: operator.wrong_amount never meets a", "allowed: sale"]),
    ('mode = "record.upload_late"\nof = "sale"', 1, ["faults[2].of: record.upload_late never meets a", "batch_upload"]),
    ('mode = "network.outage"\nof = "sale"\nmti = "0400"', 2, ["faults[2].mti: a sale has no message", "0200, 0210"]),
]


@pytest.mark.parametrize(("lines", "line", "parts"), NOTHING)
def test_a_fault_that_could_do_nothing_is_refused_with_its_line(lines, line, parts):
    text = GOOD + "[[faults]]\n" + lines + "\n"
    with pytest.raises(ScenarioError) as refused:
        scenario_of_text(text, "my.toml")
    said = str(refused.value).splitlines()[0]
    assert said.startswith(f"my.toml:{GOOD.count(chr(10)) + 2 + line}: ")
    assert all(part in str(refused.value) for part in parts), refused.value


@pytest.mark.parametrize(("lines", "parts"), [
    ('do = "restart_router"\ntarget = "isp.a"', ["actions[2].target: restart_router cannot be done to", "allowed: router"]),
    ('do = "restart_router"\nby = "shop"\ntarget = "router.2"', ["actions[2].target:", "is not of shop"]),
    ('do = "unfreeze_account"\ntarget = "router.1"', ["actions[2].target:", "allowed: card, merchant"]),
    ('do = "unfreeze_account"\nby = "shop"\ntarget = "card.li"', ["actions[2].by: a card is nobody's"]),
    ('do = "pause_sales"\nfor = "0s"', ["actions[2].for: must be longer than nothing"]),
    ('do = "update_software"', ["actions[2].software: missing"]),
])
def test_an_action_that_could_do_nothing_is_refused(lines, parts):
    with pytest.raises(ScenarioError) as refused:
        scenario_of_text(GOOD + '[[actions]]\nat = "1h"\n' + lines + "\n")
    assert all(part in str(refused.value) for part in parts), refused.value


@pytest.mark.parametrize(("there", "instead", "parts"), [
    ('name = "bar"', 'name = "shop/1"', ["merchants[2].name", 'would be taken for terminal 1 of "shop"']),
    ('name = "bar"', 'name = "shop/77"', ["merchants[2].name", 'terminal 77 of "shop"']),
    ('name = "bar"', 'name = "bar"\nregion = "shop"', ["merchants[2].region", "another target"]),
    ('name = "bar"', 'name = "bar"\nregion = "shop/2"', ["merchants[2].region", "another target"]),
    ('name = "bar"', 'name = "bar"\nregion = "router.1"', ["merchants[2].region", "another target"]),
    ("count = 1", 'count = 1, settings = { key_download = "001", mac_key_length = 16 }',
     ["merchants[2].terminals[1].settings.mac_key_length", "must be 8"]),
])
def test_names_and_settings_that_cannot_stand_together_are_refused(there, instead, parts):
    with pytest.raises(ScenarioError) as refused:
        scenario_of_text(GOOD.replace(there, instead, 1))
    assert all(part in str(refused.value) for part in parts), refused.value


HEAD = 'title = "t"\nstart = 2026-01-29T20:00:00+08:00\nuntil = "1d"\n'
SHOP = '[[merchants]]\nname = "shop"\nterminals = { count = 1 }\n'


@pytest.mark.parametrize(("text", "parts"), [
    (HEAD + '[acquirer]\nminimum_software = "３１２０００００"\n' + SHOP, ["acquirer.minimum_software"]),
    (HEAD + SHOP.replace("count = 1", 'count = 1, settings = { software = "３１２０００００" }'), ["software"]),
    (HEAD + '[[cards]]\nname = "card.a"\npin = "１２３４"\n' + SHOP, ["pin"]),
    (HEAD + '[[banks]]\nname = "bank.a"\npan_prefix = "62００００"\n' + SHOP, ["pan_prefix"]),
    (HEAD + SHOP + 'script = [{ at = "21:00", sale = "S", amount = "1.00", clerk = "０１" }]\n', ["clerk"]),
    (HEAD + "[acquirer]\nservers = 10000000000\n" + SHOP, ["acquirer.servers"]),
    (HEAD + '[[banks]]\nname = "bank.a"\nservers = 9223372036854775808\n' + SHOP, ["banks[1].servers"]),
    (HEAD + '[acquirer]\nissuer_reversal_every = "0s"\n' + SHOP, ["issuer_reversal_every", "at least 10 ms"]),
    (HEAD + SHOP + '[[actions]]\ndo = "update_software"\nat = "1h"\nsoftware = "00000001"\n',
     ["actions[1].software", "31100311 or newer already"]),
], ids=lambda each: "" if isinstance(each, list) else each.strip().splitlines()[-1][:40])
def test_what_would_run_into_an_error_or_do_nothing_is_refused(text, parts):
    with pytest.raises(ScenarioError) as refused:
        scenario_of_text(text)
    assert all(part in str(refused.value) for part in parts)


SECOND = Path(__file__).parents[1] / "wire" / "dialects" / "second-acquirer.toml"


@pytest.mark.parametrize(("more", "key"), [
    ('minimum_software = "39999999"\n' + SHOP, "acquirer.minimum_software"),
    (SHOP + '[[faults]]\nmode = "terminal.software_stale"\nat = "1h"\n', "faults[1].mode"),
])
def test_a_version_that_no_header_has_room_for_is_not_demanded(more, key):
    with pytest.raises(ScenarioError, match="no room for a software version") as refused:
        scenario_of_text(f'{HEAD}[acquirer]\ndialect = "{SECOND}"\n{more}')
    assert key in str(refused.value)


def test_a_mistake_in_a_dialect_file_is_told_whole(tmp_path):
    path = tmp_path / "a-dialect-with-a-rather-long-name-so-that-nothing-is-cut.toml"
    path.write_text('like = "unionpay-pos"\n[mac]\nalgorithm = "X9.18"\n')
    with pytest.raises(ScenarioError, match=r"X9\.18.*at `\$\.mac\.algorithm`"):
        scenario_of_text(f'{HEAD}[acquirer]\ndialect = "{path}"\n{SHOP}')
