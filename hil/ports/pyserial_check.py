"""Whether the package ``serial`` is pyserial, or what another program's fork has made of it.

The fork that labgrid brings is installed into the same folder: the last one wins in silence, and to
uninstall either removes both.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from importlib import metadata

from hil.ports.port_check import PortFact
from simulator.catalogue.language import Message, Told

PYSERIAL, FORK = "pyserial", "pyserial-labgrid"
_M = Message
_NAME = Told(PYSERIAL, PYSERIAL)
_ALONE = _M("pyserial_alone", "pyserial {version}, as it was installed", "pyserial {version}，与安装时一致")
_BOTH = _M(
    "pyserial_both", "pyserial and its fork pyserial-labgrid are both installed, in one folder; what is there is that of {winner}",
    "pyserial 与其分支 pyserial-labgrid 装在同一目录；现存的是 {winner} 的代码")
_FORK_ALONE = _M(
    "pyserial_fork", "pyserial-labgrid is installed in the place of pyserial", "pyserial-labgrid 占用了 pyserial 的位置")
_NONE = _M("pyserial_none", "no pyserial is installed", "未安装 pyserial")
_CHANGED = _M(
    "pyserial_changed", "pyserial {version}, but {count} of its files are others than were installed",
    "pyserial {version}，但有 {count} 个文件与安装时不同")
_APART = _M(
    "pyserial_apart", "use labgrid from an environment of its own; here: pip uninstall -y pyserial-labgrid, "
    "then pip install --force-reinstall pyserial",
    "请在单独的环境中使用 labgrid；此处执行：pip uninstall -y pyserial-labgrid，然后 pip install --force-reinstall pyserial")
_AGAIN = _M(
    "pyserial_again", "pip install --force-reinstall pyserial", "请执行 pip install --force-reinstall pyserial")
_NEITHER = Told("neither", "两者都不是")


def pyserial_fact(installed: Iterable[metadata.Distribution] | None = None) -> PortFact:
    """What the package ``serial`` is, by the hashes with which it was installed."""
    found = {
        name: each for each in (metadata.distributions() if installed is None else installed)
        if (name := (each.metadata["Name"] or "").lower()) in {PYSERIAL, FORK}
    }
    ours, fork = found.get(PYSERIAL), found.get(FORK)
    if ours is None:
        seen = _NONE if fork is None else _FORK_ALONE
        return PortFact(_NAME, "not ok", seen.both(), (_AGAIN if fork is None else _APART).both())
    if fork is not None:
        winner: object = next(
            (name for name, each in found.items() if not any(changed_modules(each))), _NEITHER)
        return PortFact(_NAME, "not ok", _BOTH.both(winner=winner), _APART.both())
    if changed := sum(1 for _ in changed_modules(ours)):
        return PortFact(
            _NAME, "not ok", _CHANGED.both(version=ours.version, count=changed), _AGAIN.both())
    return PortFact(_NAME, "ok", _ALONE.both(version=ours.version))


def changed_modules(distribution: metadata.Distribution) -> Iterator[str]:
    """The modules that are not as a distribution installed them."""
    for each in distribution.files or ():
        if each.suffix != ".py" or each.hash is None:
            continue
        try:
            digest = hashlib.new(each.hash.mode, each.read_binary()).digest()
        except (OSError, ValueError):
            yield str(each)
            continue
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != each.hash.value:
            yield str(each)
