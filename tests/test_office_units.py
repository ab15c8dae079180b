"""Every statement on the tables that grow names the unit, and a real PostgreSQL finds its rows by it."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from command import fieldlog
from hubs import Chain
from sqlalchemy import Connection, Engine, UniqueConstraint, event, text

from benchmarks.postgres import Server
from fieldlog.domain.entries import parse_entry
from fieldlog.domain.roster import Listed
from fieldlog.office import tables
from fieldlog.office.attachments import Attachments
from fieldlog.office.cases import CaseDesk
from fieldlog.office.database import open_database, writing
from fieldlog.office.enrolment import Enrolment
from fieldlog.office.intake import prove
from fieldlog.office.ledger import Ledger
from fieldlog.office.tables import BY_UNIT, EVERYWHERE, metadata

SPREAD = {table.name for table in BY_UNIT}
UNITS, LOGS, ENTRIES = 60, 10, 30
_MAKERS = {"select", "update", "delete", "insert", "insert_new", "copy_rows"}
_WHOLE_DATABASE = {"move.py"}
"""What reads every unit on purpose, and never while laptops wait for it."""


def test_every_statement_on_the_tables_that_grow_names_the_unit():
    """Read from the source, so that a statement no test reaches is found too."""
    seen: set[str] = set()
    for file in sorted(Path(tables.__file__).parent.glob("*.py")):
        if file.name in _WHOLE_DATABASE:
            continue
        for function in functions(ast.parse(file.read_text(encoding="utf-8"))):
            for table in tables_in_statements(function):
                seen.add(table)
                assert names_unit(function, table), f"{file.name}: {function.name} on {table}"
    assert seen == SPREAD


def functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions and methods, not those inside them."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (part for part in node.body if isinstance(part, ast.FunctionDef))


def tables_in_statements(function: ast.FunctionDef) -> set[str]:
    """The spread tables that the function's statements are about."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    made = [call for call in calls if getattr(call.func, "id", "") in _MAKERS]
    names = (node.id for call in made for part in call.args for node in ast.walk(part) if isinstance(node, ast.Name))
    return SPREAD.intersection(names)


def names_unit(function: ast.FunctionDef, table: str) -> bool:
    """Whether the function compares `table.c.unit`, or gives the rows that it inserts a unit."""
    for node in ast.walk(function):
        match node:
            case ast.Compare(left=left, ops=[ast.Eq()]) if ast.unparse(left) == f"{table}.c.unit":
                return True
            case ast.keyword(arg="unit") | ast.Dict(keys=[ast.Constant("unit"), *_]):
                return True
            case ast.GeneratorExp(elt=ast.Tuple(elts=[ast.Name("unit"), *_])):
                return True
            case _:
                pass
    return False


def test_the_keys_of_what_is_spread_begin_with_the_unit():
    """Citus takes no unique key without the column that it spreads by."""
    assert {*BY_UNIT, *EVERYWHERE} == set(metadata.tables.values())
    for table in BY_UNIT:
        assert next(iter(table.primary_key)).name == "unit"
        for key in [*table.indexes, *(one for one in table.constraints if isinstance(one, UniqueConstraint))]:
            assert next(iter(key.columns)).name == "unit", key


def test_the_statements_for_citus_are_printed():
    ran = fieldlog("office", "schema", "--citus")
    assert ran.code == 0
    assert "SELECT create_distributed_table('entries', 'unit', colocate_with => 'logs');" in ran.out.splitlines()
    assert "SELECT create_reference_table('devices');" in ran.out.splitlines()


def test_the_statements_that_are_printed_make_the_tables(postgres: Server):
    statements = fieldlog("office", "schema").out
    engine = open_database(postgres.database())
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE SCHEMA printed; SET LOCAL search_path = printed")
        connection.exec_driver_sql(statements)
        made = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = '{}'"
        printed, own = (set(connection.exec_driver_sql(made.format(name))) for name in ("printed", "public"))
    assert printed == {column for column in own if column[0] != "alembic_version"}


@pytest.fixture
def county(postgres: Server) -> Iterator[Engine]:
    """A database with enough units in it that reading past the others would show in a plan."""
    engine = open_database(postgres.database())
    units = f"generate_series(1, {UNITS}) u"
    with writing(engine) as connection:
        for statement in (
            f"INSERT INTO logs SELECT 'unit-' || u, 'log-' || l, {ENTRIES}, repeat('a', 64), repeat('0', 16), 0"
            f" FROM {units}, generate_series(1, {LOGS}) l",
            "INSERT INTO entries SELECT 'unit-' || u, 'log-' || l, s, repeat('a', 64), repeat('b', 400)::bytea"
            f" FROM {units}, generate_series(1, {LOGS}) l, generate_series(1, {ENTRIES}) s",
            "INSERT INTO branches SELECT 'unit-' || u, 'log-' || s, s, repeat('a', 64), repeat('b', 400)::bytea, 'x', 0"
            f" FROM {units}, generate_series(1, {ENTRIES}) s",
            "INSERT INTO blobs SELECT 'unit-' || u, lpad(s::text, 64, '0'), 1, nullif(s % 5, 0)"
            f" FROM {units}, generate_series(1, 100) s",
            "INSERT INTO cases SELECT 'unit-' || u, 'log-' || s, repeat('a', 64), 'doc', 'x', repeat('b', 400)::bytea, 0"
            f" FROM {units}, generate_series(1, {ENTRIES}) s",
            "INSERT INTO devices SELECT 'unit-' || u, 'log-' || l, 'officer', repeat('a', 64),"
            f" lpad(u || '-' || l, 64, '0'), 0, NULL FROM {units}, generate_series(1, {LOGS}) l",
        ):
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    yield engine
    engine.dispose()


def test_a_real_postgresql_finds_the_rows_of_a_day_by_unit(county: Engine, tmp_path: Path):
    with explained(county) as plans:
        a_day(county, tmp_path)
    touched: set[str] = set()
    for statement, plan in plans:
        for node in nodes(plan):
            table = node.get("Relation Name")
            if table in SPREAD and node["Node Type"] != "ModifyTable":
                touched.add(table)
                assert node["Node Type"] in {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}, (statement, node)
                condition = node.get("Index Cond") or node.get("Recheck Cond") or ""
                assert "unit" in condition, (statement, node)
            assert table != "devices" or node["Node Type"] != "Seq Scan", (statement, node)
    assert touched == SPREAD


def a_day(engine: Engine, folder: Path) -> None:
    """A new log, more of it, the same again, a fork, a photo, and another device that fetches."""
    ledger, attachments, enrolment = Ledger(engine), Attachments(engine, folder), Enrolment(engine)
    photo = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    chain = Chain("unit-7").add(3).add(1, "photo.attached", {"sha256": photo, "name": "现场.jpg", "size": 3}).add(3)
    twin = chain.branch(2).add(2)
    for lines in (chain.lines[:3], chain.lines, chain.lines, twin.lines, twin.lines[3:]):
        ledger.accept("unit-7", "unit-7", prove(lines, "unit-7", lambda log: Listed(log, chain.public_key)))
    ledger.heads("unit-7")
    ledger.moved("unit-7")
    ledger.lines_after("unit-7", {"log-1": ENTRIES, "log-2": 20})
    ledger.branch("unit-7", "unit-7")
    assert photo in attachments.wanted("unit-7")
    assert attachments.append("unit-7", photo, "unit-7", b"foo", 0, 3)
    assert attachments.size("unit-7", photo) == 3
    attachments.path("unit-7", photo).unlink()
    assert attachments.size("unit-7", photo) is None
    enrolment.members("unit-7")
    enrolment.enrol(enrolment.new_code("unit-7"), "unit-7", "unit-7", chain.public_key, "")
    desk = CaseDesk(engine, folder, "unit-7")
    desk.take_case("unit-7", "doc", [parse_entry(chain.lines[1])], "x")


Plans = list[tuple[str, dict[str, Any]]]


@contextmanager
def explained(engine: Engine) -> Iterator[Plans]:
    """Every statement that finds rows, with the plan that the database makes for it just before."""
    plans: Plans = []

    def before(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and "pg_" not in statement:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
                plans.append((statement, cursor.fetchone()[0][0]["Plan"]))

    event.listen(engine, "before_cursor_execute", before)
    yield plans
    event.remove(engine, "before_cursor_execute", before)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The plan's steps."""
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)
