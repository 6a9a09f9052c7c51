"""What an operating system says when it refuses, in both languages; an error without a row in its own words."""

from __future__ import annotations

import errno

from simulator.catalogue.language import Told, spoken

WORDS: dict[int, Told] = {
    errno.ENOENT: Told("No such file or directory", "没有这个文件或目录"),
    errno.EACCES: Told("Permission denied", "没有权限"),
    errno.EPERM: Told("Operation not permitted", "不允许的操作"),
    errno.EISDIR: Told("Is a directory", "是目录"),
    errno.ENOTDIR: Told("Not a directory", "不是目录"),
    errno.EEXIST: Told("File exists", "文件已存在"),
    errno.ENOSPC: Told("No space left on device", "磁盘空间不足"),
    errno.EROFS: Told("Read-only file system", "只读文件系统"),
    errno.ENAMETOOLONG: Told("File name too long", "文件名过长"),
    errno.ELOOP: Told("Too many levels of symbolic links", "符号链接层数过多"),
    errno.EIO: Told("Input/output error", "输入输出错误"),
}


def system_words(error: OSError) -> str:
    """Why the system refused, in the language of this process.

    >>> system_words(OSError(errno.ENOENT, "No such file or directory"))
    'No such file or directory'
    """
    if spoken() != "en" and error.errno in WORDS:
        return WORDS[error.errno].say()
    return error.strerror or str(error)
