"""The tables that a host gives out, as one value; reads no file and knows no terminal."""

from __future__ import annotations

import msgspec

from simulator.wire.key_transport import RsaTestKey
from simulator.wire.tables import Table
from simulator.wire.tables_listed import ALGORITHM, EXPIRY, INDEX, RID, Pairs, name_of

SM = b"\x04"  # DF07 of an SM2 key
NAMED_BY: dict[Table, tuple[str, ...]] = {Table.CAPK: (RID, INDEX), Table.AID: (RID,)}
_LISTED_WITH: dict[Table, tuple[str, ...]] = {
    Table.CAPK: (RID, INDEX, EXPIRY), Table.AID: (RID,),
}


class Library(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """All tables of one host."""

    listed: dict[Table, tuple[Pairs, ...]] = {}  # the data of each entry, in order
    numbered: dict[Table, tuple[str, ...]] = {}  # entries as they are written
    whole: dict[Table, bytes] = {}  # F62 of the one reply
    rsa: RsaTestKey | None = None  # for master keys; None: the host gives none
    most_in_message: int = 0  # entries; 0: as many as fit

    def names(self, table: Table, *, sm: bool) -> tuple[Pairs, ...]:
        """What a query is told, of the keys of one algorithm only."""
        tags = _LISTED_WITH[table]
        return tuple(
            name_of(data, tags) for data in self.listed.get(table, ())
            if table is not Table.CAPK or (dict(data).get(ALGORITHM) == SM) is sm
        )

    def entry(self, table: Table, name: Pairs) -> Pairs | None:
        """The data of the entry of a name."""
        tags = NAMED_BY[table]
        wanted = name_of(name, tags)
        for data in self.listed.get(table, ()):
            if name_of(data, tags) == wanted:
                return data
        return None


NO_TABLES = Library()
