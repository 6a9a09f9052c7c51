"""Every output of every command is searched for card numbers, PINs, tracks and keys in all forms."""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

import pytest
from search import Secrets, found_in, reachable, secrets_of

from hil.bench.rig import RigSetting, open_rig
from hil.bench.virtual_bench import VirtualBench
from hil.benches.bench_file import read_bench
from hil.commands.entry import run
from hil.device.ecr_orders import answer_of
from hil.ecr.frames import Framing
from hil.ecr.profiles import load_profile
from hil.ecr.tap import Tap
from hil.ecr.values import Ask, Order
from hil.hands.asking import hands_of, hands_settings
from hil.hands.hands import CardAsked, Deed, HandsError
from hil.tills.ends import Wish
from simulator.catalogue.language import Told
from simulator.machines.terminal.events import Conclude
from simulator.machines.terminal.events import Result as Outcome
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.profile import Card, TerminalIdentity
from simulator.reconciliation import shown
from simulator.scenario.read import load_scenario
from simulator.wire import masking, message_bodies
from simulator.wire.kinds import Kind
from simulator.world.run import build_world, run_virtual

SCENARIO = """
title = "All that holds card data"
start = 2026-01-27T10:00:00+08:00
until = "2d"
drain = "4d"
cards = [
    { name = "card.keyed", entry = "keyed", pin = "735192846073" },
    { name = "card.stripe", pin = "918273640519" },
    { name = "card.chip", entry = "chip", kind = "credit", pin = "604827159380" },
    { name = "card.near", entry = "contactless" },
]
[[merchants]]
name = "corner shop"
habits = { settles = "22:30", settles_again_after = "30m" }
terminals = [
    { count = 1, profile = "lakala-keypad", settings = { offline_limit = "500.00" } },
    { count = 1, settings = { key_download = "004", reply_timeout = "20s" } },
]
script = [
    { at = "10:05", sale = "S1", amount = "68.00", card = "card.keyed" },
    { at = "10:10", sale = "S2", amount = "12.00", card = "card.stripe" },
    { at = "10:15", sale = "S3", amount = "13.00", card = "card.chip" },
    { at = "10:20", sale = "S4", amount = "14.00", card = "card.near", terminal = 2 },
    { at = "10:25", sale = "S5", amount = "15.00", card = "card.stripe", terminal = 2 },
    { at = "10:30", do = "void", of = "S2", card = "card.stripe" },
    { at = "10:35", do = "refund", of = "S3", amount = "1.00", card = "card.chip" },
    { at = "10:40", do = "preauth", sale = "P1", amount = "20.00", card = "card.stripe" },
    { at = "10:45", do = "completion", of = "P1", amount = "20.00", card = "card.stripe" },
    { at = "10:50", do = "offline_sale", sale = "O1", amount = "8.00", card = "card.stripe" },
    { at = "10:55", do = "qr_sale", sale = "Q1", amount = "9.00" },
    { at = "11:00", do = "balance", card = "card.chip" },
    { at = "11:30", sale = "S6", amount = "16.00", card = "card.chip", terminal = 2 },
    { at = "12:00", sale = "S7", amount = "17.00", card = "card.near" },
]
[merchants.sales]
per_hour = 4
until = "4h"
customers = 4
[[faults]]
mode = "record.wrong_details"
target = "corner shop"
how = "totals"
nth = 1
[[faults]]
mode = "network.outage"
on = "reply"
mti = "0210"
nth = 7
[[faults]]
mode = "account.frozen"
target = "card.near"
at = "11:45"
for = "1h"
"""


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "cards.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture
def secrets(scenario) -> Secrets:
    """Of the same world, which is the same each time."""
    world = build_world(load_scenario(scenario), (), wire=True)
    run_virtual(world)
    cards, keys = reachable(world)
    assert len({card.pan for card in cards}) > 5
    assert {card.entry for card in cards} == {"keyed", "stripe", "chip", "contactless"}
    assert len({key.pik for key in keys}) >= 2
    return secrets_of(cards, keys)


def outputs_of(scenario: Path, folder: Path) -> None:
    """Everything that ``daozhang run`` can write about one scenario."""
    folder.mkdir()
    said = ["run", str(scenario), "--sales", "--json", str(folder / "judgement.json")]
    run([*said, "--trace", str(folder / "objects.jsonl"), "--lang", "zh"])
    run([*said, "--wire", "--trace", str(folder / "wire.jsonl"), "--pcap", str(folder / "day.pcap"),
         "--junit", str(folder / "junit.xml"), "--report", str(folder / "report")])
    run([*said, "--defect", "terminal.no_reversal", "--report", str(folder / "defect")])
    run([*said, "--atoms", str(folder / "objects.jsonl")])
    run(["decode", str(folder / "day.pcap")])
    run(["decode", str(folder / "day.pcap"), "--json"])


def searched(folder: Path, said: str, secrets: Secrets) -> dict[str, set[str]]:
    """What was found, by the name of the output."""
    found = {"said": found_in(said.encode("utf-8", "surrogateescape"), secrets)}
    for path in folder.rglob("*"):
        if path.is_file():
            found[path.name] = found.get(path.name, set()) | found_in(path.read_bytes(), secrets)
    return {name: what for name, what in found.items() if what}


def test_no_output_of_a_run_holds_card_data(scenario, secrets, tmp_path, capsys):
    outputs_of(scenario, tmp_path / "out")
    said = "".join(capsys.readouterr())
    assert {path.name for path in (tmp_path / "out").rglob("*")} >= {
        "objects.jsonl", "wire.jsonl", "day.pcap", "junit.xml", "judgement.json", "summary.txt"}
    assert "******" in said
    assert "batch_upload" in (tmp_path / "out" / "wire.jsonl").read_text()
    assert searched(tmp_path / "out", said, secrets) == {}


# ---- that the search sees what it is meant to see ------------------------------------------------

CARD = Card("6200009753180120", track2="6200009753180120D30122010000000000", pin="735192846073")
ONE = secrets_of([CARD], [])
MASTER = next(iter(ONE.keys.values()))


@pytest.mark.parametrize("content", [
    CARD.pan.encode(), CARD.pan.encode("utf-16-le"), CARD.pan.encode("utf-16-be"),
    "６２００００９７５３１８０１２０".encode(), "６２００００９７５３１８０１２０".encode("gbk"),
    "６２００００９７５３１８０１２０".encode("gbk").hex().encode(),
    b"6200 0097 5318 0120", b"6200-0097-5318-0120", b"6.2.0.0.0.0.9.7.5.3.1.8.0.1.2.0",
    bytes.fromhex(CARD.pan), bytes.fromhex(f"0{CARD.pan}F"), CARD.pan.encode().hex().encode(),
    f"B16{CARD.pan}".encode(), b"62000097********", b"********53180120", b"6200009753180000",
    CARD.track2.encode(), b"****************D30122010000000000", bytes.fromhex(f"0{CARD.track2}F"),
    b"*=30122010000000000", CARD.pin.encode(), bytes.fromhex(f"0C{CARD.pin}FF"),
    MASTER, MASTER.hex().encode(), MASTER.hex().upper().encode(), MASTER[:8], MASTER.hex(" ").encode(),
    b'{"card":"NjIwMDAwOTc1MzE4MDEyMA=="}', b"xx" + b64encode(b"x" + MASTER),
    repr(MASTER).encode(), json.dumps({"a": CARD.pan}).encode(), b"\xff" + CARD.pan.encode() + b"\0",
])
def test_the_search_finds_every_form(content):
    assert found_in(content, ONE)


@pytest.mark.parametrize("content", [
    b"", b"620000******0120", b"6200000000000120", bytes.fromhex("6200000000000120"), bytes(1000),
    b"620000******0120D30121", b"7351", b"D3012",
])
def test_the_search_finds_nothing_where_a_mask_was_applied(content):
    assert found_in(content, ONE) == set()


def users_of(function) -> dict[str, object]:
    """The modules in which a mask is used, by name."""
    return {
        name: module for name, module in sorted(sys.modules.items())
        if name.startswith(("simulator.", "hil.")) and module is not masking
        and vars(module).get(function.__name__) is function
    }


UNSEEN = {  # where the mask of mask_pan shows in no output of a run, and which test sees it
    "simulator.world.banks.banks": "a number that is not masked names no account: the pool's is shown",
    "simulator.machines.terminal.records": "only in a repr: test_terminal_journal",
    "simulator.machines.acquirer.records": "only in a repr: test_acquirer_crashes",
    "simulator.machines.terminal.receipts": "printed on paper: test_terminal_kinds",
    "simulator.wire.subfields_shown": "decode of clear frames, below",
    "hil.targets.target": "an account's name on a bench, below",
    "hil.bench.virtual_bench": "people on a bench, below",
    "hil.ecr.tap": "an ECR line, below",
    "hil.device.ecr_defects": "a port that unmasks on purpose: test_ecr_defects",
    "hil.device.ecr_orders": "an answer to a till, below",
    "hil.hands.asking": "a deed of hands, below",
    "hil.inspection.masked": "what is exported of a state: test_inspection",
    "simulator.reconciliation.shown": "files of others with clear cards, below",
}


@pytest.mark.parametrize("place", sorted({*users_of(masking.mask_pan)} - {*UNSEEN}))
def test_a_mask_that_is_lost_anywhere_is_found(place, scenario, secrets, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.modules[place], "mask_pan", lambda pan: pan)
    outputs_of(scenario, tmp_path / "out")
    found = searched(tmp_path / "out", "".join(capsys.readouterr()), secrets)
    assert any("card" in each for what in found.values() for each in what)


HELD = {"pan": "card", "track": "track", "details": "card"}  # kinds of masks, and what a frame of this day would show


@pytest.mark.parametrize("mask", HELD)
def test_a_mask_that_is_lost_in_carried_frames_is_found(
    mask, scenario, secrets, tmp_path, capsys, monkeypatch,
):
    monkeypatch.setitem(masking._MASKS, mask, lambda value: value)
    monkeypatch.setattr(message_bodies, "_made", {})  # made again, with the lost mask
    outputs_of(scenario, tmp_path / "out")
    capsys.readouterr()
    found = searched(tmp_path / "out", "", secrets)
    for output in ("wire.jsonl", "day.pcap"):
        assert any(HELD[mask] in each for each in found[output])


# ---- decode and encode of frames that hold all of it ---------------------------------------------

MINTED = json.loads(Path("fixtures/vectors/minted.json").read_text(encoding="utf-8"))
FRAMES = {vector["id"]: vector for vector in MINTED["vectors"]}
OF_FRAMES = Secrets(
    ONE.digits | {"PIN of card 0120": "123456F"},  # in its block; six digits alone stand anywhere
    {"block": bytes.fromhex(FRAMES["sale_req"]["fields"]["52"])} | {
        f"{name} {at}": bytes.fromhex(FRAMES[name]["fields"]["62"])[at:at + 8]
        for name in ("signin_resp_40", "signin_resp_60") for at in (0, 8, 20)
    },
)


def found_in_all(capsys, *commands: list[str]) -> set[str]:
    for arguments in commands:
        run(arguments)
    return found_in("".join(capsys.readouterr()).encode(), OF_FRAMES)


@pytest.mark.parametrize("way", [[], ["--json"], ["--mac-key", MINTED["keys"]["MAK_single"]]])
def test_decode_shows_no_card_data(way, capsys):
    assert found_in_all(capsys, *(["decode", vector["hex"], *way] for vector in FRAMES.values())) == set()


def test_decode_shows_card_data_where_it_is_asked_to(capsys):
    assert found_in_all(capsys, ["decode", FRAMES["sale_req"]["hex"], "--clear"]) >= {
        "head of card 0120", "track", "block"}


@pytest.mark.parametrize("name", ["sale_req", "signin_resp_60", "batch_upload_mag_req"])
def test_decode_of_what_is_no_message_shows_no_card_data(name, capsys):
    frame = bytes.fromhex(FRAMES[name]["hex"])
    commands = []
    for at in range(13, len(frame), 2):
        cut = (at - 2).to_bytes(2, "big") + frame[2:at]
        spoilt = frame[:at] + bytes([frame[at] ^ 0xFF]) + frame[at + 1:]
        commands += [["decode", cut.hex()], ["decode", spoilt.hex(), "--json"]]
    assert found_in_all(capsys, *commands) == set()


@pytest.mark.parametrize("name", ["sale_req", "signin_resp_60", "batch_upload_mag_req"])
def test_what_encode_refuses_it_does_not_show(name, capsys):
    run(["decode", FRAMES[name]["hex"], "--json", "--clear"])
    clear = json.loads(capsys.readouterr().out)
    said = [
        json.dumps(clear | {"fields": {**clear["fields"], key: spoilt}, "subfields": {}})
        for key, value in clear["fields"].items()
        for spoilt in (value + "X", value[:-1] + "码", value * 9, [value], {"a": value})
    ]
    said += [json.dumps(clear)[:-1], json.dumps({"fields": clear["fields"]}), json.dumps([clear["fields"]])]
    for each in said:
        run(["encode", each])
    err = capsys.readouterr().err
    assert len(err.splitlines()) > len(said) / 2
    assert found_in(err.encode(), OF_FRAMES) == set()


@pytest.mark.parametrize("arguments", [
    ("scenarios",), ("failures",), ("defects",), ("schema",), ("dissector",), ("--help",), ("run", "--help"),
])
def test_commands_that_show_documents_show_no_keys(arguments, capsys):
    assert found_in_all(capsys, list(arguments)) == set()


# ---- a bench: its ECR line, its hands, its folder --------------------------------------------------


def tapped() -> str:
    """What a log of an ECR line shows of an answer with a card number in it."""
    profile = load_profile("telium")
    body = b"010000012501" + CARD.pan.encode().ljust(55) + b"978" + b"1".ljust(10)
    passed = Tap(profile).heard("terminal", Framing(profile.said.framing).frame_of(body), 0)
    return repr([(each.shown, each.masked) for each in passed])


def answered() -> str:
    """What a terminal answers a till about a card."""
    told = Conclude(order="S1", kind=Kind.SALE, result=Outcome.DECLINED, response_code="51")
    return repr(answer_of(
        told, Order(kind=Ask.SALE, amount_fen=100), TerminalMemory(), TerminalIdentity("10000001", "898000000000001"),
        CARD, 0, None))


def asked() -> str:
    """What is kept of a deed that hands did."""
    kept: list[object] = []
    deed = Deed(what="sale", text=Told("a sale", "一笔消费"), tid="10000001", pin=CARD.pin, within_s=5.0,
                card=CardAsked(pan=CARD.pan, expiry="3012", track2=CARD.track2))
    hands = hands_of(hands_settings("command", {"command": ["true"]}), kept.append)
    with suppress(HandsError):  # it answers nothing
        hands.ask(deed)
    return repr(kept)


def reconciled() -> str:
    """How reconciliation shows a clear card of another's file; never from what it remembers."""
    return shown.card.__wrapped__(CARD.pan)


OF_A_BENCH = {
    "hil.ecr.tap": tapped, "hil.device.ecr_orders": answered, "hil.hands.asking": asked,
    "simulator.reconciliation.shown": reconciled,
}


@pytest.mark.parametrize("place", OF_A_BENCH)
def test_a_mask_that_is_lost_on_a_bench_is_found(place, monkeypatch):
    assert found_in(OF_A_BENCH[place]().encode(), ONE) == set()
    monkeypatch.setattr(sys.modules[place], "mask_pan", lambda pan: pan)
    assert found_in(OF_A_BENCH[place]().encode(), ONE)


@pytest.mark.live
def test_no_file_of_a_rig_holds_card_data(tmp_path, capfd):
    with open_rig(read_bench("fixtures/benches/virtual.toml"), RigSetting(folder=tmp_path / "rig")) as rig:
        rig.start()
        assert rig.till.operate(Wish(kind=Kind.SALE, order="S1", amount_fen=6_800, card=CARD)).result
        rig.till.operate(Wish(kind=Kind.SETTLEMENT))
        said = [repr(rig.finish()), repr(rig.acts), repr(rig.ecr), repr(rig.notes)]
    said += capfd.readouterr()
    kept = {path.name: path.read_bytes() for path in (tmp_path / "rig").rglob("*") if path.is_file()}
    assert any(found_in(data, ONE) for name, data in kept.items() if name.endswith(".nvm"))
    clear = {name: data for name, data in kept.items() if not any(each in name for each in MUST_HOLD)}
    assert {"ecr.jsonl", "host.jsonl", "run.jsonl"} <= {*clear}
    for name, data in clear.items():
        assert found_in(data, ONE) == set(), name
    for text in said[:1] + said[-2:]:
        assert found_in(text.encode("utf-8", "surrogateescape"), ONE) == set()


# ---- processes -------------------------------------------------------------------------------------

MUST_HOLD = {  # files that keep card data and keys on purpose
    ".nvm": "a terminal keeps the cards of its batch for the upload, and its keys",
    ".sqlite": "a host keeps the cards of open items for their issuers, and its terminals' keys",
    ".sqlite-wal": "the same",
}
LIVE_CARDS = [
    CARD, Card("6200008642150237", pin="918273640519", entry="chip", sequence="001", icc_data=b"\x9a\x03\x26\x01\x27"),
]
WRONG_REQUESTS = [
    {"do": "operate", "kind": "sale", "order": CARD.pan, "amount_fen": 1},
    {"do": "operate", "kind": "sale", "order": "6200.0097.5318.0120", "amount_fen": 1},
    {"do": "operate", "kind": "sale", "card": {"pan": CARD.pan + "X"}},
    {"do": "operate", "kind": "sale", "card": {"pan": CARD.pan, "track2": f"6200008642150237=3012{CARD.pin}"}},
    {"do": "operate", "kind": "sale", "card": {"pan": CARD.pan, "pin": CARD.pin + "1"}},
    {"do": "operate", "kind": "sale", "card": {CARD.pan: 1}}, {"do": CARD.pan},
    {"do": "operate", "kind": CARD.pan}, {"do": "operate", "kind": "sale", "original_rrn": CARD.pan},
    {"do": "operate", "kind": "sale", "clerk": CARD.pan, "password": CARD.pin},
    {"do": "cut_power", "before": CARD.pan},
    {"do": "fault", "toml": f'mode = "network.outage"\nlabel = "{CARD.pan}"'},
    {"do": "fault", "toml": f'mode = "{CARD.pan}"'}, {"do": "fault", "toml": f'"{CARD.pan}" = 1'},
    {"do": "fault", "toml": 'mode = "network.outage"\ntarget = "6200-0097-5318-0120"'},
    {"do": "action", "toml": f'do = "contact_support"\nsale = "{CARD.pan}"'},
    {"do": "jump", "to": CARD.pan}, {"do": "crash", "before": CARD.pan},
]


@pytest.mark.live
def test_no_output_of_a_host_and_its_devices_holds_card_data(scenario, tmp_path, capfd):
    said: list[str] = []
    with VirtualBench(scenario, tmp_path / "bench") as bench:
        device = bench.plug_in("10000001")
        device.sign_on()
        for number, card in enumerate(LIVE_CARDS):
            device.sell(f"S{number}", 1_000 + number, card)
        for process in (device.process, bench.host):
            port = str(process.ports["control"])
            for request in WRONG_REQUESTS:
                run(["tell", port, json.dumps(request, ensure_ascii=False)])
            run(["tell", port, '{"do":"status"}'])
        run(["tell", str(bench.host.ports["control"]), '{"do":"balances"}'])
        bench.fault('mode = "network.outage"\non = "reply"\nmti = "0210"\nnth = 3')
        device.sell("S8", 800, CARD)
        device.wait_at_rest()
        assert device.operate(Kind.SETTLEMENT).result == "approved"
        said.append(repr(bench.finish()))
    said += capfd.readouterr()
    nvm = device.nvm.read_bytes()
    held = found_in(nvm, ONE)
    assert {"head of card 0120", "tail of card 0120"} <= held, "the search itself must find them"
    secrets = secrets_of(LIVE_CARDS, [])
    for path in (tmp_path / "bench").iterdir():
        if path.suffix not in MUST_HOLD:
            said.append(path.read_text("utf-8"))
    assert sum("620000******0120" in each for each in said) >= 2
    for each in said:
        assert found_in(each.encode("utf-8", "surrogateescape"), secrets) == set()
