"""Whether a county's own template of a paper can be filled in."""

from collections.abc import Iterator
from difflib import get_close_matches
from io import BytesIO
from typing import Any

from fieldlog.domain.errors import FoundWrong
from fieldlog.papers.layout import Layout, placeholders, sample_values
from fieldlog.papers.rendering import MARK, PROOF, render


def lint(template: bytes, paper: Layout) -> list[str]:
    """What is wrong with the template, a line each; empty where it can be used."""
    problems = list(_names(template, paper))
    if problems:
        return problems
    full = sample_values(paper)
    for values in (full, _emptied(full)):
        try:
            render(template, values, b"")
        except FoundWrong as error:
            return [str(error)]
    return []


def _names(template: bytes, paper: Layout) -> Iterator[str]:
    """Names at the top that there is nothing for, and those that must stand in every paper and do not."""
    from docxtpl import DocxTemplate  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
    from jinja2 import TemplateError  # noqa: PLC0415

    try:
        used: set[str] = DocxTemplate(BytesIO(template)).get_undeclared_template_variables()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    except TemplateError as error:
        yield f"占位符写法不对：{error}"
        return
    except Exception:  # noqa: BLE001 - whatever a broken file makes of the libraries beneath
        yield "这不是 Word 的 .docx 文件，或已损坏，请重新另存为 .docx"
        return
    known = {*sample_values(paper), MARK}
    for name in sorted(used - known):
        near = get_close_matches(name, known, 1)
        hint = f"，是不是 {near[0]}" if near else ""
        yield f"没有“{name}”这个占位符{hint}；运行 fieldlog papers fields {paper.id} 看有哪些"
    for name in (MARK, PROOF):
        if name not in used:
            yield f"缺 {{{{ {name} }}}}：每份文书都要印核对码，请放在正文末尾"


def _emptied(value: Any) -> Any:  # noqa: ANN401 - values of any shape
    """The same names with nothing in them, as a record without a witness or without photos gives."""
    if isinstance(value, dict):
        return {name: _emptied(each) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return [] if isinstance(value, list) else ""


def names_of(paper: Layout) -> list[tuple[str, str, str]]:
    """Name, meaning and sample of every placeholder, for whoever writes a template."""
    rows = [(each.name, each.what, each.sample) for each in placeholders(paper)]
    return [*rows, (MARK, "核对码（二维码），必须有", "")]
