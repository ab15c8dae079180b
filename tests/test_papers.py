"""Papers: given out from what was recorded, opened again by another library, checked by their code."""

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from command import fieldlog
from docx import Document
from township import FixedClock, device, new_township

from fieldlog.actions import papers
from fieldlog.book.book import Book
from fieldlog.book.device import sign
from fieldlog.domain.errors import FoundWrong
from fieldlog.domain.paper import Version
from fieldlog.domain.paper_bodies import PaperPrinted
from fieldlog.papers.building import build
from fieldlog.papers.layout import Layout, layout, layouts, sample_values
from fieldlog.papers.lint import lint
from fieldlog.papers.marks import Mark, mark_png, mark_text, read_mark
from fieldlog.papers.rendering import render
from fieldlog.sync.folder import sync_folder


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample township after its day."""
    data = tmp_path_factory.mktemp("papers") / "data"
    assert fieldlog("demo", "--headless", data=data).code == 0
    return data


@pytest.fixture
def data(township: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(township, tmp_path / "data"))


@pytest.fixture
def visit(data: Path) -> str:
    """A visit with a hazard that is open still, none of whose hazards is overdue."""
    rows = fieldlog("hazards", "--open", "--json", data=data).rows
    late = {row["inspection"] for row in rows if row["overdue"]}
    return next(row["inspection"] for row in rows if row["inspection"] and row["inspection"] not in late)


def words(docx: bytes) -> str:
    """All the text of a Word file's body, tables with it."""
    document = Document(BytesIO(docx))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def code_in(docx: bytes) -> str:
    """The code in it, read by another library than the one that drew it."""
    import zxingcpp
    from PIL import Image

    with zipfile.ZipFile(BytesIO(docx)) as parts:
        (picture,) = [name for name in parts.namelist() if name.startswith("word/media/")]
        (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(parts.read(picture))))
    return code.text


@pytest.mark.parametrize("paper", layouts().values(), ids=lambda paper: paper.id)
def test_every_shipped_template_can_be_filled_in(paper: Layout) -> None:
    template = build(paper)
    assert lint(template, paper) == []
    text = words(render(template, sample_values(paper), b""))
    assert paper.title in text
    assert "{{" not in text
    assert "{%" not in text


def shape(value: Any) -> Any:
    """Names without what stands in them; of a list its first row."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__


def lacking(offered: Any, documented: Any, at: str = "") -> Iterator[str]:
    """Documented names that the record does not give; an empty list may hold any rows."""
    if isinstance(documented, dict):
        for name, each in documented.items():
            if name not in offered:
                yield f"{at}{name}"
            else:
                yield from lacking(offered[name], each, f"{at}{name}.")
    elif isinstance(documented, list) and isinstance(offered, list) and offered and documented:
        yield from lacking(offered[0], documented[0], f"{at}[]")


@pytest.mark.parametrize("paper", layouts().values(), ids=lambda paper: paper.id)
def test_the_record_gives_every_documented_placeholder(paper: Layout, township: Path) -> None:
    typed = {name: each.sample for name, each in paper.typed.items()}
    with Book.look(township) as book:
        for family in paper.of:
            table = next((table for table, each in papers.TABLES.items() if each == family), None)
            rows = list(book.rows(table)) if table else []
            if not rows:
                continue
            values = papers.values_of(book, paper, rows[0]["id"], typed)
            given = values | {"number": "", "date": "", "edition": "", "proof": ""}
            assert list(lacking(shape(given), shape(sample_values(paper)))) == []


def test_an_order_says_what_was_found_and_is_reprinted_in_the_same_words(
    data: Path, visit: str, tmp_path: Path
) -> None:
    out = tmp_path / "order.docx"
    first = fieldlog("papers", "print", "D9", "--of", visit, "--number", "后叶责改〔2026〕1号", "--out", out, "--json", data=data)  # fmt: skip
    assert first.code == 0, first.err
    text = words(out.read_bytes())
    (hazard,) = [row for row in fieldlog("hazards", "--open", "--json", data=data).rows if row["inspection"] == visit][
        :1
    ]
    assert hazard["text"] in text
    assert "后叶责改〔2026〕1号" in text
    again = fieldlog("papers", "print", "D9", "--of", visit, "--out", out, "--json", data=data)
    assert (again.object["copy"], again.object["version"]) == (1, 1)
    assert again.object["hash"] == first.object["hash"]
    header = Document(out).sections[0].header.paragraphs[0].text
    assert header == "第1次重印"


def test_what_changed_since_makes_a_new_version_with_the_same_number(data: Path, visit: str, tmp_path: Path) -> None:
    out = tmp_path / "order.docx"
    number = "后叶责改〔2026〕1号"
    fieldlog("papers", "print", "D9", "--of", visit, "--number", number, "--out", out, data=data)
    before = code_in(out.read_bytes())
    (hazard,) = [row for row in fieldlog("hazards", "--open", "--json", data=data).rows if row["inspection"] == visit][
        :1
    ]
    edit = f'{{"do": "edit", "doc": "{hazard["doc"]}", "measure": "换一种整改要求"}}\n'
    assert '"ok":true' in fieldlog("record", data=data, given=edit).out.replace(" ", "")
    second = fieldlog("papers", "print", "D9", "--of", visit, "--out", out, "--json", data=data).object
    assert (second["version"], second["number"], second["copy"]) == (2, number, 0)
    assert "换一种整改要求" in words(out.read_bytes())
    old = fieldlog("papers", "verify", before, data=data)
    assert old.code == 1
    assert "不是最新的一版" in old.out
    new = fieldlog("papers", "verify", code_in(out.read_bytes()), data=data)
    assert new.code == 0, new.out
    assert number in new.out


def test_a_code_of_another_device_or_of_a_changed_paper_is_refused(data: Path, visit: str, tmp_path: Path) -> None:
    out = tmp_path / "record.docx"
    fieldlog("papers", "print", "D3", "--of", visit, "--out", out, data=data)
    text = code_in(out.read_bytes())
    mark = read_mark(text)
    assert mark.log == "houye-01"
    changed = text[:-20] + ("A" if text[-20] != "A" else "B") + text[-19:]
    assert "核对码" in fieldlog("papers", "verify", changed, data=data).complaint
    assert "核对码" in fieldlog("papers", "verify", "FLP1:", data=data).complaint
    stranger = tmp_path / "stranger"
    fieldlog("init", "--unit", "houye", "--device", "houye-09", "--unit-name", "后叶镇", data=stranger)
    unknown = fieldlog("papers", "verify", text, data=stranger)
    assert unknown.code == 1
    assert "本机没有" in unknown.out


def test_only_a_signature_that_was_checked_is_called_genuine(data: Path, visit: str, tmp_path: Path) -> None:
    out = tmp_path / "record.docx"
    fieldlog("papers", "print", "D3", "--of", visit, "--out", out, data=data)
    mark = read_mark(code_in(out.read_bytes()))
    forged = fieldlog("papers", "verify", mark_text(replace(mark, log="nobody-09", signature="0" * 128)), data=data)
    assert forged.code == 1
    assert "属实" not in forged.out
    assert "签名没有核对" in forged.out
    bare = replace(mark, version=7)
    signed = replace(bare, signature=sign(data, bare.log, bare.message))
    assert "没有这一版" in fieldlog("papers", "verify", mark_text(signed), data=data).complaint
    outside = mark_text(replace(mark, log="../../etc/x"))
    assert "不是文书的核对码" in fieldlog("papers", "verify", outside, data=data).complaint


def test_a_copy_that_another_laptop_prints_again_is_genuine(tmp_path: Path, clock: FixedClock) -> None:
    (stick := tmp_path / "stick").mkdir()
    township = new_township(tmp_path / "first", clock)
    second = Book.create(tmp_path / "second", device("houye-02", "01M7HWAJG0CQNYNNVSRW7HQ5M8"), now=clock)
    with township.book as book, second as other:
        doc = township.visit()
        papers.give_out(book, township.by, "D3", doc, {})
        for each in (book, other):
            sync_folder(each, stick)
        again = papers.give_out(other, township.by, "D3", doc, {})
        assert again.copy_no == 1
        for each in (other, book):
            sync_folder(each, stick)
    for folder in (book.folder, other.folder):
        told = fieldlog("papers", "verify", code_in(again.content), data=folder)
        assert told.code == 0, told.out + told.err
        assert "由 houye-01 出具，这一张由 houye-02 印，签名属实" in told.out


def test_a_version_that_was_written_again_after_a_fork_is_still_the_codes() -> None:
    def version(log: str, origin: str) -> Version:
        body = PaperPrinted(paper="D3", title="", of="x", version=1, date="2026-11-25", values={})
        return Version(body, log, 9, "b" * 64, "", "", origin)

    code = Mark("x", 1, "a" * 64, "houye-01")
    assert papers.is_meant(code, version("houye-01-k7m2", "a" * 64))
    assert not papers.is_meant(code, version("houye-02", "a" * 64))
    assert not papers.is_meant(code, version("houye-01-k7m2", ""))


def test_an_order_without_a_number_is_not_given_out(data: Path, visit: str, tmp_path: Path) -> None:
    ran = fieldlog("papers", "print", "D9", "--of", visit, "--out", tmp_path / "order.docx", data=data)
    assert ran.code == 1
    assert "文号" in ran.complaint
    assert fieldlog("papers", "list", visit, "--json", data=data).rows == []


def test_an_order_does_not_demand_anything_by_a_day_that_has_passed(data: Path, tmp_path: Path) -> None:
    late = next(row for row in fieldlog("hazards", "--overdue", "--json", data=data).rows)
    args = ("papers", "print", "D9", "--of", late["doc"], "--number", "后叶责改〔2026〕1号")
    assert late["number"] in fieldlog(*args, "--out", tmp_path / "order.docx", data=data).complaint
    assert fieldlog("papers", "list", late["doc"], "--json", data=data).rows == []
    assert fieldlog(*args, "--draft", "--out", tmp_path / "draft.docx", data=data).code == 0


def test_a_template_with_an_unknown_field_is_not_installed(data: Path, visit: str, tmp_path: Path) -> None:
    file = tmp_path / "D9.docx"
    fieldlog("papers", "template", "D9", "--out", file)
    document = Document(file)
    document.add_paragraph("{{ prty.name }}")
    document.save(str(file))
    said = fieldlog("papers", "install", file, data=data)
    assert said.code == 2
    assert "party" in said.complaint
    document.paragraphs[-1].text = "本单位自己的一句话：{{ party.name }}"
    document.save(str(file))
    assert fieldlog("papers", "install", file, data=data).code == 0
    out = tmp_path / "order.docx"
    fieldlog("papers", "print", "D9", "--of", visit, "--number", "后叶责改〔2026〕1号", "--out", out, data=data)
    assert "本单位自己的一句话" in words(out.read_bytes())


def test_a_template_without_the_code_or_with_a_broken_loop_is_found() -> None:
    paper = layout("D9")
    document = Document()
    document.add_paragraph("{{ proof }}")
    stream = BytesIO()
    document.save(stream)
    assert "mark" in lint(stream.getvalue(), paper)[0]
    document.add_paragraph("{{ mark }} {% for row in facts %}")
    stream = BytesIO()
    document.save(stream)
    assert lint(stream.getvalue(), paper)
    assert "docx" in lint(b"no file at all", paper)[0]


@pytest.mark.parametrize(
    "does", ["mark.tpl.save('{}')", "mark|attr('tpl')", "mark['tpl']", "party.items()", "range(9)"]
)
def test_a_template_does_nothing_but_name_values(does: str, tmp_path: Path) -> None:
    paper, written, stream = layout("D9"), tmp_path / "written.docx", BytesIO()
    document = Document(BytesIO(build(paper)))
    document.add_paragraph("{% if mark %}{{ " + does.replace("{}", written.as_posix()) + " }}{% endif %}")
    document.save(stream)
    with pytest.raises(FoundWrong, match="不允许"):
        render(
            stream.getvalue(),
            sample_values(paper),
            mark_png(Mark("01M7HWAJG0CQNYNNVSRW7HQ5M7", 1, "a1" * 32, "houye-01", "5c" * 64)),
        )
    assert not written.exists()


def test_long_findings_and_rare_characters_stand_in_the_paper_whole() -> None:
    paper = layout("D9")
    values = sample_values(paper)
    values["facts"] = [values["facts"][0] | {"text": "䶮𠮷" * 1000 + "<b>&\x00尾"}]
    assert "䶮𠮷" * 1000 + "<b>&尾" in words(render(build(paper), values, b""))


async def test_a_paper_is_given_out_by_keys_and_what_was_typed_survives(data: Path, visit: str) -> None:
    """The visit's page, `7`, an interview record; half of it typed, left, and gone on with."""
    from fieldlog.actions.paper_offers import given_out
    from fieldlog.tui.app import FieldlogApp
    from fieldlog.tui.screens.paper_form import PaperForm
    from fieldlog.tui.screens.papers import PapersScreen

    with Book.open(data) as book:
        app = FieldlogApp(lambda: PapersScreen(book, visit, "某店"), environ={})
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.press("down", "enter")  # after the record comes the interview
            await pilot.pause()
            assert isinstance(app.screen, PaperForm)
            await pilot.press(*"10:30", "enter", *"11:00", "escape", "escape")
            await pilot.pause()
            await pilot.press("enter")
            await pilot.pause()
            await pilot.press("down", "down", *"shop", "enter", *"Zhang")
            for _ in range(7):
                await pilot.press("tab")
            await pilot.press(*"QandA", "f10")
            await pilot.pause(0.5)
            (row,) = given_out(book, visit)
            assert row["paper"] == "D4"
            newest = papers.paper_of(book, row["id"]).newest
            assert newest is not None
            assert newest.body.values["typed"]["begun"] == "10:30"
            assert newest.body.values["typed"]["talk"] == "QandA"
            assert list((data / "printed").rglob("*.docx"))
