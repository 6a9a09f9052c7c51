"""A busy world with one or two modes in it, or none: the text of its scenario, by the seed alone.

Five shops of two or three terminals behind four routers, two providers in two regions, two banks, a
wallet; a day of sales, settled in the evening, paid on the next working days.
"""

from __future__ import annotations

import random
import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

from simulator.catalogue.places import Place
from simulator.faults.modes import ROWS, Mode

HEALTHY = "healthy"
_SHOPS = (  # router, provider, region
    ("router.mall", "isp.a", "华东"), ("router.mall", "isp.a", "华东"), ("router.lane", "isp.a", "华东"),
    ("router.park", "isp.b", "华东"), ("router.port", "isp.b", "华南"),
)
_ROUTERS = ("router.mall", "router.lane", "router.park", "router.port")
_CARD = "card.li"
CHANGES_ACCOUNT = 0.3
_SWITCHED_OFF = ("", "refund", "balance")  # functions that a shop has not asked for
_CARD_TIMES = ("10:20", "10:50", "11:20", "11:50", "12:20", "12:50", "13:20", "13:45")


class Draw(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a mode is drawn."""

    mode: str
    targets: tuple[str, ...] = ()  # of those that it may have; (): any
    when: tuple[str, ...] = ()
    nth: int = 0  # of the steps or operations in its time, up to this one
    chance: float = 0.0
    keys: dict[str, tuple[str, ...]] = {}
    beside: str = ""
    evening_ways: tuple[str, ...] = ()  # these show around the settlement alone
    morning_ways: tuple[str, ...] = ()  # and these around payouts


@lru_cache(maxsize=1)
def draws() -> dict[str, Draw]:
    """Every row of draws.toml, by its mode."""
    text = files(__package__).joinpath("draws.toml").read_text("utf-8")
    return {row.mode: row for row in msgspec.convert(tomllib.loads(text)["draws"], list[Draw])}


def drawn_modes() -> dict[str, Mode]:
    """All modes that can strike in a world."""
    return {row.id: row for row in ROWS if Place.WORLD in row.places()}


def modes_of(seed: int, count: int) -> tuple[str, ...]:
    """Which modes a seed has: each as often as any other, a healthy world as often as one of them."""
    draw = random.Random(f"modes {seed} {count}")  # noqa: S311 - to be repeated, not to be secret
    names = sorted(drawn_modes())
    if draw.random() < 1 / (len(names) + 1):
        return ()
    return tuple(draw.sample(names, count))


def scenario_text(seed: int, modes: tuple[str, ...], again: int = 0) -> str:
    """The scenario of a seed; another one for each time that it is drawn again."""
    draw = random.Random(f"world {seed} {again}")  # noqa: S311 - the same
    lines = [
        f'title = "blind {seed}"', "start = 2026-01-27T09:00:00+08:00", 'until = "2d"', 'drain = "8d"',
        f"seed = {seed * 31 + again}", "[[banks]]", 'name = "bank.a"', "[[banks]]", 'name = "bank.b"',
        "[[wallets]]", 'name = "wallet.a"', "[[cards]]", f'name = "{_CARD}"', 'balance = "50000.00"',
    ]
    terminals = [draw.randint(2, 3) for _ in _SHOPS]
    shops = [_shop(draw, number, place, terminals[number - 1]) for number, place in enumerate(_SHOPS, 1)]
    faults = [line for mode in modes for line in _fault(draw, mode, terminals)]
    if f'target = "{_CARD}"' in faults:
        shops[0].insert(shops[0].index("[merchants.habits]"), _script(draw))
    desk = [line for number in range(1, len(_SHOPS) + 1) for line in _desk(draw, number)]
    return "\n".join([*lines, *(line for shop in shops for line in shop), *faults, *desk]) + "\n"


def _desk(draw: random.Random, number: int) -> list[str]:
    """What a shop does at its desk in any world: looks after the day, and has an account changed."""
    done = [("check_records", f"27T{draw.randint(20, 21)}:{draw.randint(10, 59)}"),
            ("check_records", f"28T09:{draw.randint(15, 59)}")]
    if draw.random() < CHANGES_ACCOUNT:
        done.append(("correct_account", draw.choice(["27T15:20", "27T16:40", "28T09:40", "28T10:15"])))
    return [line for do, at in done for line in (
        "[[actions]]", f'do = "{do}"', f'by = "shop {number}"', f'at = "2026-01-{at}"')]


def _script(draw: random.Random) -> str:
    """A customer who comes again and again."""
    steps = ", ".join(
        f'{{ at = "2026-01-27T{at}", sale = "L{at[:2]}{at[3:]}", amount = "{draw.randint(20, 200)}.00",'
        f' card = "{_CARD}" }}' for at in _CARD_TIMES)
    return f"script = [ {steps} ]"


def _shop(
    draw: random.Random, number: int, place: tuple[str, str, str], terminals: int,
) -> list[str]:
    router, isp, region = place
    off = draw.choice(_SWITCHED_OFF)
    refund = 0.0 if off == "refund" else draw.choice([0.0, 0.02])
    settings = f', settings = {{ disabled = ["{off}"] }}' if off else ""
    return [
        "[[merchants]]", f'name = "shop {number}"', f'bank = "{draw.choice(["bank.a", "bank.b"])}"',
        f'router = "{router}"', f'isp = "{isp}"', f'region = "{region}"',
        f'terminals = {{ count = {terminals}, profile = "lakala-touch", link = "{draw.choice(["wifi", "mobile"])}"{settings} }}',
        "[merchants.habits]", f'settles = "22:{draw.randint(0, 9):02}"', 'settles_again_after = "25m"',
        "[merchants.open]", 'from = "10:00"', 'until = "14:00"', "[merchants.sales]",
        f"per_hour = {draw.randint(15, 24)}.0", 'until = "2026-01-27T21:00"', "customers = 500",
        f"mix = {{ void = 0.02, refund = {refund}, qr = {draw.choice([0.2, 0.35])} }}",
    ]


def _fault(draw: random.Random, mode: str, terminals: list[int]) -> list[str]:
    row = drawn_modes()[mode]
    how = draws().get(mode) or draws()[""]
    kinds = sorted(kind.value for kind in row.targets)
    kind = draw.choice(sorted(how.targets) or kinds)
    when, way = draw.choice(how.when), ""
    if len(row.ways) > 1:
        way = draw.choice([name for name, _ in row.ways])
        if way in how.evening_ways:
            when = "evening"
        elif way in how.morning_ways:
            when = "always"
    window = _window(draw, "day" if row.state and when == "always" else when)
    lines = ["[[faults]]", f'mode = "{mode}"', f'target = "{_target(draw, kind, terminals)}"', *window]
    lines += [f'how = "{way}"'] if way else []
    if how.nth:
        lines += [f"nth = {draw.randint(1, how.nth)}"]
    if how.chance:
        lines += [f"chance = {how.chance}"]
    lines += [f"{key} = {draw.choice(values)}" for key, values in how.keys.items()]
    if how.beside:
        lines += ["[[faults]]", f'mode = "{how.beside}"', 'target = "acquirer"', *window]
    return lines


def _target(draw: random.Random, kind: str, terminals: list[int]) -> str:
    shop = draw.randint(1, len(terminals))
    return {
        "terminal": f"shop {shop}/{draw.randint(1, terminals[shop - 1])}", "merchant": f"shop {shop}",
        "router": draw.choice(_ROUTERS), "isp": draw.choice(["isp.a", "isp.b"]), "region": "华东",
        "bank": draw.choice(["bank.a", "bank.b"]), "wallet": "wallet.a", "card": _CARD,
        "acquirer": "acquirer", "all": "all",
    }[kind]


def _window(draw: random.Random, when: str) -> list[str]:
    if when == "day":
        begin = draw.randint(10 * 60 + 5, 12 * 60 + 40)
        return [f'at = "2026-01-27T{begin // 60:02}:{begin % 60:02}"',
                f'for = "{draw.randint(30, 70)}m"']
    if when == "evening":
        return ['at = "2026-01-27T21:50"', f'for = "{draw.randint(40, 100)}m"']
    if when == "morning":
        return ['at = "2026-01-28T08:50"', f'for = "{draw.randint(60, 180)}m"']
    if when == "long":
        return [f'at = "2026-01-27T{draw.randint(10, 11)}:30"', f'for = "{draw.randint(24, 40)}h"']
    return []
