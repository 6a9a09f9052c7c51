"""What can be known of a line before it is used, each fact with what to do; sends nothing to the far end.

A serial device is opened for a moment with the settings that were asked for, as the run will do it.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from hil.ports.line_address import LineAddress, LineKind, line_address
from hil.ports.open_line import opener
from hil.ports.port_holders import holders_of
from hil.ports.ports import PortError
from hil.ports.pumped_port import Stream
from hil.ports.serial_stream import SerialStream
from hil.ports.tty_device import is_pty
from simulator.catalogue.language import Message, Told

State = Literal["ok", "not ok", "not asked"]
_M = Message
_THERE = _M("port_there", "is there", "是否存在")
_PERMITTED = _M("port_permitted", "may be opened", "是否有权打开")
_FREE = _M("port_free", "is free", "是否空闲")
_TAKES = _M("port_takes", "takes its settings", "是否接受参数")
_ANSWERS = _M("port_answers", "other end", "对端")
_IS_THERE = _M("port_is_there", "{path} is there", "{path} 存在")
_IS_NOT_THERE = _M("port_is_not_there", "{path}: there is no such device", "{path}：没有这个设备")
_PLUG_IN = _M(
    "port_plug_in", "plug the adapter in, and look which name it got: {names}", "插上适配器，并查看其名称：{names}")
_NO_NAMES = _M("port_no_names", "no serial device is there at all", "当前没有任何串口设备")
_NO_DEVICE = _M("port_no_device", "{path} is no device", "{path} 不是设备")
_GIVE_DEVICE = _M(
    "port_give_device", "give the path of a serial device, such as /dev/ttyUSB0", "请给出串口设备的路径，如 /dev/ttyUSB0")
_MAY = _M("port_may", "this user may read and write it", "当前用户可读写")
_MAY_NOT = _M(
    "port_may_not", "this user may not open it; it belongs to the group {group}", "当前用户无权打开；它属于组 {group}")
_JOIN = _M(
    "port_join", "usermod -a -G {group} {user} (as root), then log in anew", "以 root 执行 usermod -a -G {group} {user}，然后重新登录")
_IS_FREE = _M("port_is_free", "nobody else has it open, as far as this user may see", "就当前用户所见，没有其他程序打开它")
_IS_HELD = _M("port_is_held", "it is open in {who}", "已被 {who} 打开")
_STOP = _M("port_stop", "stop that program", "请停止该程序")
_TAKEN = _M("port_taken", "it is set to {line}", "已设为 {line}")
_SET_OTHERWISE = _M(
    "port_set_otherwise", "write a line that both ends can do", "请写两端都支持的线路参数")
_SEES_LINES = _M("port_sees_lines", "the other end drives {lines}", "对端驱动了 {lines}")
_SEES_NO_LINES = _M(
    "port_sees_no_lines", "nobody drives CTS, DSR or CD: a cable of three wires, or nobody there",
    "没有设备驱动 CTS、DSR 或 CD：三线电缆，或对端不在")
_HAS_NO_LINES = _M("port_has_no_lines", "it has no modem lines to tell by", "没有可供判断的调制解调器信号线")
_CONNECTS = _M("port_connects", "a connection came about", "连接成功")
_SWITCH_ON = _M("port_switch_on", "switch the other end on, and look at address and cable", "请打开对端，并检查地址和线缆")
_MADE_HERE = _M("port_made_here", "it is made here when it is used", "使用时在此处新建")
_SEE_ABOVE = _M("port_see_above", "not looked at: see above", "未检查：见上")


class PortFact(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    name: Told
    state: State
    seen: Told
    advice: Told | None = None

    @property
    def is_fine(self) -> bool:
        """Whether nothing is to be done."""
        return self.state != "not ok"


def check_port(text: str) -> list[PortFact]:
    """All that can be said of the line of a text; ``PortError`` where the text is no line.

    The last fact of a line that cannot be used is the one that says why.
    """
    asked = line_address(text)
    if asked.kind in {LineKind.SERIAL, LineKind.PTY}:
        return list(_of_device(asked))
    return list(_of_network(asked))


def _of_network(asked: LineAddress) -> Iterator[PortFact]:
    stream, failure = _opened(asked)
    if stream is None:
        yield PortFact(_ANSWERS.both(), "not ok", _as_told(failure), _SWITCH_ON.both())
        return
    with contextlib.closing(_Closing(stream)):
        if isinstance(stream, SerialStream):
            yield PortFact(_TAKES.both(), "ok", _TAKEN.both(line=asked.line or "9600 8N1"))
            yield _lines_seen(stream)
        else:
            yield PortFact(_ANSWERS.both(), "ok", _CONNECTS.both())


def _of_device(asked: LineAddress) -> Iterator[PortFact]:
    if not asked.path:
        yield PortFact(_THERE.both(), "ok", _MADE_HERE.both())
        return
    path = Path(asked.path)
    for fact in _before_opening(path):
        yield fact
        if not fact.is_fine:
            yield PortFact(_TAKES.both(), "not asked", _SEE_ABOVE.both())
            return
    stream, failure = _opened(asked)
    if stream is None:
        yield PortFact(_TAKES.both(), "not ok", _as_told(failure), _SET_OTHERWISE.both())
        return
    with contextlib.closing(_Closing(stream)):
        yield PortFact(_TAKES.both(), "ok", _TAKEN.both(line=asked.line or "9600 8N1"))
        assert isinstance(stream, SerialStream)
        yield _lines_seen(stream)


def _before_opening(path: Path) -> Iterator[PortFact]:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        names = Told(", ".join(_devices()), "、".join(_devices())) if _devices() else _NO_NAMES.both()
        yield PortFact(
            _THERE.both(), "not ok", _IS_NOT_THERE.both(path=path), _PLUG_IN.both(names=names))
        return
    if not stat.S_ISCHR(mode):
        yield PortFact(_THERE.both(), "not ok", _NO_DEVICE.both(path=path), _GIVE_DEVICE.both())
        return
    yield PortFact(_THERE.both(), "ok", _IS_THERE.both(path=path))
    if not os.access(path, os.R_OK | os.W_OK):
        group = _group_of(path)
        yield PortFact(
            _PERMITTED.both(), "not ok", _MAY_NOT.both(group=group),
            _JOIN.both(group=group, user=getpass.getuser()))
        return
    yield PortFact(_PERMITTED.both(), "ok", _MAY.both())
    others = [] if is_pty(str(path)) else holders_of(str(path))  # whoever made a pty has it open
    if others:
        yield PortFact(_FREE.both(), "not ok", _IS_HELD.both(who=", ".join(others)), _STOP.both())
    else:
        yield PortFact(_FREE.both(), "ok", _IS_FREE.both())


def _lines_seen(stream: SerialStream) -> PortFact:
    lines = stream.lines
    if lines is None:
        return PortFact(_ANSWERS.both(), "not asked", _HAS_NO_LINES.both())
    on = [name for name, is_on in (
        ("CTS", lines.cts), ("DSR", lines.dsr), ("CD", lines.dcd)) if is_on]
    if on:
        return PortFact(_ANSWERS.both(), "ok", _SEES_LINES.both(lines=", ".join(on)))
    return PortFact(_ANSWERS.both(), "not asked", _SEES_NO_LINES.both())


class _Closing:
    """A stream that is closed at the end of a ``with``."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def close(self) -> None:
        self._stream.shut()
        self._stream.release()


def _opened(asked: LineAddress) -> tuple[Stream | None, str]:
    try:
        return opener(asked)(), ""
    except PortError as error:
        return None, str(error)


def _as_told(text: str) -> Told:
    """What a port said, which it says in the language of this process."""
    return Told(text, text)


def _devices() -> list[str]:
    """Serial devices that are there, as a person would look for them."""
    found = [*Path("/dev").glob("ttyUSB*"), *Path("/dev").glob("ttyACM*")]
    return sorted(str(each) for each in found)


def _group_of(path: Path) -> str:
    try:
        return path.group()
    except (KeyError, OSError, NotImplementedError):
        return str(path.stat().st_gid)
