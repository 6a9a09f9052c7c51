"""A scenario made by chance from a seed: shops of every device, and a heavy mix of what may go wrong.

The same seed gives the same text.  No mode of the simulated world is left out.
"""

from __future__ import annotations

import random
import re
from datetime import date

from simulator.catalogue.disputes import acts_at
from simulator.catalogue.places import Place
from simulator.faults.modes import ROWS, Mode, Parameter
from simulator.faults.points import Point, Verb
from simulator.faults.rules import affects
from simulator.scenario.profiles import Device, devices
from tests.world.random_people import holds, plan, remedies, scans, switched

# What was approved without asking may be refused when it is asked about: the merchant's own risk.
REFUSING = frozenset({
    "bank.insufficient_funds", "bank.debit_failed", "account.reported_lost", "account.frozen", "policy.restricted",
})
# What an intermediary keeps does not arrive, whatever the right machines do.
NEVER_ARRIVES = {"provider.unlicensed": ("short", "never")}
# Whoever loses records of a terminal has the host hold them; what it then gives back does not arrive.
LOSING = frozenset({Verb.DAMAGE, Verb.RESTORE, Verb.LOSE, Verb.WIPE})
LATE = 'delay = "30h"'  # a payout by more than a day: the plan of an emergency says what that costs
FIRST_DAY = date(2026, 1, 27)
START = f"{FIRST_DAY}T08:00:00+08:00"
DAY_IN_TEXT = re.compile(r"\b2026-01-(?:2[7-9]|3[01])(?!\d)")
# Some worlds lie before holidays: New Year, Spring Festival with its made-up Saturday, Qingming, National Day.
BEFORE_HOLIDAYS = (
    date(2025, 12, 30), date(2026, 2, 12), date(2026, 2, 13), date(2026, 4, 2), date(2026, 9, 29), date(2026, 10, 8))
TARGETS = {
    "merchant": lambda draw: f"shop {draw.randint(1, 2)}",
    "all": lambda _draw: "",
    "acquirer": lambda _draw: "acquirer",
    "bank": lambda draw: draw.choice(["bank.a", "bank.b"]),
    "wallet": lambda _draw: "wallet.a",
    "terminal": lambda draw: f"shop {draw.randint(1, 2)}/1",
    "router": lambda _draw: "router.mall",
    "isp": lambda _draw: "isp.a",
}
# A fault by chance: how often for each event at which its mode may act.
CHANCES = (0.002, 0.01, 0.03, 0.08)
STEP_CHANCES = (0.0005, 0.002, 0.006)
# How a merchant is paid: the usual ways often, each of the others sometimes.
PAYOUTS = (
    '"T+1"', '"T+1"', '"D+0"', '"D+0"', '"T+2"', '"D+1"', '"instant"',
    '{ terms = "D+0", fee = { percent = "0.1", plus = "1.00" } }',
    '{ terms = "T+1", deposit = "99.00", sim_fee = "36.00" }',
    '{ terms = "T+1", first_after_days = 3 }',
    ('{ terms = "instant", from = "09:00", until = "21:00", sale_limit = "300.00", day_limit = "2000.00",'
     ' fee = { percent = "0.05", plus = "0.50" }, rest = "D+1" }'),
    '{ terms = "instant", from = "20:00", until = "11:00", deposit = "50.00", first_after_days = 1 }',
)
BEYOND = ("owed", "owed", "advanced", "refused")
SERVICES = ('["financial"]', '["settling"]', '["all"]', '["reversal"]', '["offline_advice"]',
            '["sale", "void"]', '["qr"]', '["batch_upload"]', '["sign_on"]')


def random_scenario(seed: int, without: frozenset[str] = frozenset()) -> str:
    """The text of a scenario."""
    draw = random.Random(seed)
    lines = [
        f'title = "By chance, {seed}"', f"start = {START}", 'until = "2d"', 'drain = "12d"',
        f"seed = {seed}", *_places(draw),
    ]
    rows = [
        row for row in ROWS
        if Place.WORLD in row.places() and row.id not in without
    ]
    modes = draw.sample(rows, draw.randint(2, 6))
    if any(act.verb in LOSING for mode in modes for _, acts in mode.ways for act in acts):
        lines = [line.replace('after_held = "give_back"', 'after_held = "settle"') for line in lines]
    if random.Random(f"missing {seed}").random() < 0.2:
        lines = _nothing_held(lines)
    offline = not REFUSING & {mode.id for mode in modes}
    own = random.Random(f"scripts and disputes {seed}")  # draws of their own: all else stays as it was
    lines += ["[[cards]]", 'name = "card.part"', f'balance = "{own.choice(["120.00", "60.00", "5000.00"])}"',
              f"approves_in_part = {own.choice(['true', 'false'])}"]
    sold: list[tuple[str, int]] = []
    scanned: dict[int, list[str]] = {}
    for number in (1, 2):
        names = frozenset(mode.id for mode in modes)
        shop = _shop(draw, number, offline=offline)
        qr_sales = scans(seed, number) if _device(shop).qr else {}
        scanned[number] = list(qr_sales)
        more = [*holds(seed, number), *qr_sales.values()]
        for line in shop:
            lines.append(_with_script(line, own, number, sold, more, offline=offline))
            if line == "[merchants.terminals.settings]":
                lines += switched(seed, number, names)
    is_disputed = any(act.verb is Verb.DISPUTE for mode in modes for _, acts in mode.ways for act in acts)
    lines += _disputes(own, sold, by_fault=is_disputed)
    for number, mode in enumerate(modes, 1):
        lines += _with_its_cause(seed, _possible(lines, _fault(draw, number, mode), mode), mode)
    for action in ("unfreeze_account", "correct_account", "release_suspense"):
        if draw.random() < 0.5:
            lines += ["[[actions]]", f'do = "{action}"', 'by = "shop 1"',
                      f'at = "2026-01-{draw.randint(29, 31)}T{draw.randint(8, 20):02}:00"']
    lines += [*remedies(seed, sold, scanned, _able(lines)), *plan(seed, always=LATE in lines)]
    return _on_another_day(seed, "\n".join(lines) + "\n")


def _with_its_cause(seed: int, fault: list[str], mode: Mode) -> list[str]:
    """Who sells in maintenance does so while there is one; a bank is sometimes late by more than a day."""
    draw = random.Random(f"cause {seed} {mode.id}")
    window = [line for line in fault if line.startswith(("at = ", "for = "))]
    if mode.id == "operator.sale_in_maintenance" and len(window) > 1:
        return [*fault, "[[faults]]", 'label = "maintenance"', 'mode = "acquirer.maintenance"', 'target = "acquirer"',
                'services = ["financial"]', *window]
    if mode.id == "bank.delay" and 'how = "payout"' in fault and draw.random() < 0.5:
        return [*(line for line in fault if not line.startswith(("delay = ", "at = ", "for = ", "chance = "))),
                LATE, "chance = 0.5"]
    return fault


def _able(lines: list[str]) -> dict[str, list[int]]:
    """Of remedies that not every shop can take: the shops that can."""
    profiles = [line.split('"')[1] for line in lines if line.startswith("profile = ")]
    counts = [line for line in lines if line.startswith("count = ")]
    return {
        "contact_provider": [number for number, name in enumerate(profiles, 1) if len(devices()[name].links) > 1],
        "another_terminal": [number for number, line in enumerate(counts, 1) if line != "count = 1"],
    }


def _device(shop: list[str]) -> Device:
    return next(devices()[line.split('"')[1]] for line in shop if line.startswith("profile = "))


def _on_another_day(seed: int, text: str) -> str:
    """The same world, for one seed in four in the days before holidays: it takes longer until all is paid."""
    draw = random.Random(f"day {seed}")
    if draw.random() > 0.25:
        return text
    by = draw.choice(BEFORE_HOLIDAYS) - FIRST_DAY
    moved = DAY_IN_TEXT.sub(lambda found: str(date.fromisoformat(found[0]) + by), text)
    return moved.replace('drain = "12d"', 'drain = "24d"')


def _possible(lines: list[str], fault: list[str], mode: Mode) -> list[str]:
    """The fault, aimed at a shop whose terminals have what it needs; nothing where none has."""
    verbs = {act.verb for _, acts in mode.ways for act in acts}
    if not verbs & {Verb.JAM, Verb.MISREAD, Verb.MISTYPE, Verb.MISS_SLIP}:
        return fault
    names = [line.split('"')[1] for line in lines if line.startswith("profile = ")]
    able = [
        f"shop {number}" for number, name in enumerate(names, 1)
        if _can(devices()[name], verbs)
    ]
    return [f'target = "{able[0]}"' if line.startswith("target = ") else line for line in fault] if able else []


def _can(device: Device, verbs: set[Verb]) -> bool:
    if Verb.MISS_SLIP in verbs:
        return device.printer and not device.settings.signature_upload
    return device.printer if Verb.JAM in verbs else device.qr


def _places(draw: random.Random) -> list[str]:
    capture = _capture(draw)
    lines = ["[acquirer]", f'cut_over = "{draw.choice(["23:00", "12:30", "21:00"])}"',
             f'issuer_timeout = "{draw.choice(["25s", "8s", "40s"])}"',
             f'wallet_timeout = "{draw.choice(["25s", "8s", "40s"])}"',
             f'wallet_query_every = "{draw.choice(["5s", "1s", "30s"])}"',
             f'qr_voucher = {draw.choice(["true", "false"])}',
             *capture, f"servers = {draw.choice([0, 1])}",
             f'restart_takes = "{draw.choice(["5s", "30s", "3m"])}"']
    own = random.Random("tips" + "".join(lines))  # by itself, so that it changes no other draw
    lines += [f"tip_limit = {own.choice([1, 20, 100, 1000])}", ""]
    for bank in ("bank.a", "bank.b"):
        lines += ["[[banks]]", f'name = "{bank}"']
        if draw.random() < 0.3:
            lines.append('latency = { median = "3s", p95 = "28s" }')
        if draw.random() < 0.3:
            lines.append('card_kind = "credit"')
        if draw.random() < 0.3:
            lines.append(f"preauth_days = {draw.choice([1, 2])}")
        if draw.random() < 0.3:
            lines.append('limits = { single = "400", day = "900", month = "4000", times_a_day = 9 }')
    lines += ["[[wallets]]", 'name = "wallet.a"',
              f"pending_share = {draw.choice([0.0, 0.2, 0.6])}",
              f'pending_for = "{draw.choice(["5s", "40s", "5m"])}"',
              f"fail_share = {draw.choice([0.0, 0.3])}"]
    if draw.random() < 0.4:
        lines += ["[network.mobile]", f"loss = {draw.choice([0.01, 0.05])}"]
    return lines


def _fees(draw: random.Random) -> list[str]:
    """Any terms at all; below the cap or above it, and flat ones."""
    def row(percents: list[str]) -> str:
        return (f'percent = "{draw.choice(percents)}", minimum = "{draw.choice(["0.00", "0.10", "1.00"])}", '
                f'plus = "{draw.choice(["0.00", "0.00", "0.03", "3.00"])}"'
                + draw.choice(["", ', cap = "20.00"', ', cap = "1.01"']))

    kinds = draw.sample(["debit", "credit", "foreign", "qr"], draw.randint(0, 3))
    fee = ", ".join([
        row(["0.6", "0.38", "3.0"]),
        *(f'{kind} = {{ {row(["0.55", "1.25", "0.01"])} }}' for kind in kinds),
    ])
    return [
        f"fee = {{ {fee} }}", f'fee_on_refund = "{draw.choice(["given_back", "kept"])}"',
        f'class = "{draw.choice(["standard", "standard", "reduced", "exempt"])}"',
    ]


def _capture(draw: random.Random) -> list[str]:
    """What clears an item; where that is its batch, also what becomes of an item that is held."""
    after_held = draw.choice(["settle", "give_back"])
    if draw.random() < 0.4:
        return ['capture = "host"', f'force_settlement_after = "{draw.choice(["1d", "7d"])}"']
    return [f'after_held = "{after_held}"', 'held_for = "2d"']


def _nothing_held(lines: list[str]) -> list[str]:
    """The same acquirer, who settles with the rest what an upload lacks."""
    return [
        'missing_from_upload = "settle"' if line.startswith("after_held") else line
        for line in lines if not line.startswith("held_for")
    ]


def _shop(draw: random.Random, number: int, *, offline: bool) -> list[str]:
    device = draw.choice(list(devices().values()))
    settles = draw.choice(["22:30", "23:30", "13:00"])
    return [
        "[[merchants]]", f'name = "shop {number}"', f'bank = "bank.{draw.choice("ab")}"',
        f"payout = {draw.choice(PAYOUTS)}", f'refund_beyond = "{draw.choice(BEYOND)}"',
        'router = "router.mall"',
        *_fees(random.Random(draw.randrange(10**6))),
        *draw.choice([[], [], ['limits = { single = "300", day = "2500", qr = { day = "500" } }']]),
        "[merchants.terminals]", f"count = {draw.randint(1, 3)}", f'profile = "{device.name}"',
        f'link = "{draw.choice(device.links)}"',
        "[merchants.terminals.settings]",
        f'reply_timeout = "{draw.choice([20, 30, 60])}s"',
        f"reversal_tries = {draw.choice([1, 3, 5])}",
        f"reversal_after_failed_connect = {draw.choice(['true', 'false'])}",
        f'unsealed_declines = "{draw.choice(["believe", "reverse"])}"',
        f'key_download = "{draw.choice(["001", "003", "004"])}"',
        f"advice_with_next_online = {draw.choice(['true', 'false'])}",
        f'approved_print_fails = "{draw.choice(["keep", "reverse"])}"',
        f"sign_off_after_settlement = {draw.choice(['true', 'false'])}",
        'offline_limit = "500.00"',
        *draw.choice([[], [], ["batch_limit = 40", f'batch_full = "{draw.choice(["refuse", "settle"])}"']]),
        "[merchants.habits]", f'settles = "{settles}"', 'settles_again_after = "25m"',
        f'when_batch_full = "{draw.choice(["gives_up", "settles"])}"',
        f'after_failed_sale = "{draw.choice(["repeats", "repeats", "gives_up"])}"',
        f'repeats_after = "{draw.choice(["5s", "20s", "3m"])}"',
        "[merchants.sales]", f"per_hour = {draw.choice([4, 12, 30])}",
        f"customers = {draw.choice([2, 50])}",
        (f"mix = {{ void = {draw.choice([0.0, 0.1])}, refund = {draw.choice([0.0, 0.1])}, "
         f"balance = 0.03, preauth = {draw.choice([0.0, 0.1])}, "
         f"qr = {draw.choice([0.0, 0.2]) if device.qr else 0.0}, "
         f"offline = {draw.choice([0.0, 0.1]) if offline else 0.0} }}"),
        (f"mistakes = {{ duplicate_entry = {draw.choice([0.0, 0.03])}, "
         f"wrong_amount = {draw.choice([0.0, 0.03])}, "
         f"void_by_mistake = {draw.choice([0.0, 0.02])} }}"),
    ]


def _with_script(
    line: str, own: random.Random, number: int, sold: list[tuple[str, int]], more: list[str], *, offline: bool,
) -> str:
    """A shop with a few sales of a script beside those of chance, and terminals that were used before."""
    if line == "[merchants.terminals]":
        return f"script = [ {', '.join([*_script(own, number, sold, offline=offline), *more])} ]\n{line}"
    if line == "[merchants.terminals.settings]" and own.random() < 0.2:
        return f"{line}\nfirst_stan = {own.randint(999_960, 999_999)}"
    return line


def _script(own: random.Random, number: int, sold: list[tuple[str, int]], *, offline: bool) -> list[str]:
    steps = []
    for place in range(own.randint(2, 6)):
        name, fen = f"X{number}-{place}", own.randint(100, 20_000)
        at_ms = (own.randint(9, 20) * 60 + own.randint(0, 50)) * 60
        card = ', card = "card.part"' if own.random() < 0.3 else ""
        steps.append((at_ms, f'sale = "{name}", amount = "{fen / 100:.2f}"{card}'))
        sold.append((name, fen))
        then = own.choice(["", "", "void", "refund", "tip", "adjust"])
        if then in ("void", "refund") or (then and offline and not card):
            part = "" if then == "void" else f', amount = "{own.randint(1, fen) / 100:.2f}"'
            steps.append((at_ms + own.randint(2, 9) * 60, f'do = "{then}", sale = "{name}b", of = "{name}"{part}'))
    return [
        f'{{ at = "{at_ms // 3600:02}:{at_ms % 3600 // 60:02}:{place:02}", {text} }}'
        for place, (at_ms, text) in enumerate(sorted(steps))
    ]


def _disputes(own: random.Random, sold: list[tuple[str, int]], *, by_fault: bool) -> list[str]:
    """Some of those sales are disputed; each case takes any course, some of it too late."""
    lines = [
        line for name, fen in sold if own.random() < 0.4 for line in (
            "[[disputes]]", f'sale = "{name}"',
            f'at = "2026-01-{own.randint(28, 30)}T{own.randint(0, 23):02}:{own.randint(0, 59):02}"',
            *own.choice([[], [f'amount = "{own.randint(1, fen) / 100:.2f}"']]),
            f"course = [ {', '.join(_course(own))} ]")
    ]
    if not lines and not by_fault:
        return []
    return [  # also where only a fault disputes sales: the run must be longer than its terms
        "[acquirer.disputes]", 'answer_within = "1d"', 'chargeback_within = "1d"',
        'representment_within = "1d"', 'second_chargeback_within = "1d"', *lines,
    ]


def _course(own: random.Random) -> list[str]:
    stage, course, is_late = None, [], False
    while acts_at(stage) and not is_late and len(course) < own.randint(1, 4):
        act = own.choice(sorted(acts_at(stage)))
        hours = own.choice([1, 12, 23, 30])
        is_late = bool(course) and hours > 24
        course.append(f'{{ do = "{act.value}", after = "{hours if course else 0}h" }}')
        stage = acts_at(stage)[act]
    return course


def _fault(draw: random.Random, number: int, mode: Mode) -> list[str]:
    kinds = sorted(kind.value for kind in mode.targets if kind.value in TARGETS)
    lines = ["[[faults]]", f'label = "fault {number}"', f'mode = "{mode.id}"',
             f'target = "{TARGETS[draw.choice(kinds)](draw)}"']
    steps = {Point.TERMINAL_STEP, Point.HOST_STEP} & set(mode.points)
    window = mode.state or draw.random() < 0.4
    if window:
        day, hour = draw.choice([27, 28]), draw.randint(9, 22)
        lines += [f'at = "2026-01-{day}T{hour:02}:{draw.randint(0, 59):02}"',
                  f'for = "{draw.choice([3, 20, 90, 420])}m"']
    if not mode.state and (not window or draw.random() < 0.3):
        lines.append(f"chance = {draw.choice(STEP_CHANCES if steps else CHANCES)}")
    way = ""
    if len(mode.ways) > 1:
        way = draw.choice([name for name, _ in mode.ways if name not in NEVER_ARRIVES.get(mode.id, ())])
        lines.append(f'how = "{way}"')
    parameters = {each.value for each in mode.parameters}
    if "delay" in parameters and draw.random() < 0.6 and mode.id != "bank.maintenance":
        delay = draw.choice(["1s", "25s", "50s", "4m"])
        late = [act for act in mode.acts(way) if affects(Parameter.DELAY, act)]
        if late and (delay == "4m" or all(act.verb is not Verb.QUEUE for act in late)):
            lines.append(f'delay = "{delay}"')
    if "off_for" in parameters:
        lines.append(f'off_for = "{draw.choice(["2s", "45s", "6m"])}"')
    if "services" in parameters and mode.id == "acquirer.maintenance":
        lines.append(f"services = {draw.choice(SERVICES)}")
    return lines
