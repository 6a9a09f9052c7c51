"""Why an acquirer host took something back, what it raises an alarm about, and what it leaves open."""

from __future__ import annotations

from simulator.catalogue.reasons import Reason


class UndoneWhy(Reason):
    """Why a transaction shall have no effect."""

    REVERSAL = "reversal", "the terminal reversed it", "终端冲正"
    TIMEOUT = "timeout", "the issuer did not answer in time", "发卡行超时未应答"
    RESTART = "restart", "the host restarted before an answer came", "主机重启时尚无应答"
    SETTLEMENT = "settlement", "its batch was closed before an answer came", "批次关闭时尚无应答"
    RISK = "risk", "risk control took it back", "风控撤销"
    HELD = "held", "its terminal never uploaded it, and its time was over", "终端未上送，挂起期满退回"
    PART = "part", "the issuer approved a part that cannot be", "发卡行部分批准金额无效"


class AlarmCode(Reason):
    """What somebody at the host should look at."""

    # ---- requests that are nobody's, or not what they should be
    UNKNOWN_TERMINAL = "unknown_terminal", "a terminal that is not registered", "终端未登记"
    UNKNOWN_MERCHANT = "unknown_merchant", "a terminal of another merchant", "商户号与终端不符"
    UNKNOWN_KIND = "unknown_kind", "a request of no known kind", "交易类型无法识别"
    UNREADABLE = "unreadable", "bytes that are no message", "报文无法解析"
    BAD_MAC = "bad_mac", "a request with a wrong MAC", "请求MAC校验失败"
    TRACK_UNREADABLE = "track_unreadable", "a track that its key does not open", "磁道密文无法解密"
    TRACK_OF_OTHER = "track_of_other", "a track of another card than F2", "磁道与卡号不符"
    CRYPTOGRAM_OF_OTHER_SUM = (
        "cryptogram_of_other_sum", "a chip's cryptogram of another sum than F4", "芯片密文金额与F4不符")
    NO_VOUCHER = "no_voucher", "a QR void or refund without its voucher", "扫码撤销或退货缺少付款凭证号"
    PIN_UNREADABLE = "pin_unreadable", "a PIN block that its key does not open", "PIN无法解密"
    STAN_REUSED = "stan_reused", "a STAN used for two transactions", "流水号重复使用"
    KEY_DOWNLOAD_REFUSED = (
        "key_download_refused", "a sign-on for keys in a form that is not given", "签到所要的密钥下发方式不支持")
    SCRIPT_FAILED = "script_failed", "an issuer script that failed at the card", "发卡行脚本执行失败"

    # ---- downloads
    DOWNLOAD_UNREADABLE = (
        "download_unreadable", "a download that asks in no known form", "下载请求格式错")
    DOWNLOAD_OUT_OF_STEP = (
        "download_out_of_step", "a download that asks for the wrong place", "下载序号不连续")
    DOWNLOAD_NOT_ENDED = (
        "download_not_ended", "a download begun before another one ended", "上一项下载未结束")
    DOWNLOAD_ENDED_AS_OTHER = (
        "download_ended_as_other", "a download that ends as another one", "下载结束码不符")
    KEY_CHECK_FAILED = "key_check_failed", "a key with a wrong check value", "密钥校验值错"
    NO_KEY_TO_ACTIVATE = (
        "no_key_to_activate", "a master key activated that was not given", "启用未下发的主密钥")
    DEVICE_FAULTY = "device_faulty", "a device of a terminal that is not good", "终端外设故障"

    # ---- taking back
    REFUND_BEYOND = (
        "refund_beyond", "a refund of more than the merchant is still to be paid", "退货超出商户待结算金额")
    REVERSAL_OF_OTHER = (
        "reversal_of_other", "a reversal that names something else", "冲正与原交易不符")
    REVERSAL_OF_USED = (
        "reversal_of_used", "a reversal of what went back another way", "冲正的原交易已撤销或已退货")
    REVERSAL_AFTER_SETTLEMENT = (
        "reversal_after_settlement", "a reversal of settled money", "结算后冲正")
    REVERSAL_REASON = (
        "reversal_reason", "a reversal for a reason that is none", "冲正原因码无法识别")
    UNDOING_REFUSED = (
        "undoing_refused", "an issuer or wallet that will not undo", "发卡行或钱包拒绝冲正")
    NO_SUCH_PART = (
        "no_such_part", "an approval in part that cannot be", "部分批准金额无效")
    RISK_VOID = "risk_void", "taken back by risk control", "风控已撤销"
    RISK_UNKNOWN = "risk_unknown", "risk control names what is not there", "风控指定的交易不存在"
    RISK_TOO_LATE = "risk_too_late", "too late for risk control", "风控撤销过迟"

    # ---- batches
    UNANSWERED_AT_SETTLEMENT = (
        "unanswered_at_settlement", "undone, as its batch closed without an answer",
        "批次关闭时未应答，已冲正")
    NOTHING_TO_FORCE = "nothing_to_force", "no open batch to force", "没有可强制关闭的批次"
    BATCH_FORCED = "batch_forced", "a batch that the host closed by itself", "主机强制关闭批次"
    UPLOAD_WITHOUT_SETTLEMENT = (
        "upload_without_settlement", "details that nobody asked for", "未结算即上送明细")
    ENDED_AS_BALANCED = (
        "ended_as_balanced", "an upload that ends as balanced and is not", "对账不平却按对平结束")
    UPLOAD_INCOMPLETE = "upload_incomplete", "an upload that is not whole", "批上送不完整"
    ITEM_TWICE = "item_twice", "an item that stands twice in one upload message", "同一上送报文内明细重复"
    NOT_UPLOADED = "not_uploaded", "captured, and not in the terminal's details", "已入账但终端未上送"
    HELD_SETTLED = (
        "held_settled", "held for long enough, and settled after all", "挂起期满，已补结算")
    HELD_GIVEN_BACK = (
        "held_given_back", "held for long enough, and given back", "挂起期满，已退回持卡人")
    SUM_DIFFERS = "sum_differs", "another sum in the terminal's details", "上送金额不符"
    NOT_CAPTURED = "not_captured", "in the terminal's details, and not captured", "终端上送但未入账"
    UNKNOWN_ITEM = "unknown_item", "in the terminal's details, and not known", "终端上送但主机无记录"


class SettledHow(Reason):
    """How a batch was closed; the first two are what a 0510 says of it in F48."""

    BALANCED = "1", "totals agreed", "对账平"
    AFTER_UPLOAD = "2", "settled by the details after totals differed", "批上送后结算"
    FORCED = "forced", "closed by the host itself", "主机强制关闭"


class LeftOpen(Reason):
    """What a host itself says is unresolved."""

    UNANSWERED = "unanswered", "an issuer or wallet has not answered", "等待发卡行或钱包应答"
    UNDOING_OWED = "undoing_owed", "issuer or wallet has not heard that it is undone", "冲正尚未送达"
    BATCH_DISPUTED = "batch_disputed", "a batch whose totals differ", "批次对账不平"
    HELD = "held", "captured, held as its terminal did not upload it", "已入账，终端未上送，挂起"
    BATCH_LEFT_OPEN = "batch_left_open", "a batch that its terminal left behind", "终端遗留未结批次"
