"""TinyDB tables whose insert and update touch one row.

Stock TinyDB reads, copies and writes the whole table for each change (measured: 55 ms a write at 100,000 rows).
TinyDB's methods reach the data through two of their own, `_read_table` and `_update_table`; replacing those two keeps
the meaning of every query, `update`, `upsert`, `remove` and `search` as TinyDB documents it. A change that fails half
way changes nothing, and a document handed out shares nothing with the table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, cast

import orjson
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

Row = dict[str, Any]


class _OwnDocument(Document):
    """A document that shares nothing with the row it was made from."""

    def __init__(self, value: Mapping[str, Any], doc_id: Any) -> None:  # noqa: ANN401 - int or str, as the table's ids
        super().__init__(_copied(value), doc_id)  # pyright: ignore[reportUnknownMemberType]


class RowTable(Table):
    """A TinyDB table in memory, written out by the checkpoint when there is time. Ids are integers."""

    document_class = _OwnDocument

    def __init__(self, name: str) -> None:
        super().__init__(MemoryStorage(), name, cache_size=0)  # a cached result would be handed out twice
        self._rows: dict[str, Row] = {}
        self.changes = 0
        """Counts changes, so that what is derived from the table knows when it is stale."""

    @property
    def rows(self) -> dict[str, Row]:
        """The rows by id, for reading only; change them through the table's methods."""
        return self._rows

    def put(self, key: str, row: Row) -> None:
        """Insert or replace one row, which belongs to the table from then on."""
        self._rows[key] = row
        self._changed()

    def drop(self, key: str) -> None:
        """Remove one row, if it is there."""
        if self._rows.pop(key, None) is not None:
            self._changed()

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return cast(dict[str, Mapping[str, Any]], self.rows)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        change = _Change(self.rows, self.document_id_class)
        updater(change)
        change.carry_out()
        self._changed()

    def _changed(self) -> None:
        self.changes += 1


class KeyedTable(RowTable):
    """A row table whose ids are text, such as the ULID of the document that a row shows.

    Rows that nothing has happened to for long may stay packed, as the checkpoint holds them, until they are needed.
    """

    document_id_class = str  # pyright: ignore[reportAssignmentType, reportIncompatibleVariableOverride]

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._settled: bytes | memoryview = b""
        self._settled_before = ""
        self._dropped: set[str] = set()

    def load(self, lively: bytes | memoryview, settled: bytes | memoryview, settled_before: str) -> None:
        """Start from two JSON objects of rows: the lively ones, and those settled before a day (`YYYY-MM-DD`).

        Raises:
            ValueError: the lively rows are no JSON.
        """
        self._rows = orjson.loads(lively)
        self._settled, self._settled_before = settled, settled_before

    @property
    def rows(self) -> dict[str, Row]:
        """The rows by id, for reading only; change them through the table's methods."""
        if self._settled:
            settled: dict[str, Row] = orjson.loads(self._settled)
            self._settled = b""
            for key in self._dropped:
                settled.pop(key, None)
            self._rows = settled | self._rows
        return self._rows

    def rows_since(self, day: str) -> Iterable[Row]:
        """At least every row that is open or that something happened to since `day`; cheap while others are packed."""
        return (self.rows if day < self._settled_before else self._rows).values()

    def drop(self, key: str) -> None:
        """Remove one row, if it is there."""
        super().drop(key)
        if self._settled:
            self._dropped.add(key)

    def put(self, key: str, row: Row) -> None:
        """Insert or replace one row, which belongs to the table from then on."""
        super().put(key, row)
        self._dropped.discard(key)

    def _get_next_id(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        from ulid import ULID  # noqa: PLC0415 - start-up makes no rows

        return str(ULID())


class _Change(MutableMapping[Any, Row]):
    """One change to a table, kept apart until it is complete; a row is copied when it is first touched."""

    def __init__(self, rows: dict[str, Row], id_class: type) -> None:
        self._rows = rows
        self._id_class = id_class
        self._touched: dict[str, Row | None] = {}

    def carry_out(self) -> None:
        """Put the change into the table, which keeps nothing that the caller may still hold."""
        for key, row in self._touched.items():
            if row is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = cast(Row, _copied(row))

    def __getitem__(self, key: Any) -> Row:  # noqa: ANN401
        text = str(key)
        if text in self._touched:
            row = self._touched[text]
            if row is None:
                raise KeyError(key)
            return row
        row = cast(Row, _copied(self._rows[text]))
        self._touched[text] = row
        return row

    def __setitem__(self, key: Any, row: Row) -> None:  # noqa: ANN401
        self._touched[str(key)] = row

    def __delitem__(self, key: Any) -> None:  # noqa: ANN401
        if key not in self:
            raise KeyError(key)
        self._touched[str(key)] = None

    def __contains__(self, key: object) -> bool:
        text = str(key)
        return self._touched[text] is not None if text in self._touched else text in self._rows

    def __iter__(self) -> Iterator[Any]:
        new = [key for key, row in self._touched.items() if row is not None and key not in self._rows]
        kept = [key for key in self._rows if self._touched.get(key, self) is not None]
        return map(self._id_class, kept + new)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Remove every row."""
        self._touched = dict.fromkeys(self._rows)


def _copied(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in cast(Mapping[Any, Any], value).items()}
    if isinstance(value, list | tuple):
        return [_copied(inner) for inner in cast(list[Any], value)]
    return value
