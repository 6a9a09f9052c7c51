"""What differs between acquirers is a setting: each combination makes the same good day, or is refused by name."""

from __future__ import annotations

import pytest

from simulator.judge.verdict import Verdict
from simulator.scenario.library import scenario_named
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.trace.records import WireCarried
from simulator.trial import TrialOptions, try_scenario
from simulator.wire.dialects import dialect_named
from simulator.wire.frame import check_frame
from simulator.wire.framing import Framing
from simulator.wire.generic import decode_generic
from simulator.wire.kinds import Kind

TEXT = scenario_named("lost-reply")
GROUP = 'terminals = { count = 1, profile = "lakala-keypad"'
USUAL = dialect_named("unionpay-pos")


def scenario(acquirer="", settings=""):
    text = TEXT.replace(GROUP, f"{GROUP}, settings = {{ {settings} }}") if settings else TEXT
    assert GROUP in TEXT
    return scenario_of_text(f"{text}\n[acquirer]\n{acquirer}\n", "day.toml")


def frames_of(day):
    records = []
    judgement = try_scenario(day, TrialOptions(wire=True), [records.append])
    assert judgement.verdict is Verdict.PASS, judgement.findings
    return [(each.sender == "acquirer", bytes.fromhex(each.frame))
            for each in records if isinstance(each, WireCarried)]


def sign_on_of(frames, dialect=USUAL):
    asked, answered = (decode_generic(frame, dialect) for _, frame in frames[:2])
    assert (asked.mti, answered.mti) == ("0800", "0810")
    return asked.fields["60"][8:11], len(answered.fields["62"]) // 2


LENGTHS = {("001", 8): 24, ("003", 8): 40, ("003", 16): 40, ("004", 8): 60, ("004", 16): 60}


@pytest.mark.parametrize(("download", "mac"), [
    (download, mac) for download in ("001", "003", "004") for mac in (8, 16)
])
@pytest.mark.parametrize("where", ["acquirer", "group"])
def test_each_key_download_works_with_each_mac_key_or_is_refused_with_its_line(download, mac, where):
    given = (
        (f'key_download = "{download}"\nmac = {{ key_length = {mac} }}', "") if where == "acquirer"
        else ("", f'key_download = "{download}", mac_key_length = {mac}'))
    if (download, mac) in LENGTHS:
        assert sign_on_of(frames_of(scenario(*given))) == (download, LENGTHS[download, mac])
        return
    with pytest.raises(ScenarioError, match='key_download "001" carries single keys') as refused:
        scenario(*given)
    place = "acquirer.mac.key_length" if where == "acquirer" else "terminals[1].settings.mac_key_length"
    assert place in str(refused.value)
    assert not str(refused.value).startswith("day.toml:1:")


@pytest.mark.parametrize(("acquirer", "settings", "words"), [
    ('key_download = "005"', "", ["acquirer.key_download", '"005" given', "SM4", "not built"]),
    ('key_download = ["003", "006"]', "", ["acquirer.key_download[2]", "SM4"]),
    ("", 'key_download = "005"', ["settings.key_download", "SM4"]),
    ('key_download = "005"', "", ['key_download_as = { "005" = "003" }']),
    ('key_download_as = { "005" = "006" }', "", ["key_download_as.005", "SM4"]),
    ('key_download_as = { "005" = "360" }', "", ["key_download_as.005", "001, 003, 004"]),
    ('key_download_as = { "003" = "004" }', "", ["key_download_as.003", "a form of its own"]),
    ('key_download_as = { "360" = "004" }', "", ["key_download_as.360", "parameter_download"]),
    ('key_download_as = { "5" = "004" }', "", ["key_download_as.5", "[0-9]{3}"]),
    ("key_download = []", "", ["acquirer.key_download", "at least 1"]),
    ('key_download = "007"', "", ["acquirer.key_download", "001, 003, 004"]),
    ('key_download = ["001", "003"]', 'key_download = "004"',
     ["terminals[1].settings.key_download", 'does not give "004"', "allowed: 001, 003"]),
    ('tpdu = "mirror"', "", ["acquirer.tpdu", "swap, echo"]),
    ('header = "6031"', "", ["acquirer.header", "form"]),
    ('header = "603101311004"', "", ["acquirer.header", "form"]),  # a processing request is no constant
    ('header = "none"\nminimum_software = "31100312"', "", ["minimum_software", "no room"]),
    ('mac = { algorithm = "X9.9" }', "", ["acquirer.mac.algorithm", "CUP-ECB"]),
    ("mac = { key_length = 24 }", "", ["acquirer.mac.key_length", "8", "16"]),
])
def test_what_cannot_be_is_refused_by_name(acquirer, settings, words):
    with pytest.raises(ScenarioError) as refused:
        scenario(acquirer, settings)
    for word in words:
        assert word in str(refused.value)


def test_the_tpdu_of_replies_is_swapped_or_echoed():
    for acquirer, expected in (("", "6000000003"), ('tpdu = "swap"', "6000000003"), ('tpdu = "echo"', "6000030000")):
        replies = {frame[2:7].hex() for is_reply, frame in frames_of(scenario(acquirer)) if is_reply}
        assert replies == {expected}


def test_the_header_of_replies_is_that_of_the_request_or_the_acquirers_own():
    frames = frames_of(scenario('header = "617710998877"'))
    assert {frame[7:13].hex() for is_reply, frame in frames if is_reply} == {"617710998877"}
    assert {frame[7:13].hex() for is_reply, frame in frames if not is_reply} == {"603100100311"}
    usual = {frame[7:13].hex() for is_reply, frame in frames_of(scenario()) if is_reply}
    assert usual == {"603100100311"}


def test_without_a_header_the_message_stands_behind_the_tpdu():
    bare = Framing(length_prefix=True, header="tpdu")
    frames = frames_of(scenario('header = "none"'))
    with_header = frames_of(scenario())
    assert [len(frame) + 6 for _, frame in frames] == [len(frame) for _, frame in with_header]
    for _, frame in frames:
        check_frame(frame, bare)
        assert frame[7:9].hex() in {"0800", "0810", "0200", "0210", "0400", "0410", "0500", "0510", "0320", "0330"}


@pytest.mark.parametrize(("mac", "digits"), [
    ('{ algorithm = "X9.19" }', None), ('{ algorithm = "X9.19", form = "hex" }', "hex"),
    ('{ form = "raw" }', None), ('{ algorithm = "CUP-ECB", key_length = 16 }', "hex"),
])
def test_the_mac_is_made_as_the_setting_says(mac, digits):
    sealed = [decode_generic(frame, USUAL).fields["64"] for _, frame in frames_of(scenario(f"mac = {mac}"))
              if decode_generic(frame, USUAL).fields.get("64")]
    usual = [decode_generic(frame, USUAL).fields["64"] for _, frame in frames_of(scenario())
             if decode_generic(frame, USUAL).fields.get("64")]
    assert len(sealed) == len(usual) > 5
    assert sealed != usual
    characters = [bytes.fromhex(each) for each in sealed]
    assert all(set(each) <= set(b"0123456789ABCDEF") for each in characters) is (digits == "hex")


def test_the_kind_of_a_sign_on_is_known_by_each_of_its_codes():
    for code in ("001", "003", "004", "005"):
        assert USUAL.kinds_found.kind_of("0800", "", "", "00", code) is Kind.SIGN_ON
