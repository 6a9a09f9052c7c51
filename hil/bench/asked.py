"""What commands of a bench are asked for, looked at before anything runs; each refusal is one InputError.

Names that are given in lists, defects, and all that a bench file names elsewhere: a case would find
it out too, but as a case that goes wrong, one after the other.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from hil.bench.line import end_of
from hil.bench.rig_setting import RigSetting
from hil.bench.scenery import Scenery
from hil.benches.bench_file import BenchFile, BenchFileError
from hil.benches.bench_words import HEARD
from hil.board.defects import board_defects
from hil.control.bench_error import BenchError
from hil.device.ecr_defects import ALL_DEFECTS, is_of_device
from simulator.catalogue.language import Message
from simulator.commands.inputs import InputError
from simulator.scenario.key_file import KeyFileError, keys_of
from simulator.scenario.read import ScenarioError

EMPTY = Message("empty", "{option}: names nothing; leave it out for all, or give one of: {allowed}",
                "{option}：没有给出任何名称；要全部就不写此项，或给出：{allowed}")
NO_DEFECT = Message("no_defect", "--defect: no defect {given}; allowed: {allowed}",
                    "--defect：没有缺陷 {given}；只能是：{allowed}")
ONLY_VIRTUAL = Message("only_virtual", "--defect has no effect on a terminal that stands by itself: only a virtual device is built wrong",
                       "--defect 对独立的终端不起作用：只有虚拟终端能有意做错")
NO_NUMBER = Message("no_number", "{option}: must be a number from 0 on that is not without end; leave it out for none",
                    "{option}：须为从 0 起的有限数；不需要就不写此项")
NO_EFFECT = Message("no_effect", "{options}: no effect with {beside}; leave one of them out",
                    "{options}：与 {beside} 同用不起作用；请去掉其中之一")


def names_of(option: str, texts: Sequence[str] | None, allowed: Collection[str]) -> tuple[str, ...]:
    """What stands between commas, each once; none where the option was not given; "," names nothing.

    >>> names_of("--kinds", ["sale, void", "sale"], ["sale", "void"]), names_of("--kinds", None, ["sale"])
    (('sale', 'void'), ())
    """
    if not texts:
        return ()
    found = tuple(dict.fromkeys(word.strip() for words in texts for word in words.split(",") if word.strip()))
    if not found:
        raise InputError(EMPTY.say(option=option, allowed=", ".join(allowed)))
    return found


def hold_number(option: str, given: float) -> None:
    """Refuse what is no number, or has no end."""
    if not math.isfinite(given):
        raise InputError(NO_NUMBER.say(option=option))


def hold_apart(beside: str, others: dict[str, object]) -> None:
    """Refuse options that were given, and have no effect beside another one."""
    if given := [option for option, value in others.items() if value]:
        raise InputError(NO_EFFECT.say(options=", ".join(given), beside=beside))


def hold_defects(bench: BenchFile, defects: Sequence[str]) -> None:
    """Refuse a defect that there is none of, or that a standing terminal cannot be given."""
    known = (*board_defects(), *(each for each in ALL_DEFECTS if not is_of_device(each))) if bench.is_board else ALL_DEFECTS
    for given in defects:
        if given not in known:
            raise InputError(NO_DEFECT.say(given=repr(given), allowed=", ".join(known)))
        if not bench.is_fresh and is_of_device(given):
            raise InputError(ONLY_VIRTUAL.say())


def hold_bench(bench: BenchFile) -> None:
    """Refuse a bench file whose scenario, keys, dialect or certificates cannot be had; nothing is opened for good."""
    with tempfile.TemporaryDirectory(prefix="daozhang-bench-") as folder:
        try:
            scenery = Scenery(bench, RigSetting(folder=Path(folder)))
            keys_of(scenery.scenario).key_of(scenery.dut.tid)
            end_of(bench)
        except (BenchFileError, ScenarioError, KeyFileError, BenchError) as error:
            raise InputError(HEARD.say(as_of_bench(str(error), bench, Path(folder)))) from None


def as_of_bench(error: str, bench: BenchFile, folder: Path) -> str:
    """A complaint about the scenario that a bench file was made into, as one about the bench file.

    >>> from types import SimpleNamespace
    >>> as_of_bench("/t/scenario.toml:4: acquirer.dialect: no", SimpleNamespace(path=Path("b.toml")), Path("/t"))
    'b.toml: acquirer.dialect: no'
    """
    made = re.compile(re.escape(str(folder)) + r"/scenario\.toml(:\d+)?(?=:)")
    return made.sub(str(bench.path), error)
