"""The Python terminal and the board, asked for the same and struck by the same: the messages they send, field by field.

``python -m tests.board.differential`` prints what differs.  Both are driven by one bench over one ECR
profile.  Fields that may differ stand in ``MAY_DIFFER`` with their reason; every other difference is
a bug of one of the two, or stands in ``KNOWN`` as an open point of the facts.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from hil.bench.rig import Rig, RigSetting, open_rig
from hil.benches.bench_file import BenchFile, read_bench
from hil.benches.bench_scenario import USUAL_START_MS, scenario_text
from hil.benches.toml_text import toml_text
from hil.checks.stage import Stage, chip_card
from hil.processes.nursery import warm_processes
from hil.relay.decisions import LOSE, Mac, change
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.scenario.acquirer_dialect import dialect_of
from simulator.wire.generic import decode_generic
from simulator.wire.kinds import Kind

ROOT = Path(__file__).parents[2]
BENCHES = {name: ROOT / "fixtures" / "benches" / f"{name}.toml" for name in ("virtual", "board")}
WAITS = {"reply_timeout": "2s", "reversal_idle": "1s"}
K = Kind
SCRIPTED, SCRIPT = "card.script", "72189F180412345678860F04DA9F790A00000001000011223344"  # template, its number, a command


class Sent(msgspec.Struct, frozen=True):
    """One message of a terminal: its type, and its fields by number; "tpdu" and "header" among them."""

    mti: str
    fields: dict[str, str]


class Difference(msgspec.Struct, frozen=True):
    """One field, or a whole message, that one terminal has otherwise than the other."""

    story: str
    mti: str
    field: str  # "" for the row of messages itself
    virtual: str
    board: str


# ---- the stories: what is asked for, and what is done to the line ------------------------------------


def _plain(kind: Kind, **more: Any) -> Callable[[Stage], None]:
    return lambda stage: stage.do("it", kind, **stage.prepared(kind, **more)) and None


def _settled(kind: Kind, **more: Any) -> Callable[[Stage], None]:
    def story(stage: Stage) -> None:
        stage.do("it", kind, **more)
        stage.settle()

    return story


def _lost_reply(kind: Kind) -> Callable[[Stage], None]:
    def story(stage: Stage) -> None:
        wish = stage.prepared(kind)
        stage.lose_reply("lost", kind)
        stage.do("it", kind, **wish)
        stage.rest()

    return story


def _wrong_mac(stage: Stage) -> None:
    stage.disturb("hit", Match(way=Way.DOWN, mti="0210"), change("38", "000001", mac=Mac.KEPT))
    stage.do("it", K.SALE)
    stage.rest()


def _unbalanced(stage: Stage) -> None:
    for number in range(2):
        stage.must(f"sale {number}", K.SALE)
    stage.ask("void", K.VOID)
    stage.rig.host.fault('mode = "record.wrong_details"\nhow = "totals"\nnth = 1\nmay_stay_away = true')
    stage.settle()


def _settled_refund(stage: Stage) -> None:
    sale = stage.must("sale", K.SALE)
    stage.settle()
    stage.do("refund", K.REFUND, original=sale, amount_fen=500)
    stage.settle("again")


def _added(kind: Kind) -> Callable[[Stage], None]:
    """To a sale, in a batch that balances."""
    def story(stage: Stage) -> None:
        sale = stage.must("sale", K.SALE, 10_000)
        stage.do("it", kind, 1_500, original=sale)
        stage.rest()
        stage.settle()

    return story


def _tip_not_delivered(stage: Stage) -> None:
    """The reply to it is lost, and it goes up once more."""
    sale = stage.must("sale", K.SALE, 10_000)
    stage.lose_reply("lost", K.TIP)
    stage.do("it", K.TIP, 1_500, original=sale)
    stage.rest()
    stage.settle()


def _tip_of_no_sale(stage: Stage) -> None:
    """What it would be added to is void."""
    sale = stage.must("sale", K.SALE, 10_000)
    stage.do("void", K.VOID, original=sale)
    stage.do("it", K.TIP, 1_500, original=sale)
    stage.rest()


def _scripts(stage: Stage) -> None:
    stage.do("it", K.SALE, card=SCRIPTED)
    stage.do("next", K.SALE)


def _scripts_lost(stage: Stage) -> None:
    """What became of a script is never answered: a few tries before the next sale, then none."""
    stage.disturb("lost", Match(way=Way.DOWN, mti="0630"), LOSE, 0)
    stage.do("it", K.SALE, card=SCRIPTED)
    stage.rest()
    stage.do("next", K.SALE)


def _cut_in_the_reply(stage: Stage) -> None:
    stage.cut("cut", Match(way=Way.DOWN, mti="0210"))
    stage.do("it", K.SALE)
    stage.power_back("cut")
    stage.rest()
    stage.settle()


STORIES: dict[str, Callable[[Stage], None]] = {
    "sale": _plain(K.SALE), "chip sale": _settled(K.SALE, card=chip_card()), "void": _plain(K.VOID),
    "refund of a settled sale": _settled_refund, "balance": _plain(K.BALANCE), "pre-authorisation": _plain(K.PREAUTH),
    "void of a pre-authorisation": _plain(K.PREAUTH_VOID), "completion": _plain(K.COMPLETION),
    "void of a completion": _plain(K.COMPLETION_VOID), "completion advice": _plain(K.COMPLETION_ADVICE),
    "QR sale": _plain(K.QR_SALE), "QR void": _plain(K.QR_VOID), "QR refund": _plain(K.QR_REFUND),
    "settlement of nothing": lambda stage: stage.settle() and None, "unbalanced settlement": _unbalanced,
    "reply to a sale lost": _lost_reply(K.SALE), "reply to a void lost": _lost_reply(K.VOID),
    "reply to a QR sale lost": _lost_reply(K.QR_SALE), "reply with a wrong MAC": _wrong_mac,
    "power cut before the reply to a sale": _cut_in_the_reply,
    "tip": _added(K.TIP), "adjustment": _added(K.ADJUST), "reply to a tip lost": _tip_not_delivered,
    "tip of a sale that is void": _tip_of_no_sale, "issuer's script": _scripts,
    "reply to a script's result lost": _scripts_lost,
}

# What two right terminals may have otherwise, of every message.
MAY_DIFFER: dict[str, str] = {
    "header": "versions of the software stand in it",
    "52": "a PIN block is made under a session key of its own host",
    "64": "a MAC is made under a session key of its own host",
    "37": "the host numbers its replies by itself",
    "38": "the host draws its authorisation codes",
    "12": "the second in which it was asked", "13": "the day of the calendar, which each bench begins for itself",
    "61": "holds the day and the number of the original",
    "59": "holds the code that is drawn for an order, and vouchers of the host",
    "90": "holds the moment of the original",
}
# Differences that stand: (story or "", MTI, field) and whose they are.  docs/board.md is printed from it.
OPEN = "open point of the facts"
_NO_CLOCK = "the Python terminal tells its time, the board never: it has no clock of its own", OPEN
_ON_ALL = ("0100", "0200", "0220")
KNOWN: dict[tuple[str, str, str], tuple[str, str]] = {
    ("", "0800", "62"): ("the serial number, of which each has its own", "right so"),
    ("", "0800", "60"): ("60.2 of a sign-on: zeros, or the batch that is open", OPEN),
    **{("", mti, field): _NO_CLOCK for mti in _ON_ALL for field in ("12", "13")},
    ("", "0200", "14"): ("a void with the expiry date that the journal has, or as the card shows it", OPEN),
    ("", "0200", "35"): ("a void asks for the card again and sends its track, or not", OPEN),
    ("", "0400", "14"): ("as in the request that is reversed", OPEN),
    ("", "0100", "37"): ("the void of a pre-authorisation names it by F38 and F61, or by F37 as well", OPEN),
    ("", "0200", "37"): ("a completion names its pre-authorisation by F38 and F61, or by F37 as well", OPEN),
    ("", "0220", "37"): ("as of a completion", OPEN),
    ("", "0220", "35"): (
        ("the first 0220 of a refund or completion advice tells the track that was just read, or none; "
        "neither terminal stores it, and no repetition has it"), OPEN),
    ("", "0220", "63"): ("a completion advice, a tip or an adjustment names the card's organisation", OPEN),
    ("", "0220", "14"): ("a tip or an adjustment with the expiry date that the journal has, or without: no card is read", OPEN),
    ("", "0620", "25"): ("the result of a script repeats F25 of its transaction, or not", OPEN),
    ("", "0620", "32"): ("the result of a script repeats F32 of the reply, or not", OPEN),
    ("unbalanced settlement", "", ""): (
        "a void for which the card was not read (F22 012): a record of its own (205), or in the stripe block", OPEN),
    ("reply with a wrong MAC", "", ""): ("new keys before the reversal with A0, or with the next request", OPEN),
    ("settlement of nothing", "", ""): ("an empty batch is ended by 0500 alone, or by 0500 and 0320 (207)", OPEN),
    ("power cut before the reply to a sale", "", ""): (
        "session keys outlive a power cut, or are asked for once more when the power is back", OPEN),
}


def scenario_of(bench: BenchFile) -> str:
    """That of the bench, with a chip card to which its issuer sends a script."""
    said = tomllib.loads(scenario_text(bench, None, {}, USUAL_START_MS))
    said["cards"] += [{"name": SCRIPTED, "entry": "chip", "scripts": [SCRIPT]}]
    return toml_text(said)


def sent_in(bench: BenchFile, name: str, folder: Path) -> list[Sent]:
    """What the terminal of a bench sends in a story, its sign-on first."""
    with open_rig(bench, RigSetting(folder=folder, scenario=scenario_of(bench), settings=WAITS, evidence=False)) as rig:
        rig.start()
        stage = Stage(rig, rig.profile)
        STORIES[name](stage)
        stage.close()
        rig.finish()
        return _messages(rig)


def _messages(rig: Rig) -> list[Sent]:
    dialect = dialect_of(rig.scenario.acquirer)
    found = []
    for seen in rig.line.seen:
        if seen.way is Way.UP and seen.mti:
            decoded = decode_generic(seen.frame, dialect)
            found.append(Sent(decoded.mti, {**decoded.fields, "tpdu": decoded.tpdu, "header": decoded.header}))
    return found


def differences(story: str, virtual: Sequence[Sent], board: Sequence[Sent]) -> list[Difference]:
    """What one has otherwise: first the row of messages, then field by field as far as they are the same."""
    rows = tuple(" ".join(each.mti for each in sent) for sent in (virtual, board))
    if rows[0] != rows[1]:
        return [Difference(story, "", "", *rows)]
    return [
        Difference(story, one.mti, field, one.fields.get(field, "-"), other.fields.get(field, "-"))
        for one, other in zip(virtual, board, strict=True)
        for field in sorted({*one.fields, *other.fields}, key=lambda each: (len(each), each))
        if one.fields.get(field) != other.fields.get(field) and (
            field not in MAY_DIFFER or (field in one.fields) != (field in other.fields))]


def is_known(difference: Difference, known: Mapping[tuple[str, str, str], object] | None = None) -> bool:
    """Whether somebody has said whose it is."""
    rows = KNOWN if known is None else known
    return any((story, difference.mti, difference.field) in rows for story in ("", difference.story))


def compared(names: Sequence[str], folder: Path) -> list[Difference]:
    """Both terminals through the stories."""
    benches = {name: read_bench(path) for name, path in BENCHES.items()}
    found: list[Difference] = []
    with warm_processes():
        for place, name in enumerate(names):
            sent = [sent_in(bench, name, folder / f"{place}-{kind}") for kind, bench in benches.items()]
            found += differences(name, sent[0], sent[1])
    return found


def main(names: list[str]) -> int:
    """Print what differs; 1 where that is nobody's yet."""
    with tempfile.TemporaryDirectory(prefix="daozhang-differential-", ignore_cleanup_errors=True) as folder:
        found = compared(names or list(STORIES), Path(folder))
    for each in found:
        mark = "known" if is_known(each) else "NEW"
        sys.stdout.write(f"{mark}  {each.story}: {each.mti} F{each.field}: virtual {each.virtual} board {each.board}\n")
    sys.stdout.write(f"{len(names or STORIES)} stories, {len(found)} differences\n")
    return 0 if all(map(is_known, found)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
