"""Checks of power cuts: before and after each message, in a settlement, an upload, a download, at rest.

The cut comes by an event of the line: "when the 0200 has been heard and before it leaves".
"""

from __future__ import annotations

from hil.bench.line import Place
from hil.checks import acts_power, acts_till, batch_rules, reversal_fields, till_rules
from hil.checks import reversal_rules as rev
from hil.checks.acts import FIRST, HIT, NEXT, reply, request
from hil.checks.check import Check, Need
from hil.checks.evidence import Rule
from hil.checks.rows_batch import AGREES
from hil.checks.rows_reversal import USUAL
from hil.checks.rows_trade import NO_MORE_THAN
from hil.checks.stage import kinds_for
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.catalogue.language import Told
from simulator.wire.kinds import Kind

DOC = "docs/unionpay.md#reversal"
K = Kind
STORED = Told("the reversal is stored before its request is sent, so it outlives the cut",
              "冲正在请求发出之前存储，断电后仍在")
AFTER = Told("once approved and told, it stays; what the terminal could not store it reverses",
             "已批准并告知的保留；未能存储的须冲正")
GOES_ON = (till_rules.told(NEXT, "approved"), *USUAL)
FLASH = ("--store-takes", "30ms")  # a virtual device writes as slowly as a terminal's memory does


def _cut(number: str, kind: Kind, match: Match, en: str, zh: str, must: tuple[Rule, ...], *,
         rule: Told = STORED, lose: bool = False, delay_ms: int = 0, place: Place = "before",
         options: tuple[str, ...] = ()) -> Check:
    return Check(
        id=f"PWR-{number}", title=Told(en, zh), rule=rule, source=f"{DOC}; judge 4, 7", needs=(Need.POWER,),
        kinds=kinds_for(K.SALE, kind), changed_by=("reversal_first_reason",), options=options,
        act=acts_power.cut_at(kind, match, lose=lose, delay_ms=delay_ms, place=place), must=(*must, *GOES_ON))


def _settled(number: str, match: Match, en: str, zh: str, *, lose: bool = False, place: Place = "before",
             unbalanced: bool = False, sales: int = 2, more: tuple[Rule, ...] = ()) -> Check:
    return Check(
        id=f"PWR-{number}", title=Told(en, zh),
        rule=Told("a settlement that was cut goes on where it stood; the batch is closed once",
                  "中断的结算从断点继续；批次只结一次"),
        source="docs/unionpay.md#settlement; judge 5, 12", needs=(Need.POWER,), kinds=frozenset({K.SALE, K.SETTLEMENT}),
        changed_by=("settlement_tries",),
        act=acts_power.cut_in_settlement(match, lose=lose, place=place, unbalanced=unbalanced, sales=sales),
        must=(batch_rules.all_settled(), batch_rules.ends_by_result(), *more, *GOES_ON))


_REVERSED = (rev.comes(HIT), rev.goes_first(HIT), reversal_fields.repeats_original(HIT), rev.is_delivered(HIT))
_UPLOAD = Match(way=Way.UP, mti="0320", nth=1)
_UPLOADED = Match(way=Way.DOWN, mti="0330", nth=1)

ROWS: tuple[Check, ...] = (
    _cut("01", K.SALE, request(K.SALE), "power cut when the request of a sale leaves, and it is lost",
         "消费请求发出时断电，请求丢失", (rev.comes(HIT), rev.goes_first(HIT), rev.is_delivered(HIT)), lose=True),
    _cut("02", K.SALE, request(K.SALE), "power cut when the request of a sale leaves, and it arrives",
         "消费请求发出时断电，请求到达", _REVERSED, options=FLASH),
    _cut("03", K.SALE, reply(K.SALE), "power cut before the reply to a sale", "消费应答之前断电", _REVERSED, lose=True),
    _cut("04", K.SALE, reply(K.SALE), "power cut after the reply to a sale", "消费应答之后断电", (), rule=AFTER,
         place="after"),
    _cut("05", K.SALE, reply(K.SALE), "power cut a moment after the reply to a sale", "消费应答片刻之后断电", (),
         rule=AFTER, place="after", delay_ms=15),
    _cut("06", K.VOID, reply(K.VOID), "power cut before the reply to a void", "撤销应答之前断电", _REVERSED, lose=True),
    _cut("07", K.PREAUTH, reply(K.PREAUTH), "power cut before the reply to a pre-authorisation",
         "预授权应答之前断电", _REVERSED, lose=True),
    _cut("08", K.COMPLETION, reply(K.COMPLETION), "power cut before the reply to a completion",
         "预授权完成应答之前断电", _REVERSED, lose=True),
    _cut("09", K.REFUND, reply(K.REFUND), "power cut before the reply to a refund", "退货应答之前断电",
         (till_rules.repeats_as_it_was(FIRST),), lose=True,
         rule=Told("a refund is stored and goes up again under its own number", "退货已存储，以原流水号重发")),
    Check(
        id="PWR-10", title=Told("power cut when the reversal leaves", "冲正发出时断电"), rule=STORED,
        source=f"{DOC}; judge 4", needs=(Need.POWER,),
        act=acts_power.cut_in_reversal(request(K.REVERSAL), lose=True),
        must=(rev.repeated(HIT), reversal_fields.unchanged("lost"), rev.goes_first("lost"), rev.is_delivered("lost"), *GOES_ON)),
    Check(
        id="PWR-11", title=Told("power cut before the answer to the reversal", "冲正应答之前断电"), rule=STORED,
        source=f"{DOC}; judge 4", needs=(Need.POWER,),
        act=acts_power.cut_in_reversal(Match(way=Way.DOWN, mti="0410", nth=1), lose=True),
        must=(rev.repeated("lost"), rev.goes_first("lost"), rev.is_delivered("lost"), *GOES_ON)),
    Check(
        id="PWR-12", title=Told("power cut after the answer to the reversal", "冲正应答之后断电"),
        rule=Told("a reversal that was answered may go out once more, and does no harm", "已应答的冲正可再发一次，无害"),
        source=f"{DOC}; judge 11", needs=(Need.POWER,),
        act=acts_power.cut_in_reversal(Match(way=Way.DOWN, mti="0410", nth=1), place="after"),
        must=(rev.comes("lost"), rev.goes_first("lost"), *GOES_ON)),
    Check(
        id="PWR-13", title=Told("power cut in the sale, and again in its reversal", "消费中断电，冲正中再断电"),
        rule=STORED, source=f"{DOC}; judge 4", needs=(Need.POWER,), act=acts_power.cut_twice,
        must=(rev.repeated(HIT), rev.goes_first(HIT), rev.is_delivered(HIT), *GOES_ON)),
    Check(
        id="PWR-14", title=Told("power cut at rest", "空闲时断电"),
        rule=Told("the batch, its totals and the numbers are kept", "批次、总额和流水号均保留"),
        source="docs/unionpay.md#settlement; judge 3, 8", needs=(Need.POWER,), act=acts_power.cut_when_idle(NO_MORE_THAN),
        must=(rev.none(), *GOES_ON)),
    _settled("15", request(K.SETTLEMENT), "power cut when the totals leave, and they are lost",
             "总额发出时断电，报文丢失", lose=True),
    _settled("16", request(K.SETTLEMENT), "power cut when the totals leave, and they arrive", "总额发出时断电，报文到达"),
    _settled("17", reply(K.SETTLEMENT), "power cut before the answer to the totals", "总额应答之前断电", lose=True),
    _settled("18", reply(K.SETTLEMENT), "power cut after the answer to the totals", "总额应答之后断电", place="after"),
    _settled("19", _UPLOAD, "power cut when the first details leave", "第一批明细发出时断电", unbalanced=True, sales=9),
    _settled("20", _UPLOADED, "power cut before the answer to the first details", "第一批明细应答之前断电", lose=True,
             unbalanced=True, sales=9),
    _settled("21", Match(way=Way.UP, mti="0320", nth=2), "power cut when the second details leave",
             "第二批明细发出时断电", unbalanced=True, sales=9, more=(batch_rules.upload_goes_on(HIT),)),
    _settled("22", Match(way=Way.UP, mti="0320", nth=3), "power cut when the end of the upload leaves",
             "批上送结束报文发出时断电", unbalanced=True, sales=9, more=(batch_rules.details_are_whole(),)),
    _settled("23", Match(way=Way.DOWN, mti="0330", nth=3), "power cut before the answer to the end of the upload",
             "批上送结束应答之前断电", unbalanced=True, sales=9, lose=True),
    Check(
        id="PWR-24", title=Told("power cut in the download of keys", "公钥下载中断电"),
        rule=Told("a download that was cut goes on or begins anew, and ends as its own", "中断的下载继续或重来，并以自身结束码结束"),
        source="docs/unionpay.md#downloads", needs=(Need.POWER,), kinds=frozenset({K.SALE, K.CAPK_DOWNLOAD}),
        changed_by=("download",), act=acts_power.cut_in_download(K.CAPK_DOWNLOAD, K.CAPK_DOWNLOAD),
        must=GOES_ON),
    Check(
        id="PWR-25", title=Told("power cut in the download of applications", "应用参数下载中断电"),
        rule=Told("the same for applications", "应用参数同样处理"), source="docs/unionpay.md#downloads",
        needs=(Need.POWER,), kinds=frozenset({K.SALE, K.AID_DOWNLOAD}), changed_by=("download",),
        act=acts_power.cut_in_download(K.AID_DOWNLOAD, K.AID_DOWNLOAD), must=GOES_ON),
    Check(
        id="PWR-26", title=Told("power cut between a sign-on and its answer", "签到与应答之间断电"),
        rule=Told("the terminal signs on anew and keeps its batch", "终端重新签到并保留批次"),
        source="docs/unionpay.md#keys-mac-pin; judge 13", needs=(Need.POWER,), kinds=frozenset({K.SALE, K.SIGN_ON}),
        act=acts_power.cut_in_sign_on, must=GOES_ON),
    Check(
        id="PWR-27", title=Told("power cut before an offline sale is delivered", "离线消费送达之前断电"),
        rule=Told("what was approved offline is delivered before the totals", "离线批准的交易须在总额之前送达"),
        source="docs/unionpay.md#settlement; judge 3", needs=(Need.POWER,), kinds=frozenset({K.SALE, K.OFFLINE_SALE}),
        settings={"offline_limit": "500.00"}, changed_by=("offline_limit",), act=acts_power.cut_before_delivery,
        must=(batch_rules.stored_before_settlement(), *GOES_ON)),
    Check(
        id="PWR-28", title=Told("terminal hangs in a sale and is switched off and on", "消费中死机后断电重启"),
        rule=STORED, source=f"{DOC}; judge 4", needs=(Need.POWER, Need.HANG), act=acts_power.hangs, must=(*_REVERSED, *GOES_ON)),
    _cut("29", K.VOID, request(K.VOID), "power cut when the request of a void leaves, and it arrives",
         "撤销请求发出时断电，请求到达", _REVERSED, options=FLASH),
    Check(
        id="PWR-30", title=Told("power cut while it updates", "更新中断电"),
        rule=Told("an update that was cut leaves the old software, or the new, and nothing of the batch is lost",
                  "中断的更新留下旧版或新版软件，批次不丢失"),
        source="docs/unionpay.md#frame; failure terminal.software_stale", needs=(Need.POWER,),
        kinds=frozenset({K.SALE, K.SETTLEMENT}), options=("--update-takes", "2s"), act=acts_till.cut_while_updating,
        must=GOES_ON),
    Check(
        id="PWR-31", title=Told("power cut while totals may be with the host, and a sale", "总额可能已到主机时断电，来电后消费"),
        rule=Told("a batch takes nothing new until its settlement has ended, over power cuts too", "结算结束之前批次不得加入新交易，断电后亦然"),
        source="docs/unionpay.md#settlement; judge 12", needs=(Need.POWER,), kinds=frozenset({K.SALE, K.SETTLEMENT}),
        changed_by=("settlement_tries", "reply_timeout"), act=acts_power.settlement_pending_over_cut,
        must=(till_rules.not_told("meanwhile", "approved"), *AGREES)),
)
