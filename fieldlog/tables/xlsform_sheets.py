"""The sheets of an XLSForm as rows: survey, choices, settings; columns by their names and languages."""

import re
from dataclasses import dataclass, field
from typing import Final

from fieldlog.sheets.grid import Grid
from fieldlog.sheets.text import text_of

_ALIASES: Final = {
    "caption": "label", "relevance": "relevant", "command": "type", "value": "name", "list name": "list_name", "list": "list_name",
    "constraint message": "constraint_message", "依据": "basis", "处罚依据": "penalty", "单位": "unit", "分值": "points",
}  # fmt: skip
MOST_ROWS: Final = 5000
_CHINESE: Final = re.compile(r"中文|简体|汉语|chinese|\(zh|zh[-_)]|^zh$|^cn$", re.IGNORECASE)
_TRANSLATED: Final = ("label", "hint", "constraint_message", "required_message", "guidance_hint")


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row, by column name."""

    row: int
    """From 0."""
    values: dict[str, str]

    def get(self, name: str) -> str:
        """The cell under that column, or nothing."""
        return self.values.get(name, "")


@dataclass(slots=True)
class Form:
    """The sheets that matter."""

    survey: Grid
    rows: list[FormRow]
    columns: dict[str, int]
    choices: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """List name to choice name to label."""
    settings: dict[str, str] = field(default_factory=dict[str, str])


def form_of(grids: tuple[Grid, ...]) -> Form | None:
    """The form, or None where the workbook is none: a sheet `survey` with the columns type and name."""
    sheets = {grid.sheet.strip().lower(): grid for grid in grids}
    survey = sheets.get("survey")
    if survey is None:
        return None
    columns, rows = _table(survey)
    if not {"type", "name"} <= columns.keys():
        return None
    form = Form(survey, rows, columns)
    if "choices" in sheets:
        for row in _table(sheets["choices"])[1]:
            form.choices.setdefault(row.get("list_name"), {})[row.get("name")] = row.get("label") or row.get("name")
    if "settings" in sheets:
        for row in _table(sheets["settings"])[1][:1]:
            form.settings = row.values
    return form


def _table(grid: Grid) -> tuple[dict[str, int], list[FormRow]]:
    header = next((row for row in range(min(len(grid.rows), 10)) if any(True for _ in grid.own(row))), None)
    if header is None:
        return {}, []
    columns: dict[str, tuple[int, int]] = {}
    for column, cell in grid.own(header):
        name, rank = _named(text_of(cell))
        if name not in columns or rank < columns[name][0]:
            columns[name] = (rank, column)
    others: dict[str, list[int]] = {}
    for column, cell in grid.own(header):
        others.setdefault(_named(text_of(cell))[0], []).append(column)
    rows: list[FormRow] = []
    for row in range(header + 1, min(len(grid.rows), header + MOST_ROWS)):
        values: dict[str, str] = {}
        for name, (_rank, column) in columns.items():
            order = [column, *(each for each in others[name] if each != column)]
            text = next((text for each in order if (text := text_of(grid.at(row, each)))), "")
            if text:
                values[name] = text
        if values:
            rows.append(FormRow(row, values))
    return {name: column for name, (_rank, column) in columns.items()}, rows


def _named(heading: str) -> tuple[str, int]:
    """The column's name, and how soon it is read among the languages: Chinese, then none told, then others."""
    plain = heading.strip()
    base, _, language = re.sub(r"\s*::\s*", "::", plain).partition("::")
    if not language and ":" in plain and plain.partition(":")[0].strip().lower() in _TRANSLATED:
        base, _, language = plain.partition(":")
    key = re.sub(r"\s+", " ", base.strip().lower())
    key = _ALIASES.get(key, key.replace(" ", "_"))
    if not language:
        return key, 1
    return key, 0 if _CHINESE.search(language) else 2
