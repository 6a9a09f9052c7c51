"""What a sweep has done so far, on disk after each case, so that it can be taken up again.

A file of JSON lines: what it is bound to, then recordings and results as they come.  A line that a
power cut left half is passed over; anything else that cannot be read is refused.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import msgspec

from hil.control.bench_error import BenchError
from hil.files.one_owner import StateError, lock_file
from hil.sweep.plan import Recording
from hil.sweep.results import CaseResult, KindResult
from simulator.catalogue.language import Message
from simulator.catalogue.system_words import system_words

FILE = "sweep.jsonl"
THERE_IS_ONE = Message("there_is_one", "--out {folder}: holds a sweep already; go on with it by --resume, or name another folder",
                       "--out {folder}：已有一次扫描；用 --resume 继续，或另给一个目录")
NOTHING_THERE = Message("nothing_there", "--resume: {folder} holds no sweep", "--resume：{folder} 中没有扫描")
OTHER = Message("other", "--resume: {folder} holds a sweep of another {what}: {theirs}, not {ours}",
                "--resume：{folder} 中是另一个{what}的扫描：{theirs}，不是 {ours}")
DAMAGED = Message("damaged", "--resume: {path}: line {line} is damaged", "--resume：{path}：第 {line} 行已损坏")
NO_FOLDER = Message(
    "no_folder", "--out {folder} cannot be written: {why}", "--out {folder} 无法写入：{why}")
IN_USE = Message("in_use", "--out {folder}: another sweep writes there just now; wait for its end, or name another folder",
                 "--out {folder}：另一次扫描正在写入；请等它结束，或另给一个目录")
NOT_KEPT = Message("not_kept", "{path}: {why}; what was done before is kept, and --resume goes on with it",
                   "{path}：{why}；之前完成的已保留，可用 --resume 继续")
SWEEP = "sweep"
WHAT = {  # of the binding
    "bench": Message("bench", "bench file", "测试台文件"),
    "device": Message("device", "device", "设备"),
    "version": Message("version", "version of daozhang", "daozhang 版本"),
    "defects": Message("defects", "set of defects", "缺陷组合"),
    "every": Message("every", "choice of messages", "报文选择"),
}


class StoreError(ValueError):
    """A sweep that cannot be kept or taken up; the text is for the person who asked."""


class Binding(msgspec.Struct, frozen=True, kw_only=True, tag="sweep"):
    """What results belong to: others are not mixed with them."""

    bench: str  # sum of the file's bytes
    device: str
    version: str
    defects: str
    every: str  # "every" message, or of those that are alike "some"


class _Recorded(msgspec.Struct, frozen=True, tag="recording"):
    recording: Recording


class _Came(msgspec.Struct, frozen=True, tag="result"):
    result: CaseResult


class _NotSwept(msgspec.Struct, frozen=True, tag="not_swept"):
    kind: KindResult


_DECODER = msgspec.json.Decoder(Binding | _Recorded | _Came | _NotSwept)


class Store:
    """One sweep in its folder."""

    def __init__(self, folder: Path, binding: Binding, *, resume: bool) -> None:
        """Begin or take up; ``StoreError`` where that cannot be."""
        self.folder = folder
        self.recordings: dict[str, Recording] = {}
        self.results: dict[str, CaseResult] = {}
        self.not_swept: dict[str, KindResult] = {}
        path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not resume and path.exists():
                raise StoreError(THERE_IS_ONE.say(folder=folder))
            if resume and not path.exists():
                raise StoreError(NOTHING_THERE.say(folder=folder))
            self._file: IO[bytes] = path.open("ab")
            lock_file(path, self._file.fileno(), SWEEP)  # before it is read: nobody adds to it meanwhile
            if resume:
                self._read(path, binding)
        except StateError as error:
            raise StoreError(IN_USE.say(folder=folder)) from error
        except OSError as error:
            raise StoreError(NO_FOLDER.say(folder=folder, why=system_words(error))) from None
        if not resume:
            self._write(binding)

    def keep_recording(self, recording: Recording) -> None:
        """The boundaries of a kind."""
        self._recorded(recording)
        self._write(_Recorded(recording))

    def keep(self, result: CaseResult) -> None:
        """What came of a case; the last one counts."""
        self.results[result.case] = result
        self._write(_Came(result))

    def keep_not_swept(self, result: KindResult) -> None:
        """A kind that this terminal has not, or that could not be recorded."""
        self.not_swept[result.kind] = result
        self._write(_NotSwept(result))

    def close(self) -> None:
        """Nothing more comes."""
        with contextlib.suppress(OSError):  # what a full disk did not take was told when it was written
            self._file.close()

    def _write(self, row: msgspec.Struct) -> None:
        try:
            self._file.write(msgspec.json.encode(row) + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise BenchError(NOT_KEPT.say(path=self.folder / FILE, why=system_words(error))) from error

    def _read(self, path: Path, binding: Binding) -> None:
        raw = path.read_bytes()
        lines = raw.split(b"\n")
        if lines[-1]:  # the end of a run that was cut off: it would spoil what is written behind it
            os.truncate(path, len(raw) - len(lines[-1]))
        for number, line in enumerate(lines[:-1], 1):
            try:
                self._take(_DECODER.decode(line), binding)
            except msgspec.DecodeError:
                raise StoreError(DAMAGED.say(path=path, line=number)) from None
        if len(lines) == 1:
            raise StoreError(NOTHING_THERE.say(folder=self.folder))

    def _take(self, row: Binding | _Recorded | _Came | _NotSwept, binding: Binding) -> None:
        match row:
            case Binding():
                self._compare(row, binding)
            case _Recorded(recording):
                self._recorded(recording)
            case _Came(result):
                self.results[result.case] = result
            case _NotSwept(kind):
                self.not_swept[kind.kind] = kind

    def _recorded(self, recording: Recording) -> None:
        self.recordings[recording.kind] = recording
        self.not_swept.pop(recording.kind, None)  # why it could not be had before is over

    def _compare(self, theirs: Binding, ours: Binding) -> None:
        pairs: Iterable[tuple[str, str, str]] = (
            (name, old, new) for (name, old), new in zip(
                msgspec.structs.asdict(theirs).items(), msgspec.structs.astuple(ours), strict=True))
        for name, old, new in pairs:
            if old != new:
                raise StoreError(OTHER.say(
                    folder=self.folder, what=WHAT[name].both(), theirs=old or "-", ours=new or "-"))
