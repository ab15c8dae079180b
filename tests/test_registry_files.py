"""Files as they come: encodings, separators, other things with a table's name; each unfit one gets one line."""

import csv
import io
import subprocess
import sys
import zipfile

import pytest
from openpyxl import Workbook
from registers import CODE_A, CODE_B, workbook

from fieldlog.registry import RegisterUnreadable, read_register

HEADER = ["单位名称", "统一社会信用代码", "地址", "电话"]
SHOPS = [["甲超市", CODE_A, "正街社区1号", "13000000001"], ["乙超市", CODE_B, "石板村2号", "13000000002"]]


def as_text(separator: str = ",", ending: str = "\r\n") -> str:
    return "".join(separator.join(row) + ending for row in [HEADER, *SHOPS])


def names(path):
    return [row.name for row in read_register(path).premises]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_encoding_an_office_saves(tmp_path, encoding):
    path = tmp_path / "食品.csv"
    path.write_bytes(as_text().encode(encoding))

    register = read_register(path)

    assert [row.name for row in register.premises] == ["甲超市", "乙超市"]
    assert register.premises[0].sheet == "食品"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_ending(tmp_path, separator, ending):
    path = tmp_path / "r.csv"
    path.write_bytes(as_text(separator, ending).encode("gbk"))

    assert names(path) == ["甲超市", "乙超市"]


def test_rare_characters_outside_gbk(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes(as_text().replace("甲超市", "𠮷䶮超市").encode("gb18030"))

    assert names(path) == ["𠮷䶮超市", "乙超市"]


def test_commas_inside_semicolons_and_the_hint_line_of_excel(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("sep=;\n" + as_text(";").replace("13000000001", "13000000001,13000000003"), encoding="utf-8")

    rows = read_register(path).premises

    assert [row.phone for row in rows] == ["13000000001、13000000003", "13000000002"]
    assert [row.row for row in rows] == [3, 4]


def test_line_breaks_inside_quoted_cells(tmp_path):
    text = io.StringIO()
    csv.writer(text).writerows([["单位\n名称", *HEADER[1:]], ["甲超市\n（正街店）", *SHOPS[0][1:]], SHOPS[1]])
    path = tmp_path / "r.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")

    assert names(path) == ["甲超市（正街店）", "乙超市"]


@pytest.mark.parametrize("name", ['"老街"小吃', '"老街小吃', '老街"小吃', '"老街""'])
def test_a_stray_quotation_mark_swallows_no_rows(tmp_path, name):
    path = tmp_path / "r.csv"
    path.write_text(as_text().replace("甲超市", name), encoding="utf-8", newline="")

    rows = read_register(path).premises

    assert [row.uscc for row in rows] == [CODE_A, CODE_B]
    assert "老街" in rows[0].name


def test_two_stray_quotation_marks_swallow_no_rows(tmp_path):
    path = tmp_path / "r.csv"
    text = '单位名称,地址,电话\n甲店,"1号,1\n乙店,2号,2\n丙店,3号,3\n丁店,"4号,4\n'
    path.write_text(text, encoding="utf-8")

    assert names(path) == ["甲店", "乙店", "丙店", "丁店"]


@pytest.mark.parametrize("name", ["台账.csv", "台账.xls", "台账.xlsx", "台账", "台账.txt"])
def test_the_content_tells_what_a_file_is_not_its_name(tmp_path, name):
    text, book = tmp_path / name, tmp_path / ("b" + name)
    text.write_bytes(as_text("\t").encode("gbk"))
    workbook(tmp_path / "x.xlsx", {"食品": [HEADER, *SHOPS]}).rename(book)

    assert names(text) == names(book) == ["甲超市", "乙超市"]


def zip_of(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("空.xlsx", b"", "是空文件"),
        ("空.csv", b"\xef\xbb\xbf \r\n".lstrip(b"\xef\xbb\xbf"), "是空文件"),
        ("零.xlsx", b"\0" * 4096, "是空文件"),
        ("坏.xlsx", b"PK\x03\x04" + b"x" * 500, "已损坏"),
        ("坏.xls", OLE + b"\0" * 504 + b"x" * 5000, "已损坏"),
        ("密码.xlsx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "设有密码"),
        ("文档.xls", OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le") + b"\0" * 600, "是 Word 文档"),
        ("文档.xlsx", zip_of(word__document_xml=b"<w/>"), "是 Word 文档"),
        ("包.xlsx", zip_of(readme_txt=b"x"), "是压缩包"),
        ("表.ods", zip_of(content_xml=b"<x/>"), "表格格式不支持"),
        ("网页.xls", b"<html><table><tr><td>x</td></tr></table></html>", "网页格式"),
        ("图.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "不是表格"),
        ("图.xlsx", b"\xff\xd8\xff\xe0" + bytes(range(256)), "不是表格"),
        ("文.csv", b"%PDF-1.7\n%\xe2\xe3", "不是表格"),
        ("控.csv", "单位名称,地址\n甲\x01店,x\n".encode(), "不是表格"),
        ("乱.csv", "单位名称,地址\n甲店,x\n乙店".encode("gbk") + b"\xff\xff\n", "第 3 行附近的文字编码认不出来"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",  # a zip's bytes hold the time
)
def test_what_is_no_table_gets_one_line(tmp_path, name, data, why):
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(RegisterUnreadable, match=why) as refused:
        read_register(path)

    assert name in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 2


def test_folders_and_missing_files(tmp_path):
    with pytest.raises(RegisterUnreadable, match="是文件夹"):
        read_register(tmp_path)
    with pytest.raises(RegisterUnreadable, match="找不到文件"):
        read_register(tmp_path / "没有.xlsx")
    with pytest.raises(RegisterUnreadable):
        read_register(tmp_path / "\0.xlsx")


def test_a_workbook_cut_short_is_refused(tmp_path):
    whole = workbook(tmp_path / "r.xlsx", {"食品": [HEADER, *SHOPS]}).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(RegisterUnreadable, match="已损坏"):
        read_register(path)


def test_a_stray_cell_at_the_far_end_does_not_exhaust_memory(tmp_path):
    book = Workbook()
    assert book.active is not None
    for row in [HEADER, *SHOPS]:
        book.active.append(row)
    book.active.cell(1_048_576, 16_384, "x")
    path = tmp_path / "far.xlsx"
    book.save(path)

    with pytest.raises(RegisterUnreadable, match="第 1048576 行第 16384 列"):
        read_register(path)


@pytest.mark.parametrize("place", [b'r="A4294967295"', b"r='a99999999'", b'r = "ZZZZZ1"'])
def test_a_cell_outside_any_sheet_is_refused(tmp_path, place):
    path = workbook(tmp_path / "r.xlsx", {"食品": [HEADER, *SHOPS]})
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b'r="A2"', place))
    path.write_bytes(packed.getvalue())

    with pytest.raises(RegisterUnreadable, match="远处有误填的单元格"):
        read_register(path)


def test_a_workbook_of_charts_and_empty_sheets(tmp_path):
    book = Workbook()
    book.create_chartsheet("图")
    path = tmp_path / "r.xlsx"
    book.save(path)

    register = read_register(path)

    assert register.kind == "empty"
    assert [sheet.state for sheet in register.sheets] == ["empty"]


def test_formulas_give_the_value_that_was_saved_with_them(tmp_path):
    path = workbook(tmp_path / "r.xlsx", {"食品": [HEADER, ["甲超市", None, "正街社区", None]]})
    cached = b'<c r="D2"><f>13000000000+1</f><v>13000000001</v></c></row>'
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part.endswith("sheet1.xml"):
                content = b"".join([*content.rsplit(b"</row>", 1)[:1], cached, content.rsplit(b"</row>", 1)[1]])
            new.writestr(part, content)
    path.write_bytes(packed.getvalue())

    assert read_register(path).premises[0].phone == "13000000001"


def test_naming_the_registry_loads_no_reader():
    probe = "import fieldlog.registry, sys; print(*{'python_calamine', 'xlrd', 'stdnum', 'ssl'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert not done.stdout.strip()
