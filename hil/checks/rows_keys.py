"""Checks of sign-on, keys and MAC, of what the host asks for, and of downloads."""

from __future__ import annotations

from hil.checks import (
    acts,
    acts_keys,
    acts_till,
    key_rules,
    reversal_fields,
    reversal_times,
    till_rules,
)
from hil.checks import reversal_rules as rev
from hil.checks.acts import FIRST, HIT, NEXT
from hil.checks.check import Act, Check, Need
from hil.checks.rows_reversal import USUAL
from hil.checks.stage import kinds_for
from hil.relay.decisions import LOSE, WRONG_MAC, Mac, change
from simulator.catalogue.language import Told
from simulator.wire.kinds import Kind
from simulator.wire.tables import Table

DOC = "docs/unionpay.md#keys-mac-pin"
LOADS = "docs/unionpay.md#downloads"
K = Kind
GOES_ON = (till_rules.told(NEXT, "approved"), *USUAL)
LISTED = "6299991040123454"  # begins as the last entry of the black list does
NOT_LISTED = "6200009753180138"
LONGER_MS = 3_000
SIGNS_ON = frozenset({K.SALE, K.SIGN_ON})
UPDATES = ("--update-takes", "2s")
NO_KEYS = Told("without keys nothing is sold online", "没有密钥不得联机交易")


KEYS: tuple[Check, ...] = (
    Check(
        id="KEY-01", title=Told("sign-on before the first sale", "首笔交易之前签到"),
        rule=Told("no sealed request before an answered sign-on", "签到获应答之前不得发送带 MAC 的请求"),
        source=f"{DOC}; judge 13", act=acts.undisturbed(K.SALE),
        must=(key_rules.has_keys_first(), key_rules.batch_is_the_hosts(), *GOES_ON)),
    Check(
        id="KEY-02", title=Told("host calls a MAC wrong (A0)", "主机判 MAC 错（A0）"),
        rule=Told("after A0 the terminal signs on before its next request", "收到 A0 后先签到再交易"),
        source=f"{DOC}; judge 13", act=acts.request_is(K.SALE, WRONG_MAC),
        must=(till_rules.not_told(FIRST, "approved"), key_rules.signs_on_before_next(HIT), *GOES_ON)),
    Check(
        id="KEY-03", title=Told("host asks for a sign-on in a reply", "主机在应答中要求签到"),
        rule=Told("processing request 3: sign on before the next request", "处理要求 3：下一请求之前签到"),
        source="docs/unionpay.md#frame; judge 13", act=acts_keys.asked_in_header("3"),
        must=(till_rules.told(FIRST, "approved"), key_rules.signs_on_before_next(HIT), *GOES_ON)),
    Check(
        id="KEY-04", title=Told("wrong MAC in a reply", "应答的 MAC 错"),
        rule=Told("a wrong MAC may be wrong keys: sign on before the next request", "MAC 错可能是密钥错：下一请求之前签到"),
        source=f"{DOC}; judge 13", act=acts.reply_is(K.SALE, WRONG_MAC),
        must=(key_rules.signs_on_before_next(HIT), reversal_fields.reason(HIT, "A0"), *GOES_ON)),
    Check(
        id="KEY-05", title=Told("answer to a sign-on lost", "签到应答丢失"), rule=NO_KEYS, source=f"{DOC}; judge 13",
        kinds=SIGNS_ON, act=acts_keys.sign_on_is(LOSE),
        must=(till_rules.not_told("sign on", "approved"), *GOES_ON)),
    Check(
        id="KEY-06", title=Told("sign-on refused", "签到被拒绝"), rule=NO_KEYS, source=f"{DOC}; judge 13",
        kinds=SIGNS_ON, act=acts_keys.sign_on_is(change("39", "96")),
        must=(till_rules.not_told("sign on", "approved"), *GOES_ON)),
    Check(
        id="KEY-07", title=Told("keys that fail their check", "密钥校验值不符"),
        rule=Told("a wrong check value is no sign-on: such keys are never used", "校验值不符不算签到：该密钥不得使用"),
        source=DOC, kinds=SIGNS_ON, act=acts_keys.sign_on_is(change("62", "00" * 40)),
        must=(till_rules.not_told("sign on", "approved"), key_rules.not_approved_before_renewal("without keys", HIT), *GOES_ON)),
    Check(
        id="KEY-08", title=Told("keys renewed in the middle of a batch", "批次中途更换密钥"),
        rule=Told("new keys are used from then on, and the batch is kept", "此后使用新密钥，批次保留"),
        source=f"{DOC}; judge 14", kinds=SIGNS_ON, act=acts_keys.keys_renewed,
        must=(till_rules.told("sign on", "approved"), till_rules.sealed(), key_rules.batch_is_the_hosts(), *GOES_ON)),
    Check(
        id="KEY-09", title=Told("sale after a sign-off", "签退之后交易"),
        rule=Told("after a sign-off nothing is sold before a sign-on", "签退之后先签到再交易"),
        source="docs/unionpay.md (kinds); judge 13", kinds=frozenset({K.SALE, K.SIGN_ON, K.SIGN_OFF}), act=acts_keys.signed_off,
        must=(key_rules.signs_on_before_next(HIT), *GOES_ON)),
    Check(
        id="KEY-10", title=Told("MAC of every kind of request", "各类请求的 MAC"),
        rule=Told("every financial request has a right MAC", "每个金融请求都有正确的 MAC"), source=f"{DOC}; judge 14",
        kinds=kinds_for(K.SALE, K.VOID, K.REFUND, K.PREAUTH, K.COMPLETION),
        act=acts.undisturbed(K.SALE, K.VOID, K.REFUND, K.COMPLETION), must=(till_rules.sealed(), *GOES_ON)),
    Check(
        id="KEY-11", title=Told("sum of a request changed on the line", "请求的金额在线路上被改"),
        rule=Told("the host refuses it, and the till is told no approval", "主机拒绝，收银不得得知批准"),
        source=f"{DOC}; judge 9", act=acts.request_is(K.SALE, change("4", "000000000001", Mac.KEPT)),
        must=(till_rules.not_told(FIRST, "approved"), *GOES_ON)),
    Check(
        id="KEY-12", title=Told("master key renewed", "更换主密钥"),
        rule=Told("352, 350, 351: the new key is in use from the answered 351 on", "352、350、351：351 获应答后启用新主密钥"),
        source=f"{LOADS} (a master key by RSA)", kinds=frozenset({K.SALE, K.MASTER_KEY_DOWNLOAD, K.SIGN_ON}),
        act=acts.then(acts_keys.loaded(K.MASTER_KEY_DOWNLOAD)), must=(till_rules.sealed(), *GOES_ON)),
)


def _demand(number: str, act: Act, en: str, zh: str, *kinds: Kind) -> Check:
    return Check(
        id=f"ASK-{number}", title=Told(f"host asks for {en}", f"主机要求{zh}"),
        rule=Told("what a reply's header asks for is done after the transaction", "应答报文头的处理要求在交易之后执行"),
        source=f"docs/unionpay.md#frame; {LOADS}", act=act,
        must=(till_rules.told(FIRST, "approved"), key_rules.comes_after(HIT, *kinds), *GOES_ON))


REQUESTED: tuple[Check, ...] = (
    _demand("01", acts_keys.demanded("parameters"), "parameters", "下载参数", K.PARAMETER_DOWNLOAD),
    _demand("02", acts_keys.demanded("status"), "the status", "上送状态", K.STATUS_UPLOAD),
    _demand("03", acts_keys.demanded("capk"), "public keys", "下载公钥", K.CAPK_LIST, K.CAPK_DOWNLOAD),
    _demand("04", acts_keys.demanded("aid"), "applications", "下载应用参数", K.AID_LIST, K.AID_DOWNLOAD),
    _demand("05", acts_keys.demanded("black_list"), "the black list", "下载黑名单", K.BLACK_LIST_DOWNLOAD),
    _demand("06", acts_keys.demanded("contactless"), "contactless parameters", "下载非接参数", K.CONTACTLESS_DOWNLOAD),
    Check(
        id="ASK-07", title=Told("host asks for what nobody knows", "主机提出未知要求"),
        rule=Told("a request that is not known stops no trade", "未知的处理要求不妨碍交易"), source="docs/unionpay.md#frame",
        act=acts_keys.asked_in_header("8"),
        must=(till_rules.told(FIRST, "approved"), key_rules.goes_on_after(HIT), *GOES_ON)),
    Check(
        id="ASK-08", title=Told("host asks for a sign-on in the reply to a void", "主机在撤销应答中要求签到"),
        rule=Told("the request stands in any reply", "任何应答都可带处理要求"), source="docs/unionpay.md#frame; judge 13",
        kinds=kinds_for(K.VOID), act=acts_keys.asked_in_header("3", K.VOID),
        must=(till_rules.told(FIRST, "approved"), key_rules.signs_on_before_next(HIT), *GOES_ON)),
    Check(
        id="ASK-09", title=Told("host asks for newer software", "主机要求新版软件"),
        rule=Told("the batch is closed before an update, and nothing of it is lost", "更新之前先结清批次，不丢失任何内容"),
        source="docs/unionpay.md#frame; failure terminal.software_stale", act=acts_till.stale_software, options=UPDATES,
        kinds=frozenset({K.SALE, K.SETTLEMENT}), changed_by=("software",),
        must=(till_rules.told(FIRST, "approved"), *USUAL)),
)


def _table(number: str, table: Table, kind: Kind, en: str, zh: str) -> Check:
    return Check(
        id=f"DLD-{number}", title=Told(f"download of {en}", f"下载{zh}"),
        rule=Told("all that is listed is asked for, numbers follow, and the end is the table's own code",
                  "列出的逐项请求，编号连续，结束码为该表自己的"),
        source=LOADS, kinds=frozenset({K.SALE, kind}), acquirer={"entries_in_message": 7}, act=acts_keys.loaded(kind),
        must=(key_rules.download_is_whole(table), *GOES_ON))


LOADED: tuple[Check, ...] = (
    _table("01", Table.CAPK, K.CAPK_DOWNLOAD, "public keys", "公钥"),
    _table("02", Table.AID, K.AID_DOWNLOAD, "applications", "应用参数"),
    _table("03", Table.BLACK_LIST, K.BLACK_LIST_DOWNLOAD, "the black list", "黑名单"),
    _table("04", Table.CONTACTLESS, K.CONTACTLESS_DOWNLOAD, "contactless parameters", "非接参数"),
    _table("05", Table.BIN_B, K.BIN_B_DOWNLOAD, "BIN table B", "BIN 表 B"),
    _table("06", Table.BIN_C, K.BIN_C_DOWNLOAD, "BIN table C", "BIN 表 C"),
    Check(
        id="DLD-07", title=Told("card of the black list offline", "离线使用黑名单卡"),
        rule=Told("a card of the black list is refused offline, any other is not", "黑名单卡离线拒绝，其他卡不拒绝"),
        source=LOADS, needs=(Need.CARD,), kinds=frozenset({K.SALE, K.OFFLINE_SALE, K.BLACK_LIST_DOWNLOAD}),
        settings={"offline_limit": "500.00"}, acquirer={"entries_in_message": 7}, changed_by=("offline_limit",),
        act=acts_keys.listed_cards(LISTED, NOT_LISTED),
        must=(till_rules.told("listed", "refused"), till_rules.told("not listed", "approved"), *GOES_ON)),
    Check(
        id="DLD-08", title=Told("black list while a new one does not come", "新黑名单未到时的旧名单"),
        rule=Told("old entries are in use until new ones are whole", "新名单完整之前旧名单仍有效"),
        source=f"{LOADS} (old entries)", needs=(Need.CARD,),
        kinds=frozenset({K.SALE, K.OFFLINE_SALE, K.BLACK_LIST_DOWNLOAD}), settings={"offline_limit": "500.00"},
        changed_by=("download", "offline_limit"), act=acts_keys.listed_while_loading(LISTED),
        applies=lambda profile: profile.download.old_list.value == "kept_until_end",
        unless=Told("the profile drops old entries first", "参数规定先删除旧条目"),
        must=(till_rules.told("listed", "refused"), *GOES_ON)),
    Check(
        id="DLD-09", title=Told("reply of a download lost", "下载应答丢失"),
        rule=Told("the same entry is asked for again; the rest follows, or the download is given up as a whole",
                  "重新请求同一条目；其余照常，或整个下载作废"),
        source=LOADS, kinds=frozenset({K.SALE, K.BLACK_LIST_DOWNLOAD}), acquirer={"entries_in_message": 7},
        changed_by=("download",), act=acts_keys.loaded_with_a_loss(K.BLACK_LIST_DOWNLOAD, K.BLACK_LIST_DOWNLOAD),
        must=(key_rules.download_is_whole(Table.BLACK_LIST), *GOES_ON)),
    Check(
        id="DLD-10", title=Told("sale after a download of many messages", "多报文下载之后的交易"),
        rule=Told("a download does not keep a customer from paying", "下载不妨碍顾客付款"), source=LOADS,
        kinds=frozenset({K.SALE, K.CAPK_DOWNLOAD}), act=acts_keys.sold_while_loading,
        must=(till_rules.told(FIRST, "approved"), *GOES_ON)),
    Check(
        id="DLD-11", title=Told("reply timeout out of the parameters", "参数下发的应答超时"),
        rule=Told("what the host's parameters say is waited, not what was set up before", "按主机下发的时间等待，不再按原设置"),
        source=f"{LOADS} (what has an effect)", kinds=frozenset({K.SALE, K.PARAMETER_DOWNLOAD}), changed_by=("reply_timeout",),
        act=acts_keys.waits_as_told(LONGER_MS),
        must=(reversal_times.not_before_time_out(HIT, LONGER_MS), rev.comes(HIT), *GOES_ON)),
)
ROWS = KEYS + REQUESTED + LOADED
