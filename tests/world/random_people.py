"""What people do in a scenario made by chance: remedies, an emergency plan, kinds that are switched off.

Each has draws of its own, so that all else of a seed stays as it was.
"""

from __future__ import annotations

import random

START_DAY = 27
# Whatever somebody may do at any time.
ANY_TIME = (
    ("restart_terminal", "by terminal"), ("restart_router", "router"), ("settle", "by terminal"),
    ("sign_on_again", "by terminal"), ("check_network", "by"), ("move_terminal", "by terminal"),
    ("update_drivers", "by terminal"), ("back_up", "by terminal"),
    ("pause_sales", "by for"), ("defer_payout", "by for"),
    ("contact_bank", "by"), ("check_statement", "by"), ("check_records", "by"), ("wait_do_not_repeat", "by"),
    ("retry_after_maintenance", "by terminal"), ("demand_download", "by"), ("check_account", "by"),
    ("another_payment_method", "by for pay"), ("sell_again", "by sale"), ("void_or_refund", "by sale"),
    ("refund_and_scan", "by sale"), ("query_payment", "by sale"), ("keep_evidence", "by sale"),
    ("contact_support", "by sale"), ("warn_customers", "by"), ("check_fee", "by"),
)
# The same, with draws of their own; those that wipe or restore records stay away from a terminal that owes something.
SELDOM = (
    ("another_function", "by sale"), ("another_terminal", "by for terminal"), ("change_password", "by clerk"),
    ("complete_papers", "by"), ("contact_provider", "by terminal"), ("factory_reset", "by terminal"),
    ("open_firewall", "by terminal"), ("restore_data", "by terminal"), ("restore_system", "by terminal"),
    ("resume_sales", "by"), ("sign_on_as_clerk", "by sign_on"), ("update_software", "by terminal"), ("wait", "by"),
)
SOFTWARE = {"restore_system": "10000000", "update_software": "31200000"}
ALARMS = (
    'watch = "declined"\nshare = 0.4\nwindow = "20m"\n', 'watch = "unanswered"\nshare = 0.3\nwindow = "20m"\n',
    'watch = "answered"\ncode = "91"\ncount = 3\nwindow = "10m"\n', 'watch = "repeated"\ncount = 5\nwindow = "10m"\n',
    'watch = "no_sale"\nfor = "2h"\nfrom = "10:00"\nuntil = "20:00"\n', 'watch = "batch_open"\nsettled_by = "23:45"\n',
    'watch = "payout_returned"\n', 'watch = "payout_late"\nfor = "4h"\n', 'watch = "suspended"\nfor = "6h"\n',
    'watch = "reversals_pending"\ncount = 1\nfor = "10m"\n',
)
STEPS = (
    "restart_router", "restart_terminal", "retry_after_maintenance", "contact_bank", "check_network", "settle",
    "sign_on_again", "warn_customers",
)


def switched(seed: int, number: int, modes: frozenset[str]) -> list[str]:
    """Settings of a shop's terminals: kinds that are switched off, and such as need a supervisor."""
    draw = random.Random(f"switched {seed} {number}")
    lines = []
    if draw.random() < 0.2 or "operator.disabled_function" in modes:
        lines.append(f"disabled = {_listed(draw, ['refund', 'balance', 'preauth'])}")
    if draw.random() < 0.2 or "operator.unauthorised_clerk" in modes:
        lines.append(f"supervised = {_listed(draw, ['void', 'refund'])}")
    return lines


def remedies(
    seed: int, sold: list[tuple[str, int]], scanned: dict[int, list[str]], able: dict[str, list[int]],
) -> list[str]:
    """Up to six things that somebody does, needed or not.

    ``scanned``: QR sales of the scripts, by shop; ``able``: of what not every shop can do, those that can.
    """
    draw, seldom = random.Random(f"remedies {seed}"), random.Random(f"seldom {seed}")
    lines = []
    for _ in range(draw.choice([0, 0, 1, 2, 4])):
        lines += _action(draw, draw.choice(ANY_TIME), sold, scanned)
    for _ in range(seldom.choice([0, 0, 1, 2])):
        do, keys = seldom.choice(SELDOM)
        shops = able["contact_provider"] if do == "contact_provider" else [1, 2]
        shop = seldom.choice(shops or [0])
        if shop in able.get(do, [1, 2]):
            lines += _action(seldom, (do, keys), sold, scanned, shop)
    return lines


def _action(
    draw: random.Random, row: tuple[str, str], sold: list[tuple[str, int]], scanned: dict[int, list[str]],
    where: int = 0,
) -> list[str]:
    do, keys = row
    shop = where or draw.randint(1, 2)
    mine = [name for name, _ in sold if name.startswith(f"X{shop}-")]
    if do == "refund_and_scan":  # of what was scanned
        mine = scanned.get(shop, [])
    if "sale" in keys and not mine:
        return []
    lines = []
    if do == "restore_data":  # what was backed up before it
        lines += ["[[actions]]", 'do = "back_up"', f'by = "shop {shop}"', "terminal = 1",
                  f'at = "2026-01-{START_DAY}T08:{draw.randint(30, 59)}"']
    lines += ["[[actions]]", f'do = "{do}"', "may_stay_away = true",
             (f'at = "2026-01-{draw.randint(START_DAY, START_DAY + 2)}T{draw.randint(9, 22):02}:'
              f'{draw.randint(0, 59):02}"')]
    if "by" in keys:
        lines.append(f'by = "shop {shop}"')
    if "router" in keys:
        lines.append('target = "router.mall"')
    if "terminal" in keys:
        lines.append("terminal = 1")
    if "for" in keys:
        lines.append(f'for = "{draw.choice(["20m", "3h"])}"')
    if "pay" in keys:
        lines.append('pay = "card"')
    if "clerk" in keys:
        lines += ['clerk = "01"', 'password = "4711"']
    if "sign_on" in keys:
        lines.append('clerk = "01"')
    if do in SOFTWARE:
        lines.append(f'software = "{SOFTWARE[do]}"')
    if "sale" in keys:
        lines.append(f'sale = "{draw.choice(mine)}"')
    return lines


def plan(seed: int, *, always: bool) -> list[str]:
    """An emergency plan, sometimes, or always."""
    draw = random.Random(f"plan {seed}")
    if draw.random() > 0.3 and not always:
        return []
    alarms = draw.sample(ALARMS, draw.randint(1, 4))
    lines = ["[plan]", f'react_within = "{draw.choice(["10m", "2h"])}"',
             f'compensation = {{ after_days = {draw.choice([0, 1])}, per_day = "5.00", most = "12.00" }}']
    if draw.random() < 0.3:
        lines.append('drills = [{ alarm = "alarm 1", at = "2026-01-28T03:00" }]')
    for number in range(draw.randint(1, 2)):
        lines += ["[[plan.team]]", f'who = "somebody {number}"', f'over = "{draw.choice(["phone", "sms", "app"])}"',
                  f'reacts = "{draw.choice(["1m", "15m", "3h"])}"',
                  *draw.choice([[], ['from = "08:00"', 'until = "20:00"'], ['from = "20:00"', 'until = "08:00"']])]
    for number, alarm in enumerate(alarms, 1):
        lines += ["[[plan.alarms]]", f'name = "alarm {number}"', *alarm.splitlines()]
        steps = [_step(draw, do) for do in draw.sample(STEPS, draw.randint(0, 3))]
        if steps:
            lines.append(f"then = [{', '.join(steps)}]")
        if draw.random() < 0.4:
            lines.append('tells = "somebody looks into it"')
    if random.Random(f"monitor {seed}").random() < 0.3:
        lines += ["[[actions]]", 'do = "monitor"', f'at = "2026-01-{START_DAY}T{draw.randint(9, 20):02}:00"']
    return lines


def holds(seed: int, number: int) -> list[str]:
    """Steps of a shop's script: money that is held, then taken or let go again, by hand."""
    draw = random.Random(f"holds {seed} {number}")
    steps = []
    for place in range(draw.choice([0, 0, 0, 1, 2])):
        name, minute, fen = f"H{number}-{place}", draw.randint(9 * 60, 20 * 60), draw.randint(100, 20_000)
        then = draw.choice((("preauth_void",), ("completion",), ("completion", "completion_void")))
        of = f"{name}a"
        steps.append(_step_of_script(minute, place, f'do = "preauth", sale = "{of}", amount = "{fen / 100:.2f}"'))
        for do in then:
            minute += draw.randint(3, 40)
            sale = f"{name}-{do}"
            steps.append(_step_of_script(minute, place, f'do = "{do}", sale = "{sale}", of = "{of}"'))
            of = sale
    return steps


def scans(seed: int, number: int) -> dict[str, str]:
    """QR sales of a shop's script, by name: sometimes one, with its step."""
    draw = random.Random(f"by phone {seed} {number}")
    if draw.random() < 0.6:
        return {}
    minute, fen = draw.randint(9 * 60, 20 * 60), draw.randint(100, 20_000)
    return {f"Q{number}": _step_of_script(minute, 30, f'do = "qr_sale", sale = "Q{number}", amount = "{fen / 100:.2f}"')}


def _step_of_script(minute: int, second: int, text: str) -> str:
    return f'{{ at = "{minute // 60:02}:{minute % 60:02}:{second:02}", {text} }}'


def _step(draw: random.Random, do: str) -> str:
    target = ', target = "router.mall"' if do == "restart_router" else ""
    return f'{{ do = "{do}", wait = "{draw.choice(["0s", "5m"])}"{target} }}'.replace("0s", "1s")


def _listed(draw: random.Random, kinds: list[str]) -> str:
    chosen = draw.sample(kinds, draw.randint(1, len(kinds)))
    return "[" + ", ".join(f'"{kind}"' for kind in chosen) + "]"
