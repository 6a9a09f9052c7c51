"""A look at a supply before a run: is it there, does it answer, and, where that may be, does it click."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from hil.control.bench_error import BenchError
from hil.control.looked import Looked
from hil.power import power_words as say
from hil.power.power import Ability, PowerSupply
from hil.power.powers import POWERS, PowerPlace, PowerSettings, driver_of, power_of
from simulator.catalogue.language import Told


def probe(settings: PowerSettings, place: PowerPlace, *, click: bool) -> Iterator[Looked]:
    """Look; ``click`` turns the terminal off and on once, else nothing is switched."""
    driver = driver_of(settings)
    for program in POWERS[driver].programs(settings):
        if shutil.which(program) is None:
            yield Looked(say.PROGRAM.both(), "not ok", say.PROGRAM_ABSENT.both(program=program), say.INSTALL.both())
            return
    try:
        power = power_of(settings, place)
    except BenchError as error:
        yield Looked(say.POWER.both(driver=driver), "not ok", _same(error), say.MEND_POWER.both())
        return
    try:
        yield from _asked(power, driver, click=click)
    finally:
        power.close()


def _asked(power: PowerSupply, driver: str, *, click: bool) -> Iterator[Looked]:
    name = say.POWER.both(driver=driver)
    try:
        if Ability.READ_BACK in power.can:
            yield Looked(name, "ok", say.SAYS_IT_IS.both(name=power.name, found=say.WORDS["on" if power.is_on else "off"]))
        else:
            yield Looked(name, "ok", say.OPEN_AND_BLIND.both(name=power.name))
        if not click:
            yield Looked(say.CLICKS.both(), "not asked", say.NOT_SWITCHED.both(), say.SWITCH_IT.both())
            return
        power.off()
        power.on()
    except BenchError as error:
        yield Looked(say.CLICKS.both() if click else name, "not ok", _same(error), say.MEND_POWER.both())
        return
    if Ability.READ_BACK in power.can:
        yield Looked(say.CLICKS.both(), "ok", say.CLICKED.both(name=power.name))
    else:
        yield Looked(say.CLICKS.both(), "not asked", say.CLICKED_UNSEEN.both(name=power.name), say.LISTEN.both())


def _same(error: BenchError) -> Told:
    return Told(str(error), str(error))
