"""The codes that customers' phones show: to which wallet one belongs, and to which of its users.

A code is good once; how it begins tells the wallet, and of a user with a name the user as well.
"""

from __future__ import annotations

from collections.abc import Mapping

USERS_FROM = 90_000  # no code of somebody without a name has so much behind its merchant's digits
NOBODYS = "0000"  # where a code of somebody without a name has the last digits of its merchant


class WalletCodes:
    """How the codes of each wallet begin, and those of each user.

    >>> codes = WalletCodes({"wallet.a": "280"}, {"user.li": "wallet.a"})
    >>> codes.begins("user.li"), codes.user_of("280000090001" + "0000007")
    ('280000090001', 'user.li')
    """

    __slots__ = ("_begin", "_digits", "_user_of", "prefixes", "wallets")

    def __init__(self, prefixes: Mapping[str, str], wallets: Mapping[str, str]) -> None:
        """How codes begin by wallet; the wallet of each user."""
        self.prefixes = dict(prefixes)
        self.wallets = dict(wallets)
        self._begin = {
            user: f"{prefixes[wallet]}{NOBODYS}{USERS_FROM + number}"
            for number, (user, wallet) in enumerate(wallets.items(), 1)}
        self._user_of = {begin: user for user, begin in self._begin.items()}
        self._digits = {len(begin) for begin in self._user_of}

    def begins(self, user: str) -> str:
        """How all codes of a user begin."""
        return self._begin[user]

    def of_user(self, user: str, number: int) -> str:
        """The code that a user shows, one of ten million."""
        return f"{self._begin[user]}{number % 10_000_000:07}"

    def of_anybody(self, wallet: str, merchant: str, salt: int, number: int) -> str:
        """The code of somebody whom nobody named: the last four digits of a merchant, and two numbers."""
        return f"{self.prefixes[wallet or next(iter(self.prefixes))]}{merchant}{salt:05}{number:07}"

    def user_of(self, code: str) -> str:
        """Whose code this is; an empty string where its customer has no name."""
        for digits in self._digits:
            user = self._user_of.get(code[:digits])
            if user is not None:
                return user
        return ""

    def wallet_of(self, code: str) -> str:
        """The wallet that a code belongs to; an empty string where it belongs to none."""
        return next((name for name, prefix in self.prefixes.items() if code.startswith(prefix)), "")
