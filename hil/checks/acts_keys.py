"""What is done to sign-ons and downloads, and what the host asks for."""

from __future__ import annotations

from hil.checks.acts import FIRST, HIT, goes_on, reply
from hil.checks.check import Act
from hil.checks.results import NotReachedError
from hil.checks.stage import Stage
from hil.relay.decisions import LOSE, PASS, Decision, Mac, change, hold
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.catalogue.language import Told
from simulator.machines.terminal.parameters import REPLY_TIMEOUT
from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind

MOST_TOLD_S = 99  # two digits


def sign_on_is(decision: Decision, match: Match | None = None, times: int = 1) -> Act:
    """A sign-on in the middle of the day is struck; a sale is wanted; then the clerk signs on."""
    def act(stage: Stage) -> None:
        stage.must(FIRST, Kind.SALE)
        stage.disturb(HIT, match or Match(way=Way.DOWN, kind=Kind.SIGN_ON.value), decision, times)
        stage.do("sign on", Kind.SIGN_ON)
        stage.do("without keys", Kind.SALE)
        stage.rest()
        stage.do("sign on again", Kind.SIGN_ON)
        stage.rest()
        goes_on(stage)

    return act


def keys_renewed(stage: Stage) -> None:
    """A sign-on in the middle of the day."""
    stage.must(FIRST, Kind.SALE)
    stage.do("sign on", Kind.SIGN_ON)
    goes_on(stage)


def signed_off(stage: Stage) -> None:
    """A sign-off, and a sale after it."""
    stage.must(FIRST, Kind.SALE)
    stage.disturb(HIT, Match(way=Way.DOWN, kind=Kind.SIGN_OFF.value), PASS)
    stage.do("sign off", Kind.SIGN_OFF)
    stage.do("after it", Kind.SALE)
    stage.do("sign on", Kind.SIGN_ON)
    stage.rest()
    goes_on(stage)


def asked_in_header(digit: str, kind: Kind = Kind.SALE) -> Act:
    """The host asks for something in the header of its reply."""
    def act(stage: Stage) -> None:
        software = stage.profile.software
        header = f"60{software[:2]}0{digit}{software[2:]}"
        asked = stage.prepared(kind)
        stage.disturb(HIT, reply(kind), change("header", header, Mac.KEPT))
        stage.do(FIRST, kind, **asked)
        stage.rest()
        goes_on(stage)

    return act


def demanded(download: str) -> Act:
    """The host wants something loaded, and says so in its replies."""
    def act(stage: Stage) -> None:
        stage.rig.host.action(f'do = "demand_download"\ndownload = "{download}"')
        stage.disturb(HIT, reply(Kind.SALE), PASS)
        stage.must(FIRST, Kind.SALE)
        stage.rest()
        goes_on(stage)

    return act


def loaded(kind: Kind) -> Act:
    """Somebody at the terminal has a table loaded; one that loads no such thing has nothing to be held to."""
    def act(stage: Stage) -> None:
        answer = stage.do("download", kind)
        is_asked_for = bool(stage.sent_in("download"))
        stage.rest()
        goes_on(stage)
        if answer.result == "refused" and not is_asked_for:
            raise NotReachedError(Told(f"the terminal refuses {kind.value} by itself ({answer.reason})",
                                       f"终端自行拒绝 {kind.value}（{answer.reason}）"))

    return act


def loaded_with_a_loss(kind: Kind, of: Kind) -> Act:
    """The same, and one reply of it is lost."""
    def act(stage: Stage) -> None:
        stage.disturb(HIT, Match(way=Way.DOWN, kind=of.value, nth=2), LOSE)
        stage.do("download", kind)
        stage.rest()
        goes_on(stage)

    return act


def waits_as_told(more_ms: int) -> Act:
    """The host's parameters make the reply timeout so much longer; then the reply to a sale is lost."""
    def act(stage: Stage) -> None:
        told_s = -(-(stage.profile.reply_timeout_ms + more_ms) // 1000)  # whole seconds, and no fewer
        if told_s > MOST_TOLD_S:
            raise NotReachedError(Told(
                f"a reply timeout of {told_s} s does not go into the parameters, which have two digits",
                f"参数只有两位数字，放不下 {told_s} 秒的应答超时"))
        stage.disturb("parameters", Match(way=Way.DOWN, kind=Kind.PARAMETER_DOWNLOAD.value), change(
            "62", f"{REPLY_TIMEOUT}{told_s:02}".encode("ascii").hex()))
        stage.do("download", Kind.PARAMETER_DOWNLOAD)
        stage.rest()
        if not stage.struck("parameters"):
            raise NotReachedError(Told("the terminal asks for no parameters", "终端不下载参数"))
        stage.disturb(HIT, reply(Kind.SALE), LOSE)
        stage.do(FIRST, Kind.SALE)
        stage.rest()
        goes_on(stage)

    return act


def sold_while_loading(stage: Stage) -> None:
    """A customer comes in the middle of a download."""
    stage.disturb(HIT, Match(way=Way.DOWN, kind=Kind.CAPK_DOWNLOAD.value), hold(400))
    wait = stage.begin("download", Kind.CAPK_DOWNLOAD)
    stage.wait_for(lambda: stage.struck(HIT) > 0, 10)
    wait()
    stage.do(FIRST, Kind.SALE)
    stage.rest()
    goes_on(stage)


def listed_cards(listed: str, others: str) -> Act:
    """Offline sales with a card of the black list and with one that is not on it."""
    def act(stage: Stage) -> None:
        stage.do("download", Kind.BLACK_LIST_DOWNLOAD)
        stage.rest()
        stage.do("listed", Kind.OFFLINE_SALE, card=Card(pan=listed))
        stage.do("not listed", Kind.OFFLINE_SALE, card=Card(pan=others))
        goes_on(stage)

    return act


def listed_while_loading(listed: str) -> Act:
    """The same card while the list is loaded anew and no answer comes."""
    def act(stage: Stage) -> None:
        stage.do("download", Kind.BLACK_LIST_DOWNLOAD)
        stage.rest()
        stage.disturb(HIT, Match(way=Way.DOWN, kind=Kind.BLACK_LIST_DOWNLOAD.value), LOSE, times=0)
        stage.do("download again", Kind.BLACK_LIST_DOWNLOAD)
        stage.do("listed", Kind.OFFLINE_SALE, card=Card(pan=listed))
        stage.end(HIT)
        stage.do("sign on", Kind.SIGN_ON)  # after which what was given up is loaded
        stage.rest()
        goes_on(stage)

    return act
