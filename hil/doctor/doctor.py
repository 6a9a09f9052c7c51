"""Looks at everything of a bench before a run, and says for each what to do.

Each look is a row of a table and stands alone: one that fails stops no other.  Nothing is changed but
what is asked for: ``click`` switches the power once, and a virtual device is started for a moment.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from hil.bench.line import end_of
from hil.bench.rig import Rig, RigSetting, open_rig
from hil.bench.standing import hands_for
from hil.benches.bench_file import BenchFile, BenchFileError
from hil.benches.bench_words import HEARD
from hil.board import qemu
from hil.capture.sniffer import why_not
from hil.control.bench_error import BenchError
from hil.control.looked import Looked
from hil.doctor import doctor_words as say
from hil.hands.hands import HandsAct
from hil.ports.port_check import check_port
from hil.ports.ports import PortError, words_for
from hil.ports.pyserial_check import pyserial_fact
from hil.power.powers import PowerPlace, power_settings
from hil.power.probe import probe
from hil.relay.ends import TcpEnd
from simulator.catalogue.language import Message, Told, speaking
from simulator.scenario.key_file import KeyFileError, keys_of, warnings_of
from simulator.scenario.read import ScenarioError, load_scenario
from simulator.wire.master_keys import check_value

LEAST_ROOM = 200 << 20  # bytes: a long soak leaves some tens of MiB
NAPS, NAP_S = 20, 0.005
LATE_MS = 50.0  # a clock that wakes later makes measured times unsure
EARLIEST_S, LATEST_S = 1_735_660_800, 7_258_089_600  # 2025 to the end of the calendar, 2199


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the doctor may do."""

    click: bool = False  # switch the power off and on once


Look = Callable[[BenchFile, Asked], Iterator[Looked]]


def look_at(bench: BenchFile, asked: Asked) -> Iterator[Looked]:
    """Every look of the table, in its order."""
    for look in LOOKS:
        yield from look(bench, asked)


def _terminals(bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    """Scenario, TIDs and keys, as a case will read them."""
    name = say.TERMINALS.both()
    with tempfile.TemporaryDirectory(prefix="daozhang-doctor-") as folder:
        try:
            rig = Rig(bench, RigSetting(folder=Path(folder)))
            scenario = load_scenario(rig.path, lambda _: frozenset({rig.dut.tid}))
            key = keys_of(scenario).key_of(rig.dut.tid)
        except (ScenarioError, BenchFileError, KeyFileError) as error:
            yield Looked(name, "not ok", _heard(error), say.MEND_FILE.both())
            return
        yield Looked(name, "ok", say.DRIVEN.both(count=len(bench.part.terminals), tid=rig.dut.tid))
        shown = check_value(key.octets)
        warnings = list(warnings_of(scenario))
    if not bench.part.acquirer.key_file:
        yield Looked(say.KEYS.both(), "ok", say.TEST_KEY.both(value=shown))
    elif warnings:
        for warning in warnings:
            yield Looked(say.KEYS.both(), "ok", say.KEY_OF_FILE.both(value=shown), warning)
    else:
        yield Looked(say.KEYS.both(), "ok", say.KEY_OF_FILE.both(value=shown))


def _host_port(bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    name = say.HOST_PORT.both()
    try:
        end = end_of(bench)
    except BenchFileError as error:
        yield Looked(name, "not ok", _heard(error), say.MEND_FILE.both())
        return
    if not isinstance(end, TcpEnd):
        yield Looked(name, "not asked", say.SERIAL_END.both())
        return
    try:
        with socket.socket(socket.AF_INET6 if ":" in end.address.host else socket.AF_INET) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((end.address.host, end.address.port))
            tried.listen(1)
    except (OSError, OverflowError) as error:
        yield Looked(name, "not ok", _heard(words_for(str(end.address), error)), say.FREE_PORT.both())
        return
    yield Looked(name, "ok", say.FREE.both(address=end.address))


def _serial(bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    """Whether what speaks over serial lines is what it is taken for."""
    fact = pyserial_fact()
    yield Looked(fact.name, fact.state, fact.seen, fact.advice)
    if bench.part.end.listen.startswith("serial:"):
        yield from _line(say.END_LINE, bench.part.end.listen)


def _ecr(bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    """The till's line, without asking the terminal for anything."""
    ecr = bench.part.ecr
    if ecr is None:
        return
    yield Looked(say.ECR.both(), "ok", say.PROFILE.both(profile=ecr.profile, line=ecr.line))
    if not bench.is_fresh:
        yield from _line(say.ECR, ecr.line)


def _line(what: Message, text: str) -> Iterator[Looked]:
    try:
        facts = check_port(text)
    except PortError as error:
        yield Looked(what.both(), "not ok", _heard(error), say.MEND_FILE.both())
        return
    for fact in facts:
        name = Told(f"{what.en}: {fact.name.en}", f"{what.zh}：{fact.name.zh}")
        yield Looked(name, fact.state, fact.seen, fact.advice)


def _power(bench: BenchFile, asked: Asked) -> Iterator[Looked]:
    part = bench.part.power
    if bench.is_fresh:
        return
    if part is None:
        yield Looked(say.POWER.both(), "not asked", say.NO_POWER.both(), say.GIVE_POWER.both())
        return
    settings = power_settings(part.driver, part.settings)
    with tempfile.TemporaryDirectory(prefix="daozhang-doctor-") as folder:
        yield from probe(
            settings, PowerPlace(tid=bench.terminal.tid, folder=Path(folder)), click=asked.click)


def _hands(bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    if bench.part.hands is None:
        return
    deeds: list[HandsAct] = []
    name = say.HANDS.both()
    try:
        hands = hands_for(bench, deeds.append)
    except BenchError as error:
        yield Looked(name, "not ok", _heard(error), say.MEND_HANDS.both())
        return
    if hands is not None:
        yield Looked(name, "ok", say.HANDS_THERE.both(name=hands.name))
        hands.close()


def _till(bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    """Whether anything drives a terminal that stands by itself."""
    if not bench.is_fresh and bench.part.ecr is None and bench.part.hands is None:
        yield Looked(say.TILL.both(), "not ok", say.NO_TILL.both(), say.GIVE_TILL.both())


def _capture(bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    name, interface = say.CAPTURE.both(), bench.part.capture.interface
    if not interface:
        yield Looked(name, "not asked", say.NO_CAPTURE.both())
        return
    with speaking("en"):
        why = why_not(interface)
    with speaking("zh"):
        why_zh = why_not(interface) if why else ""
    if why and interface in {each for _, each in socket.if_nameindex()}:
        yield Looked(name, "not asked", say.NO_RIGHTS.both(why=Told(why, why_zh)), say.GIVE_RIGHTS.both())
    elif why:
        yield Looked(name, "not ok", Told(why, why_zh), say.GIVE_RIGHTS.both())
    else:
        yield Looked(name, "ok", say.CAPTURES.both(interface=interface))


def _clock(_bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    """The date is possible, and who sleeps wakes in time."""
    now_s = time.time()
    if not EARLIEST_S <= now_s <= LATEST_S:
        yield Looked(say.CLOCK.both(), "not ok", say.WRONG_DATE.both(
            date=time.strftime("%Y-%m-%d", time.gmtime(now_s))), say.SET_CLOCK.both())
        return
    late_ms = 0.0
    for _ in range(NAPS):
        began_s = time.monotonic()
        time.sleep(NAP_S)
        late_ms = max(late_ms, (time.monotonic() - began_s - NAP_S) * 1_000)
    seen = say.WAKES.both(ms=f"{late_ms:.1f}")
    if late_ms > LATE_MS:
        yield Looked(say.CLOCK.both(), "not ok", seen, say.TOO_LOADED.both())
    else:
        yield Looked(say.CLOCK.both(), "ok", seen)


def _room(_bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    free = shutil.disk_usage(".").free
    name, seen = say.ROOM.both(), say.ROOM_FREE.both(mib=free >> 20)
    if free < LEAST_ROOM:
        yield Looked(name, "not ok", seen, say.MAKE_ROOM.both(mib=LEAST_ROOM >> 20))
    else:
        yield Looked(name, "ok", seen)


def _board(bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    """The emulator is installed, and the firmware built."""
    if bench.is_board:
        with speaking("en"):
            why = qemu.why_not(bench.firmware)
        with speaking("zh"):
            why_zh = qemu.why_not(bench.firmware)
        if why:
            yield Looked(say.BOARD.both(), "not ok", Told(why, why_zh), say.MAKE_BOARD.both())
        else:
            yield Looked(say.BOARD.both(), "ok", say.BOARD_THERE.both(firmware=bench.firmware))


def _answers(bench: BenchFile, _asked: Asked) -> Iterator[Looked]:
    """A virtual device is started and signed on; of another the first sign of life comes in a run."""
    name = say.ANSWERS.both()
    if not bench.is_fresh:
        yield Looked(name, "not asked", say.WAITS_FOR_RUN.both())
        return
    with tempfile.TemporaryDirectory(prefix="daozhang-doctor-") as folder:
        began_s = time.monotonic()
        try:
            with open_rig(bench, RigSetting(folder=Path(folder))) as rig:
                rig.start()
                yield Looked(name, "ok", say.SIGNED_ON.both(s=f"{time.monotonic() - began_s:.1f}"))
        except (BenchError, PortError, BenchFileError, ScenarioError) as error:
            yield Looked(name, "not ok", _heard(error), say.SEE_ABOVE.both())


def _heard(error: object) -> Told:
    with speaking("zh"):
        return Told(str(error), HEARD.say(str(error)))


LOOKS: tuple[Look, ...] = (
    _terminals, _host_port, _serial, _till, _ecr, _hands, _power, _capture, _clock, _room, _board, _answers)
