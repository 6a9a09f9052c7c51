"""What is kept of one case at a rig: its folder's index, both captures, one time line, JUnit.

It is begun before anything of the case is and ended after everything is: what the rig's processes
write into the folder is listed with it.  A capture that cannot be made is a note, not an error.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import msgspec

from hil.benches.bench_file import BenchFile
from hil.capture.bench_capture import BenchCapture
from hil.capture.line_log import LineBytes, LineLog, TappedStream, read_line_log
from hil.capture.line_log import readable as line_shown
from hil.capture.line_mask import FrameMask
from hil.capture.masked_packets import LinePorts
from hil.control.bench_error import BenchError
from hil.evidence.evidence import Evidence, own_command
from hil.evidence.evidence_index import RunFacts
from hil.evidence.evidence_words import CAPTURE_ABOUT, FILES, NO_RECORDS, NOT_CAPTURED
from hil.evidence.time_line import readable
from hil.files.one_owner import StateError
from hil.ports.pumped_port import Stream
from hil.relay.ends import SerialEnd
from simulator.catalogue.language import Told, spoken
from simulator.judge.verdict import Judgement
from simulator.report.junit import junit
from simulator.scenario.acquirer_dialect import dialect_of
from simulator.scenario.scenario import Scenario
from simulator.trace.records import (
    EcrPassed,
    HandsAsked,
    LinePassed,
    PowerSwitched,
    Record,
    to_line,
)
from simulator.version import own_version
from simulator.wire.dialect import Dialect

_OF_BENCH = (EcrPassed, LinePassed, PowerSwitched, HandsAsked)
ECR_BYTES, ECR_TEXT = "ecr.jsonl", "ecr.txt"
LINE_BYTES, LINE_TEXT = "serial.jsonl", "serial.txt"
RUN, TIME_LINE, REPORT, CAPTURE = "run.jsonl", "bench.txt", "report.xml", "capture.pcap"


class RunOf(msgspec.Struct, frozen=True):
    """Where a case leaves its evidence, and how it is repeated."""

    folder: Path
    command: tuple[str, ...] = ()
    seed: int | None = None


class CaseAtRig(Protocol):
    """What evidence is taken of."""

    scenario: Scenario
    judgement: Judgement | None
    notes: list[Told]

    @property
    def ports(self) -> frozenset[int]:
        """Of the line."""

    def records(self) -> list[Record]:
        """The run on one time line."""


class RigEvidence:
    """The evidence of one case; nothing at all where none is wanted."""

    def __init__(self, bench: BenchFile, run: RunOf | None) -> None:
        """``InputError`` where the folder holds what is not ours."""
        self._bench = bench
        self._capture: BenchCapture | None = None
        self._verdict = ""
        self._evidence: Evidence | None = None
        if run is not None:
            facts = facts_of(bench, run)
            self._evidence = Evidence(run.folder, facts)

    def __enter__(self) -> Self:
        if self._evidence is not None:
            with contextlib.suppress(BenchError):  # of a bench file that comes with the program, packed
                self._evidence.copy("bench.toml", self._bench.path, FILES["bench.toml"].say())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._capture is not None:
            self._capture.stop()
        if self._evidence is None:
            return
        if error is None:
            self._evidence.finish(self._verdict)
            return
        with contextlib.suppress(BenchError):  # the first error is the one to be told
            self._evidence.break_off(str(error) or type(error).__name__)

    def capture(self, rig: CaseAtRig) -> None:
        """The line stands: sniff at it from now on, where the bench file says so."""
        interface = self._bench.part.capture.interface
        if self._evidence is None:
            return
        if not interface:
            self._evidence.note(NOT_CAPTURED.say())
            return
        self._capture = BenchCapture(
            LinePorts(frames=rig.ports), dialect_of(rig.scenario.acquirer), interface)

    def of(self, rig: CaseAtRig) -> None:
        """The case has ended, and nothing of it runs any more."""
        if self._evidence is None:
            return
        try:
            self._take(self._evidence, rig)
        except BenchError as error:
            self._evidence.note(str(error))

    def _take(self, evidence: Evidence, rig: CaseAtRig) -> None:
        for name, about in FILES.items():
            evidence.about(name, about.say())
        for each in rig.notes:
            evidence.note(each.say())
        if self._capture is not None:
            content = self._capture.pcap()
            for note in self._capture.notes:
                evidence.note(note)
            if content is not None:
                evidence.add(CAPTURE, content, CAPTURE_ABOUT.say())
        try:
            records = rig.records()
        except StateError as error:
            evidence.note(NO_RECORDS.say(error=error))
            records = []
        if records:
            evidence.add(RUN, b"".join(to_line(each) + b"\n" for each in records), FILES[RUN].say())
        for name, text in ((ECR_BYTES, ECR_TEXT), (LINE_BYTES, LINE_TEXT)):
            if content := self._bytes_shown(evidence.folder / name):
                evidence.add(text, content, FILES[text].say())
        if shown := [readable(each) for each in records if isinstance(each, _OF_BENCH)]:
            evidence.add(TIME_LINE, ("\n".join(shown) + "\n").encode(), FILES[TIME_LINE].say())
        if rig.judgement is not None:
            self._verdict = rig.judgement.verdict.value
            evidence.add(REPORT, junit(
                rig.judgement, language=spoken(), properties=evidence.facts.properties(),
            ), FILES[REPORT].say())

    @staticmethod
    def _bytes_shown(path: Path) -> bytes:
        if not path.exists():
            return b""
        entries = read_line_log(path.read_bytes())
        return "".join(f"{line_shown(each)}\n" for each in entries).encode()


def tapped(end: SerialEnd, path: Path, dialect: Dialect) -> SerialEnd:
    """A terminal's serial line whose bytes are kept, frame by frame masked."""

    def keep(entry: LineBytes) -> None:
        with path.open("ab") as file:
            file.write(msgspec.json.encode(entry) + b"\n")

    def tap(stream: Stream) -> Stream:
        return TappedStream(stream, LineLog("line", keep, mask_of=lambda: FrameMask(dialect)))

    return msgspec.structs.replace(end, tap=tap)


def facts_of(bench: BenchFile, run: RunOf) -> RunFacts:
    """Which device, at which station, by which command."""
    device = bench.device
    return RunFacts(
        kind=device.kind, device=device.name, station=bench.station,
        firmware=device.firmware or (f"daozhang {own_version()}" if bench.is_virtual else ""),
        serial_number=device.serial_number, tid=bench.terminal.tid, mid=bench.terminal.mid,
        title=bench.path.name, seed=run.seed, command=run.command or own_command())
