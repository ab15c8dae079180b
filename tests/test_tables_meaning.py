"""A row table means what TinyDB says: the same operations on it and on a stock table give the same results."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tinydb import TinyDB, where
from tinydb.operations import add, decrement, delete, increment
from tinydb.operations import set as set_
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from fieldlog.book.tables import KeyedTable, RowTable

values = st.one_of(st.integers(0, 4), st.sampled_from(["整改中", "已销号", ""]), st.none())
documents = st.fixed_dictionaries(
    {},
    optional={
        "n": values,
        "state": values,
        "tags": values | st.lists(st.sampled_from("abc"), max_size=2),
        "deep": values | st.just({"n": 1}),
    },
)
conditions = st.sampled_from([
    where("n") == 1, where("n").exists(), where("state") == "整改中", where("tags").any(["a"]), where("deep").n == 1,
    ~(where("n") == 2), (where("n") == 1) | (where("state") == "已销号"), where("n").test(lambda n: n in (0, 3)),
    lambda row: len(row) > 1,
])  # fmt: skip
ids = st.integers(0, 12)


def numbered(row: dict[str, Any]) -> None:
    row["n"] = 3
    row.setdefault("tags", [])


changes = st.one_of(documents, st.sampled_from([numbered, set_("state", "待复查"), lambda row: row.clear()]))


class Twins(RuleBasedStateMachine):
    """A stock table and ours, through the same operations."""

    def __init__(self) -> None:
        super().__init__()
        self.stock: Table = TinyDB(storage=MemoryStorage).table("rows")
        self.ours: Table = RowTable("rows")

    def both(self, step: Callable[[Table], Any]) -> Any:
        """The step's outcome, the same on both, an error by its type."""
        outcomes: list[Any] = []
        for table in (self.stock, self.ours):
            try:
                outcomes.append(step(table))
            except (ValueError, KeyError, TypeError, RuntimeError, ZeroDivisionError) as error:
                outcomes.append(type(error))
        assert outcomes[0] == outcomes[1]
        assert [ids_of(outcome) for outcome in outcomes[:1]] == [ids_of(outcome) for outcome in outcomes[1:]]

    @rule(document=documents)
    def insert(self, document: dict[str, Any]) -> None:
        self.both(lambda table: table.insert(document))

    @rule(document=documents, id_=ids)
    def insert_with_id(self, document: dict[str, Any], id_: int) -> None:
        self.both(lambda table: table.insert(table.document_class(document, id_)))

    @rule(several=st.lists(documents, max_size=3), id_=st.none() | ids)
    def insert_multiple(self, several: list[dict[str, Any]], id_: int | None) -> None:
        taken = id_ is not None and self.stock.contains(doc_id=id_)
        if id_ is not None and not taken:  # stock keeps half of what fails half way, ours nothing: see below
            self.both(lambda table: table.insert_multiple([table.document_class({"n": 9}, id_)]))
        self.both(lambda table: table.insert_multiple(dict(document) for document in several))

    @rule(change=changes, condition=conditions)
    def update_by_condition(self, change: Any, condition: Any) -> None:
        self.both(lambda table: table.update(change, condition))

    @rule(change=changes, wanted=st.lists(ids, max_size=3, unique=True))
    def update_by_id(self, change: Any, wanted: list[int]) -> None:
        self.both(lambda table: table.update(change, doc_ids=wanted))

    @rule(change=changes)
    def update_all(self, change: Any) -> None:
        self.both(lambda table: table.update(change))

    @rule(pairs=st.lists(st.tuples(changes, conditions), max_size=3))
    def update_multiple(self, pairs: list[tuple[Any, Any]]) -> None:
        self.both(lambda table: table.update_multiple(pairs))

    @rule(operation=st.sampled_from([increment("n"), decrement("n"), delete("n"), add("n", 1)]))
    def operate_where_there_is_a_number(self, operation: Any) -> None:
        self.both(lambda table: table.update(operation, where("n").test(lambda n: isinstance(n, int))))

    @rule(document=documents, condition=conditions)
    def upsert(self, document: dict[str, Any], condition: Any) -> None:
        self.both(lambda table: table.upsert(document, condition))

    @rule(document=documents, id_=ids)
    def upsert_by_id(self, document: dict[str, Any], id_: int) -> None:
        self.both(lambda table: table.upsert(table.document_class(document, id_)))

    @rule(condition=conditions)
    def remove_by_condition(self, condition: Any) -> None:
        self.both(lambda table: table.remove(condition))

    @rule(wanted=st.lists(ids, max_size=3, unique=True))
    def remove_by_id(self, wanted: list[int]) -> None:
        self.both(lambda table: table.remove(doc_ids=wanted))

    @rule()
    def truncate(self) -> None:
        self.both(lambda table: table.truncate())

    @rule(condition=conditions, id_=ids, wanted=st.lists(ids, max_size=3))
    def ask(self, condition: Any, id_: int, wanted: list[int]) -> None:
        self.both(lambda table: table.search(condition))
        self.both(lambda table: table.count(condition))
        self.both(lambda table: table.contains(condition))
        self.both(lambda table: table.contains(doc_id=id_))
        self.both(lambda table: table.get(condition))
        self.both(lambda table: table.get(doc_id=id_))
        self.both(lambda table: table.get(doc_ids=wanted))

    @rule(wrong=st.sampled_from([7, "text", None, [1]]))
    def ask_wrongly(self, wrong: Any) -> None:
        self.both(lambda table: table.insert(wrong))
        self.both(lambda table: table.insert_multiple([wrong]))
        self.both(lambda table: table.upsert({"n": 1}))
        self.both(lambda table: table.get())
        self.both(lambda table: table.contains())
        self.both(lambda table: table.remove())

    @invariant()
    def the_same_rows_in_the_same_order(self) -> None:
        self.both(lambda table: table.all())
        self.both(len)


def ids_of(outcome: Any) -> Any:
    rows = outcome if isinstance(outcome, list) else [outcome]
    return [row.doc_id for row in rows if isinstance(row, Document)]


Twins.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
test_row_table_means_what_tinydb_means = Twins.TestCase


@pytest.fixture(params=[RowTable, KeyedTable])
def table(request: pytest.FixtureRequest) -> RowTable:
    table: RowTable = request.param("rows")
    for n in range(3):
        table.insert({"n": n, "tags": ["a"], "deep": {"inner": [n]}})
    return table


def content(table: RowTable) -> list[tuple[Any, dict[str, Any]]]:
    return [(row.doc_id, dict(row)) for row in table.all()]


def fail_on_two(row: dict[str, Any]) -> None:
    row["n"] += 10
    row["tags"].append("half")
    if row["n"] == 12:
        raise ZeroDivisionError


def documents_then_failure() -> Iterator[dict[str, Any]]:
    yield {"n": 100}
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "step",
    [
        lambda table: table.update(fail_on_two),
        lambda table: table.update(fail_on_two, where("n") >= 0),
        lambda table: table.update(fail_on_two, doc_ids=[row.doc_id for row in table.all()]),
        lambda table: table.update_multiple([(fail_on_two, where("n") >= 0)]),
        lambda table: table.upsert({"n": 5}, lambda row: 1 // (row["n"] - 1)),
        lambda table: table.remove(lambda row: 1 // (row["n"] - 1) < 0),
        lambda table: table.insert_multiple(documents_then_failure()),
        lambda table: table.update(lambda row: row["deep"]["inner"].append(1 // 0)),
    ],
)
def test_a_change_that_fails_half_way_changes_nothing(table: RowTable, step: Callable[[RowTable], Any]):
    before, changes = content(table), table.changes
    with pytest.raises(ZeroDivisionError):
        step(table)
    assert content(table) == before
    assert table.changes == changes


def test_an_id_that_is_taken_is_refused_whole(table: RowTable):
    before = content(table)
    taken = table.document_class({"n": 7}, before[0][0])
    with pytest.raises(ValueError, match="already exists"):
        table.insert_multiple([{"n": 6}, taken])
    assert content(table) == before


def test_what_is_handed_out_and_handed_in_shares_nothing_with_the_table(table: RowTable):
    before = content(table)
    for _ in range(2):
        for row in [*table.all(), *table.search(where("n") >= 0), table.get(where("n") == 1)]:
            row["deep"]["inner"].append("mine")
            row["n"] = 99
        assert content(table) == before
        assert {row["n"] for row in table.search(where("n") >= 0)} == {0, 1, 2}
    mine: dict[str, Any] = {"n": 5, "tags": ["b"]}
    (id_,) = [table.insert(mine)]
    mine["tags"].append("later")
    table.update(mine | {"tags": (shared := ["c"])}, doc_ids=[id_])
    shared.append("later")
    assert table.get(doc_id=id_) == {"n": 5, "tags": ["c"]}


def test_a_search_after_a_change_sees_it(table: RowTable):
    assert table.count(where("n") == 7) == 0
    table.update({"n": 7}, where("n") == 0)
    assert table.count(where("n") == 7) == 1
    table.put("x", {"n": 7}) if isinstance(table, KeyedTable) else table.put("9", {"n": 7})
    assert table.count(where("n") == 7) == 2
    table.drop("x" if isinstance(table, KeyedTable) else "9")
    assert table.count(where("n") == 7) == 1


def test_ids_may_be_text():
    table = KeyedTable("hazards")
    table.put("01JDEF0000000000000000HZ01", {"n": 1})
    assert table.insert(table.document_class({"n": 2}, "own")) == "own"
    made = table.insert({"n": 3})
    assert len(made) == 26
    assert table.update({"n": 4}, doc_ids=["own", "missing"]) == ["own"]
    assert [row.doc_id for row in table.all()] == ["01JDEF0000000000000000HZ01", "own", made]
    assert table.remove(where("n") == 4) == ["own"]
    assert table.get(doc_id="own") is None
