"""The statements that make the hub's tables in PostgreSQL, and those that spread them over the nodes of Citus."""

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from fieldlog.office.tables import BY_UNIT, EVERYWHERE, metadata


def create_statements() -> list[str]:
    """What the first start of a hub makes, for whoever wants to read it; the hub needs no help."""
    dialect = postgresql.dialect()
    made = [CreateTable(table) for table in metadata.sorted_tables]
    made += [CreateIndex(index) for table in metadata.sorted_tables for index in sorted(table.indexes, key=str)]
    return [f"{str(statement.compile(dialect=dialect)).strip()};" for statement in made]


def citus_statements() -> list[str]:
    """What to run once, as the database's owner, after the hub has made its tables and before it serves."""
    first, *others = (table.name for table in BY_UNIT)
    return [
        "CREATE EXTENSION IF NOT EXISTS citus;",
        *(f"SELECT create_reference_table('{table.name}');" for table in EVERYWHERE),
        f"SELECT create_distributed_table('{first}', 'unit');",
        *(f"SELECT create_distributed_table('{name}', 'unit', colocate_with => '{first}');" for name in others),
    ]
