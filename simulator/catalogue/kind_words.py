"""Chinese names of the kinds of transactions and of their results; what is not here is shown as it is."""

from __future__ import annotations

KINDS_ZH: dict[str, str] = {
    "sale": "消费", "void": "撤销", "refund": "退货", "balance": "余额查询", "preauth": "预授权",
    "preauth_void": "预授权撤销", "completion": "预授权完成", "completion_void": "预授权完成撤销",
    "completion_advice": "预授权完成通知", "offline_sale": "离线消费", "adjust": "结算调整",
    "tip": "小费", "qr_sale": "扫码付消费", "qr_void": "扫码付撤销", "qr_refund": "扫码付退货",
    "chargeback": "退单", "second_chargeback": "二次退单", "representment": "再请款",
    "credit_adjustment": "贷记调整", "reversal": "冲正", "settlement": "批结算", "batch_upload": "批上送", "sign_on": "签到",
    "sign_off": "签退", "echo_test": "回响测试", "script_result": "脚本结果通知",
    "unknown": "未知交易类型", "parameter_download": "参数下载", "status_upload": "状态上送",
    "signature_upload": "电子签名上送",
    "capk_list": "公钥查询", "capk_download": "公钥下载", "capk_end": "公钥下载结束",
    "aid_list": "AID查询", "aid_download": "AID下载", "aid_end": "AID下载结束",
    "contactless_download": "非接参数下载", "contactless_end": "非接参数下载结束",
    "black_list_download": "黑名单下载", "black_list_end": "黑名单下载结束",
    "bin_b_download": "免密新增卡BIN下载", "bin_b_end": "免密新增卡BIN下载结束",
    "bin_c_download": "免密BIN黑名单下载", "bin_c_end": "免密BIN黑名单下载结束",
    "tms_download": "远程任务下载", "tms_end": "远程任务下载结束",
    "public_key_download": "主密钥公钥下载", "master_key_download": "主密钥下载",
    "master_key_end": "主密钥启用",
}
RESULTS_ZH: dict[str, str] = {
    "approved": "成功", "declined": "拒绝", "refused": "终端拒绝受理", "failed": "失败",
    "pending": "结果待查",
}
