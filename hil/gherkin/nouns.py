"""The words for whom and what a sentence is about, in both languages: alternatives of patterns."""

from __future__ import annotations

import re


def _any(words: str) -> str:
    return "|".join(re.escape(each) for each in sorted(words.split(";"), key=len, reverse=True))


SHOPS_EN = _any(
    "merchant;firm;shop;store;trader;retailer;restaurant;café;cafe;kiosk;stall;business;hotel;supermarket;"
    "noodle shop;coffee shop;corner shop")
SHOPS_ZH = _any(
    "商户;商家;店家;店铺;门店;小店;店里;店;面馆;餐馆;餐厅;饭店;酒店;超市;便利店;咖啡店;老板;店主;公司")
TERMINALS_EN = _any(
    "terminal;till;POS;POS terminal;POS machine;POS device;card terminal;card machine;card reader;machine;device;"
    "pinpad;cash register;payment terminal")
TERMINALS_ZH = _any("终端;终端机;POS机;POS终端;POS;收银机;刷卡机;机器;机具;设备")
CUSTOMERS_EN = _any("customer;cardholder;guest;client;buyer;shopper;consumer;payer;patron")
CUSTOMERS_ZH = _any("顾客;客人;持卡人;客户;消费者;买家;用户")
SALES_EN = _any(
    "QR payment;pre-authorisation;pre-authorization;preauthorisation;preauthorization;completion;offline sale;"
    "card payment;wallet payment;sale;payment;transaction;purchase;order;deal")
SALES_ZH = _any("消费;交易;付款;支付;订单;款项;刷卡;预授权完成;预授权;扫码付款;扫码支付;离线消费")
TERMINALS = f"{TERMINALS_EN}|{TERMINALS_ZH}"
CUSTOMERS = f"{CUSTOMERS_EN}|{CUSTOMERS_ZH}"
SHOPS = f"{SHOPS_EN}|{SHOPS_ZH}"
SALES = f"{SALES_EN}|{SALES_ZH}"
