"""What people bring that holds no bytes of a message: forms that are known and not read, by name."""

from __future__ import annotations

import re

import msgspec

from simulator.catalogue.language import Told


class Stranger(msgspec.Struct, frozen=True):
    """One form, and what to do with it."""

    name: str
    what: Told
    has_more: bool = False  # messages may stand in it


_IN_LINES: tuple[tuple[re.Pattern[str], Stranger], ...] = tuple((re.compile(form), each) for form, each in (
    (r"<isomsg\b|<field\s+id=", Stranger("isomsg", Told(
        "fields of a message as jPOS logs them, no bytes of it; daozhang encode makes bytes of fields",
        "jPOS 日志中的报文域，不是报文字节；daozhang encode 可由各域生成字节"))),
    (r"^\s*[\[(]?(?:DE|F|[Bb]it|[Ff]ield|MTI|域)[ _]?(?:\d{1,3})?\s*[:=\])]", Stranger("fields", Told(
        "fields of a message, no bytes of it; daozhang encode makes bytes of them",
        "是报文的各域，不是报文字节；daozhang encode 可由其生成字节"))),
    (r'^\s*[{,]?\s*"mti"\s*:', Stranger("fields", Told(
        "fields of a message, no bytes of it; daozhang encode makes bytes of them",
        "是报文的各域，不是报文字节；daozhang encode 可由其生成字节"))),
    (r"^-----BEGIN ", Stranger("PEM", Told(
        "a key or certificate in PEM, no message", "是 PEM 格式的密钥或证书，不是报文"))),
    (r"^S[0-9][0-9A-Fa-f]{6,}$", Stranger("S-record", Told(
        "records of Motorola's S-format, which is not read; srec_cat or objcopy make binary of them",
        "是 Motorola S 记录，不支持；可用 srec_cat 或 objcopy 转为二进制"))),
    (r"^begin [0-7]{3} \S", Stranger("uuencode", Told(
        "uuencoded, which is not read; uudecode makes binary of it", "是 uuencode 编码，不支持；可用 uudecode 转为二进制"))),
    (r"^0{7}\s+(?:\\0|\\[abfnrtv]|\S)(?:\s+(?:\\[0abfnrtv]|[0-3][0-7]{2}|\S))+$", Stranger("od -c", Told(
        "a dump of characters (od -c), which is not read; od -A x -t x1 prints bytes",
        "是字符转储（od -c），不支持；od -A x -t x1 可输出字节"))),
))
_IN_BYTES: tuple[tuple[re.Pattern[bytes], Stranger], ...] = tuple(
    (re.compile(form, re.DOTALL), each) for form, each in (
        (rb"(?:.{0,13})\xf0[\xf1-\xf9][\xf0-\xf9]{2}(?:[\xf0-\xf9\xc1-\xc6]{16}|[\xf0-\xf9]{4})", Stranger("EBCDIC", Told(
            "digits in EBCDIC; the dialect has none", "是 EBCDIC 数字；该方言不使用"))),
        (rb"(?:.{0,13})0[1-8][0-9][0-5][0-9A-Fa-f]{16}", Stranger("ISO 8583 in ASCII", Told(
            "a message of ISO 8583 in ASCII, its bitmap in hex digits; the dialect is binary",
            "是 ASCII 形式的 ISO 8583 报文（位图为十六进制字符）；该方言为二进制"))),
        (rb"(?:ISO|iso)[0-9]{9}", Stranger("ISO 8583 in ASCII", Told(
            "a message of ISO 8583 in ASCII with a header ISO…; the dialect is binary",
            "是带 ISO… 报头的 ASCII 形式 ISO 8583 报文；该方言为二进制"))),
        (rb"(?:\x5f.|[\x4f\x50\x57\x5a\x82\x84\x8c-\x9c]|\x9f[\x01-\x7f]).(?=.*\x9f[\x02\x10\x26\x27\x33-\x37])",
         Stranger("chip data", Told(
             "elements of chip data (BER-TLV), no message", "是芯片数据（BER-TLV），不是报文"))),
        (rb"[GPHDO][A-Z]{2,6} \S+ HTTP/|HTTP/1", Stranger("HTTP", Told("HTTP", "是 HTTP"))),
        (rb"[\x14-\x17]\x03[\x00-\x04]", Stranger("TLS", Told(
            "TLS, of which nothing can be read", "是 TLS，无法读取"))),
        (rb"PK\x03\x04", Stranger("zip", Told(
            "a zip archive or an office document; give what is in it", "是 zip 压缩包或办公文档；请给出其中的内容"))),
        (rb"BZh[1-9]|\xfd7zXZ|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!", Stranger("archive", Told(
            "compressed; of compressed files gzip alone is read", "是压缩文件；只能直接读取 gzip"))),
        (rb"%PDF", Stranger("PDF", Told("a PDF; give the text in it", "是 PDF；请给出其中的文本"))),
        (rb"\x89PNG|\xff\xd8\xff|GIF8", Stranger("picture", Told(
            "a picture; no digits are read out of pictures", "是图片；不会从图片中识别数字"))),
        (rb"snoop\0\0\0|\x8a\x2f\x4d\x3e|GMBU|XCP\0|TRSNIFF", Stranger("capture of another kind", Told(
            "a capture that is neither pcap nor pcapng; editcap of Wireshark makes one of it",
            "是 pcap、pcapng 以外的抓包文件；可用 Wireshark 的 editcap 转换"))),
        (rb"SQLite format 3", Stranger("SQLite", Told("a database of SQLite", "是 SQLite 数据库"))),
        (rb"\x7fELF|MZ\x90\0", Stranger("program", Told("a program", "是程序文件"))),
    ))


def in_line(text: str) -> Stranger | None:
    """The form that a line of words is known by."""
    return next((each for form, each in _IN_LINES if form.search(text)), None)


def in_bytes(octets: bytes) -> Stranger | None:
    """The form that bytes are known by which are no message."""
    return next((each for form, each in _IN_BYTES if form.match(octets[:512])), None)
