"""What a live host says of itself at its start and of its test cards, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told

_M = Message
TYPE_IN = _M("type_in", "What to type into a terminal:", "终端需录入：")
NO_STATE = _M(
    "no_state", "--state is missing: a file that keeps what must survive", "缺少 --state：保存必须留存内容的文件")
NO_USE = _M(
    "no_use", "{option} has no use with --cards, which prints the cards and exits",
    "{option} 不能与 --cards 同用：后者只打印测试卡，随即退出")
ADDRESS = Told("address", "地址")
FRAMING = Told("framing", "报文格式")
TPDU = Told("TPDU", "TPDU")
HEADER = Told("header", "报文头")
MAC = Told("MAC", "MAC")
KEYS = Told("keys", "密钥下发")
LENGTH = Told("length (2 bytes)", "长度（2 字节）")
HEADER_BYTES = _M("header_bytes", "header ({count} bytes)", "报文头（{count} 字节）")
MESSAGE = Told("message", "报文")
NONE = Told("none", "无")
REPLIES = _M("replies", "{tpdu}, in replies {reply}", "{tpdu}，应答中为 {reply}")
ACCEPTED = _M("accepted", "at sign-on, F60.3 = {codes}", "签到时，F60.3 = {codes}")
IN_THE_FORM = _M("in_the_form", "{code} as {form}", "{code}（按{form}）")
TERMINAL = Told("TID", "终端号")
MERCHANT_ID = Told("MID", "商户号")
MERCHANT = Told("merchant", "商户")
CHECK_VALUE = Told("check value of its master key", "主密钥校验值")
MORE = _M(
    "more", "and {count} more; --terminals shows all of them", "另有 {count} 台；--terminals 显示全部")
TEST_KEY = _M(
    "test_key", "no key file is given: the key is the one test key of docs/live.md",
    "没有给出密钥文件：密钥即 docs/live.md 中的那个测试密钥")
FROM_FILE = _M("from_file", "keys from {path}", "密钥取自 {path}")
OTHER_KEY = _M(
    "other_key",
    "terminal {tid} has another master key than at the last start of this state: {before} before, {now} now; "
    "type it in and sign on again",
    "终端 {tid} 的主密钥与此状态上次启动时不同：之前 {before}，现在 {now}；请重新录入并签到")
OTHERS_TOO = _M("others_too", "and {count} terminals more", "另有 {count} 台终端同样如此")

CARDS = _M(
    "cards", "Test cards of {title}; they belong to nobody.", "{title} 的测试卡；不属于任何人。")
CARD = Told("card", "卡")
NUMBER = Told("number", "卡号")
EXPIRY = Told("expiry (YYMM)", "有效期（YYMM）")
SERVICE_CODE = Told("service code", "服务代码")
TRACK = Told("track 2", "二磁道")
CHIP_KEY = Told("chip key", "芯片密钥")
KEY_SHOWN = _M("key_shown", "check value {value}", "校验值 {value}")
EXPIRED = Told("expired: declined by 54", "已过期：应答 54")
PIN = Told("PIN", "密码")
BANK = Told("bank", "银行")
HAPPENS = Told("what happens", "会怎样")
BALANCE = _M("balance", "balance {yuan} yuan", "余额 {yuan} 元")
NO_BALANCE = Told("no balance", "没有余额")
ANY_CARD = Told("any customer's", "任一顾客")
OTHERS = _M(
    "others",
    "Any other number of 16 digits that begins with {prefixes} and passes the check digit is a customer's card too.",
    "其他以 {prefixes} 开头、校验位正确的 16 位卡号，也是某位顾客的卡。")
CODES = Told("Codes that customers' phones show:", "顾客手机出示的付款码：")
WALLET = Told("wallet", "钱包")
CODE = Told("code", "付款码")
BEGINS = Told("begins with", "开头")
OTHER_CODES = Told(
    "What follows the first digits is free, so each customer may have a code of their own; a code that begins "
    "otherwise is answered 15.",
    "开头之后的数字不限，每位顾客可用不同的码；其他开头的码应答 15。")
PIN_OR_NONE = _M("pin_or_none", "{pin}, or none", "{pin}，或不输")
FAULT = _M("fault", "{what} ({mode})", "{what}（{mode}）")
