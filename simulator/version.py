"""The version of this program, as it was installed."""

from __future__ import annotations

from functools import cache


@cache
def own_version() -> str:
    """The version, or "unknown" where the program was not installed."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  dear to load

    try:
        return version("daozhang")
    except PackageNotFoundError:
        return "unknown"
