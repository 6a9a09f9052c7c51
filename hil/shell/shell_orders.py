"""The commands of a shell that ask the terminal for something: a table of rows."""

from __future__ import annotations

from collections.abc import Callable

from hil.shell.shell import LAST, Row, Shell, ShellError, told_in_words
from hil.shell.shell_words import APPROVED_ALREADY, NO_ORDERS
from hil.tills.ends import USUAL_CARD, Wish
from simulator.wire.kinds import Kind

_K = Kind
UNDONE_BY: dict[Kind, Kind] = {
    _K.SALE: _K.VOID, _K.QR_SALE: _K.QR_VOID, _K.COMPLETION: _K.COMPLETION_VOID,
    _K.COMPLETION_ADVICE: _K.COMPLETION_VOID, _K.PREAUTH: _K.PREAUTH_VOID,
}
GIVEN_BACK_BY: dict[Kind, Kind] = {
    _K.SALE: _K.REFUND, _K.COMPLETION: _K.REFUND, _K.COMPLETION_ADVICE: _K.REFUND, _K.QR_SALE: _K.QR_REFUND}
ADDED_TO = (_K.SALE, _K.OFFLINE_SALE, _K.COMPLETION)
DOWNLOADS = {
    "capk": _K.CAPK_DOWNLOAD, "aid": _K.AID_DOWNLOAD, "contactless": _K.CONTACTLESS_DOWNLOAD,
    "black_list": _K.BLACK_LIST_DOWNLOAD, "bin_b": _K.BIN_B_DOWNLOAD, "bin_c": _K.BIN_C_DOWNLOAD,
    "tms": _K.TMS_DOWNLOAD, "parameters": _K.PARAMETER_DOWNLOAD, "master_key": _K.MASTER_KEY_DOWNLOAD,
}


def _plain(name: str, kind: Kind) -> Callable[[Shell, list[str]], None]:
    def run(shell: Shell, words: list[str]) -> None:
        if words:
            raise shell.usage(name)
        shell.operate(Wish(kind=kind))

    return run


def _sign_on(shell: Shell, words: list[str]) -> None:
    if len(words) not in (0, 2):
        raise shell.usage("sign-on")
    device = shell.rig.bench.device
    clerk, password = words or (device.clerk, device.password)
    shell.operate(Wish(kind=Kind.SIGN_ON, clerk=clerk, password=password))


def _sells(name: str, kind: Kind, *, by_card: bool = True) -> Callable[[Shell, list[str]], None]:
    def run(shell: Shell, words: list[str]) -> None:
        if not 1 <= len(words) <= 1 + by_card:
            raise shell.usage(name)
        shell.operate(Wish(
            kind=kind, amount_fen=shell.fen(words[0]), card=_card(shell, words[1:]), clerk=_clerk(shell)))

    return run


def _balance(shell: Shell, words: list[str]) -> None:
    if len(words) > 1:
        raise shell.usage("balance")
    shell.operate(Wish(kind=Kind.BALANCE, card=_card(shell, words), clerk=_clerk(shell)))


def _again(shell: Shell, words: list[str]) -> None:
    if len(words) > 1:
        raise shell.usage("again")
    order = words[0] if words else next(reversed(shell.wishes), "")
    if order not in shell.wishes:
        raise ShellError(NO_ORDERS.say())
    if order in shell.told and shell.told[order].approved:
        raise ShellError(APPROVED_ALREADY.say(order=order))
    shell.operate(shell.wishes[order])


def _void(shell: Shell, words: list[str]) -> None:
    if len(words) > 1:
        raise shell.usage("void")
    of = shell.approved(words[0] if words else LAST, *UNDONE_BY)
    shell.operate(Wish(
        kind=UNDONE_BY[of.kind], original=of, card=shell.wishes[of.order].card, clerk=_clerk(shell)))


def _refund(shell: Shell, words: list[str]) -> None:
    if len(words) > 2:
        raise shell.usage("refund")
    of = shell.approved(words[0] if words else LAST, *GIVEN_BACK_BY)
    shell.operate(Wish(
        kind=GIVEN_BACK_BY[of.kind], original=of, amount_fen=shell.fen(words[1]) if len(words) > 1 else 0,
        card=shell.wishes[of.order].card, clerk=_clerk(shell)))


def _follows(name: str, kind: Kind, *of_kinds: Kind) -> Callable[[Shell, list[str]], None]:
    def run(shell: Shell, words: list[str]) -> None:
        if not 1 <= len(words) <= 2:
            raise shell.usage(name)
        of = shell.approved(words[0] if len(words) == 2 else LAST, *of_kinds)
        shell.operate(Wish(
            kind=kind, original=of, amount_fen=shell.fen(words[-1]), card=shell.wishes[of.order].card,
            clerk=_clerk(shell)))

    return run


def _download(shell: Shell, words: list[str]) -> None:
    if len(words) != 1:
        raise shell.usage("download")
    shell.operate(Wish(kind=DOWNLOADS[shell.one_of(words[0], tuple(DOWNLOADS))]))


def _orders(shell: Shell, words: list[str]) -> None:
    if words:
        raise shell.usage("orders")
    if not shell.told:
        shell.out(NO_ORDERS.say())
    for told in shell.told.values():
        shell.out(told_in_words(told))


def _card(shell: Shell, words: list[str]) -> str:
    names = [part.name for part in shell.rig.scenario.cards]
    if not words:
        return names[0] if names else USUAL_CARD
    named = words[0] if words[0] in names else f"card.{words[0]}"
    return shell.one_of(named, names) if named in names else shell.one_of(words[0], names)


def _clerk(shell: Shell) -> str:
    return shell.rig.bench.device.clerk


def _cards(shell: Shell) -> list[str]:
    return [part.name for part in shell.rig.scenario.cards]


def _names(shell: Shell) -> list[str]:
    return [LAST, *(order for order, told in shell.told.items() if told.approved)]


ORDERS: dict[str, Row] = {
    "sign-on": Row("sign-on [CLERK PASSWORD]", _sign_on),
    "sign-off": Row("sign-off", _plain("sign-off", Kind.SIGN_OFF)),
    "echo": Row("echo", _plain("echo", Kind.ECHO_TEST)),
    "sale": Row("sale YUAN [CARD]", _sells("sale", Kind.SALE), _cards),
    "qr": Row("qr YUAN", _sells("qr", Kind.QR_SALE, by_card=False)),
    "preauth": Row("preauth YUAN [CARD]", _sells("preauth", Kind.PREAUTH), _cards),
    "offline": Row("offline YUAN [CARD]", _sells("offline", Kind.OFFLINE_SALE), _cards),
    "balance": Row("balance [CARD]", _balance, _cards),
    "again": Row("again [ORDER]", _again, lambda shell: list(shell.wishes)),
    "void": Row("void [last|ORDER|STAN]", _void, _names),
    "refund": Row("refund [last|ORDER|STAN [YUAN]]", _refund, _names),
    "complete": Row("complete [ORDER] YUAN", _follows("complete", Kind.COMPLETION, Kind.PREAUTH), _names),
    "advise": Row("advise [ORDER] YUAN", _follows("advise", Kind.COMPLETION_ADVICE, Kind.PREAUTH), _names),
    "tip": Row("tip [ORDER] YUAN", _follows("tip", Kind.TIP, *ADDED_TO), _names),
    "adjust": Row("adjust [ORDER] YUAN", _follows("adjust", Kind.ADJUST, *ADDED_TO), _names),
    "settle": Row("settle", _plain("settle", Kind.SETTLEMENT)),
    "download": Row("download " + "|".join(DOWNLOADS), _download, lambda _: tuple(DOWNLOADS)),
    "orders": Row("orders", _orders, bears_trouble=True),
}
