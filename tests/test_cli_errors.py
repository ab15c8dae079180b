"""What bad input gets: one Chinese line, the right exit code, no traceback, nothing lost."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from command import command, demo_copy, fieldlog, unit_copy

HEAVY = {"textual", "fastapi", "sqlalchemy", "uvicorn", "httpx", "openpyxl", "cryptography", "pypinyin"}


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return unit_copy(tmp_path / "unit")


def loaded_by(statement: str) -> set[str]:
    """Names of the heavy libraries that the statement leaves loaded."""
    probe = f"{statement}\nimport sys\nprint(*{HEAVY!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")[-2].split())


def test_start_up_loads_no_heavy_library():
    assert loaded_by("import fieldlog.cli, fieldlog.cli.root") == set()


def test_a_list_loads_no_heavy_library(unit):
    assert loaded_by(f"from fieldlog.cli.root import run; run(['hazards', '--data', {str(unit)!r}])") == set()


def test_the_first_screen_of_a_whole_checkpoint_loads_no_model():
    """pydantic and the models of entries are a third of what a start would cost."""
    statement = (
        "import fieldlog.tui.app, fieldlog.book.book, fieldlog.tui.desk, fieldlog.tui.screens.today\n"
        "import sys; assert not {'pydantic', 'ulid', 'fieldlog.domain.entries'} & set(sys.modules)"
    )
    assert loaded_by(statement) == {"textual"}


def test_record_loads_no_screen_and_no_hub(unit):
    loaded = loaded_by(
        "import io, sys\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b'{}'))\n"
        f"from fieldlog.cli.root import run; run(['record', '--data', {str(unit)!r}])"
    )
    assert not loaded & {"textual", "fastapi", "sqlalchemy", "httpx", "openpyxl"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bogus"], "bogus"),
        (["hazards", "--bogus"], "--bogus"),
        (["hazards", "more"], "more"),
        (["hazards", "--since", "昨天"], "昨天"),
        (["hazards", "--level", "特大"], "一般、重大"),
        (["registry"], "做什么"),
        (["office", "serve", "--port", "99999"], "不大于 65535"),
        (["registry", "import"], "文件"),
        (["demo", "--scale", "0"], "--scale"),
        (["init", "--officer", ",,", "--unit", "a", "--unit-name", "b"], "姓名"),
        (["init", "--unit", "后叶", "--unit-name", "后叶镇"], "小写字母"),
        (["init", "--unit", "houye", "--unit-name", "后叶镇", "--device", "com1"], "Windows 保留"),
        (["init", "--unit", "nul", "--unit-name", "后叶镇"], "Windows 保留"),
        (["sync", "ftp://office"], "ftp://office"),
    ],
)
def test_wrong_use_is_exit_2_and_says_what(arguments, said, unit, tmp_path):
    data = tmp_path / "fresh" if arguments[0] == "init" else unit
    ran = fieldlog(*arguments, data=data)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.complaint


@pytest.mark.parametrize(
    "arguments",
    [["premises"], ["hazards", "--json"], ["record"], ["rebuild"], ["export"], ["sync", "http://127.0.0.1:9"]],
)
def test_a_folder_without_data_says_how_to_begin_and_stays_as_it_is(arguments, tmp_path):
    ran = fieldlog(*arguments, data=tmp_path / "nothing")
    assert ran.code == 1
    assert "fieldlog init" in ran.complaint
    assert not (tmp_path / "nothing").exists()


def test_a_home_folder_of_nobody_is_a_folder_that_is_not_there(unit):
    ran = fieldlog("premises", "--data", "~nobody-of-that-name/data")
    assert ran.code == 1
    assert "fieldlog init" in ran.complaint
    ran = fieldlog("sync", "~nobody-of-that-name/stick", data=unit)
    assert ran.code == 3
    assert "U 盘" in ran.complaint


def test_init_without_a_terminal_names_the_missing_option(tmp_path):
    ran = fieldlog("init", data=tmp_path / "new")
    assert ran.code == 2
    assert "--unit" in ran.complaint
    assert not (tmp_path / "new").exists()


def test_import_without_data_creates_nothing(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("单位名称,地址\n某某店,正街1号\n", encoding="utf-8")
    ran = fieldlog("registry", "import", file, data=tmp_path / "nothing")
    assert ran.code == 1
    assert "fieldlog init" in ran.complaint
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("name", "content"), [("a.xlsx", b"PK\x03\x04broken"), ("b.csv", b""), ("c.pdf", b"%PDF-1.7 x")]
)
def test_a_file_that_is_no_register_is_refused_in_one_line(name, content, unit, tmp_path):
    file = tmp_path / name
    file.write_bytes(content)
    ran = fieldlog("registry", "import", file, data=unit)
    assert ran.code == 2
    assert name in ran.complaint


def test_a_register_without_a_header_is_exit_1(unit, tmp_path):
    file = tmp_path / "甲.csv"
    file.write_text("一,二\n三,四\n", encoding="utf-8")
    ran = fieldlog("registry", "import", file, "--json", data=unit)
    assert (ran.code, ran.object["added"]) == (1, 0)
    assert ran.object["problems"]


def test_an_unknown_checklist_is_exit_1_and_names_the_known_ones():
    ran = fieldlog("checklist", "show", "meiyou")
    assert ran.code == 1
    assert "xiaofang" in ran.complaint


def test_a_damaged_device_file_is_named(unit):
    (unit / "device.toml").write_text("id = ", encoding="utf-8")
    ran = fieldlog("premises", data=unit)
    assert ran.code == 3
    assert "device.toml" in ran.complaint


def test_a_damaged_log_is_named_by_file_and_line_and_left_alone(unit):
    (log,) = unit.glob("log/houye-01/*.jsonl")
    content = log.read_bytes().replace("李某甲".encode(), "李某乙".encode(), 1)
    log.write_bytes(content)
    listed = fieldlog("officers", "--json", data=unit)
    assert listed.code == 0
    assert f"{log.name} 第 2 行" in listed.complaint
    written = fieldlog("record", data=unit, given='{"do": "undo", "doc": "x"}\n')
    assert (written.code, written.out) == (1, "")
    assert "办公室" in written.complaint
    exported = fieldlog("export", data=unit)
    assert exported.code == 1
    assert len(exported.out.splitlines()) == 1
    assert log.read_bytes() == content


def test_a_newer_format_is_named_and_nothing_is_cut(unit):
    (log,) = unit.glob("log/houye-01/*.jsonl")
    lines = log.read_bytes().splitlines()
    newer = json.loads(lines[-1]) | {"v": 2}
    content = b"\n".join([*lines[:-1], json.dumps(newer, ensure_ascii=False).encode(), b""])
    log.write_bytes(content)
    ran = fieldlog("officers", data=unit)
    assert "升级" in ran.err
    ran = fieldlog("record", data=unit, given="{}\n")
    assert (ran.code, ran.out) == (3, "")
    assert "升级" in ran.complaint
    assert "损坏" not in ran.complaint
    assert log.read_bytes() == content


def test_a_torn_last_line_is_cut_off_and_told(unit):
    (log,) = unit.glob("log/houye-01/*.jsonl")
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"at":"2026-11-2')
    ran = fieldlog("rebuild", data=unit)
    assert ran.code == 0
    assert "断电" in ran.err
    assert log.read_bytes() == whole


def test_two_programs_on_one_folder(unit):
    """The second one may look, may not write, and says so."""
    with subprocess.Popen(
        command("record", "--data", unit), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        first.stdin.write(b"{}\n")
        first.stdin.flush()
        first.stdout.readline()  # it answers, so it has the lock
        second = fieldlog("record", data=unit, given="{}\n")
        assert (second.code, second.out) == (3, "")
        assert "另一个 fieldlog" in second.complaint
        assert fieldlog("rebuild", data=unit).code == 3
        assert len(fieldlog("officers", "--json", data=unit).rows) == 3
        first.stdin.close()
        first.wait()


def test_the_screen_needs_a_terminal(unit):
    ran = fieldlog(data=unit)
    assert ran.code == 3
    assert "终端" in ran.complaint


def test_the_demo_keeps_out_of_real_data(unit):
    before = sorted(path.name for path in unit.iterdir())
    ran = fieldlog("demo", "--headless", data=unit)
    assert ran.code == 2
    assert "--data" in ran.complaint
    assert sorted(path.name for path in unit.iterdir()) == before


def test_the_demo_of_another_scale_is_refused(tmp_path):
    ran = fieldlog("demo", "--headless", "--scale", "2", data=demo_copy(tmp_path / "demo"))
    assert ran.code == 2
    assert "1 倍" in ran.complaint


def test_export_to_a_folder_that_is_not_there(unit, tmp_path):
    ran = fieldlog("export", "--output", tmp_path / "no" / "a.jsonl", data=unit)
    assert ran.code == 3
    assert "没有" in ran.complaint


def test_a_port_in_use_is_named(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = fieldlog("office", "serve", "--port", str(port), data=tmp_path / "office")
    assert ran.code == 3
    assert str(port) in ran.complaint


def test_a_hub_that_is_not_there(unit):
    ran = fieldlog("sync", "http://127.0.0.1:9", "--enrol", "ABCD-EFGH", data=unit)
    assert ran.code == 3
    assert "127.0.0.1:9" in ran.complaint


def test_an_unexpected_failure_is_one_line_and_a_file(unit, tmp_path):
    breaking = "import fieldlog.cli.lists as lists\nlists.say_table = None\n"
    probe = f"{breaking}from fieldlog.cli.root import run\nraise SystemExit(run(['officers', '--data', {str(unit)!r}]))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    (crash,) = unit.glob("crash*.txt")
    assert crash.name in line
    assert "Traceback" in crash.read_text(encoding="utf-8")
    debug = probe.replace("'officers',", "'officers', '--debug',")
    told = subprocess.run([sys.executable, "-c", debug], capture_output=True, text=True, encoding="utf-8", check=False)
    assert "Traceback" in told.stderr


def test_a_crash_file_is_its_owners_and_follows_no_link(unit, tmp_path, monkeypatch):
    from fieldlog.cli import root
    from fieldlog.cli.settings import Settings

    class Noon(datetime):
        @classmethod
        def now(cls, tz=None) -> datetime:
            return datetime(2026, 11, 24, 12, tzinfo=tz)

    monkeypatch.setattr(root, "datetime", Noon)
    monkeypatch.setattr(root.tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / "another").write_text("another's", encoding="utf-8")
    (unit / "crash-20261124-120000.txt").symlink_to(tmp_path / "another")
    written = root._crash_file(Settings(data=unit))
    assert written == tmp_path / "crash-20261124-120000.txt"
    assert (tmp_path / "another").read_text(encoding="utf-8") == "another's"
    assert sys.platform == "win32" or written.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("app", "code"), [(0, 0), (1, 3)])
def test_screens_that_end_in_an_error_are_told_to_the_shell(unit, monkeypatch, app, code):
    import gc

    from fieldlog.cli.root import run
    from fieldlog.tui import app as screens

    monkeypatch.setattr(screens, "run_app", lambda *_given, **_named: app)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(["--data", str(unit)]) == code
    gc.enable()


def test_a_reader_that_stops_reading_is_no_error(tmp_path):
    data = demo_copy(tmp_path / "demo")
    with subprocess.Popen(command("export", "--data", data), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_output_survives_a_pipe_that_lacks_the_characters(unit):
    ran = fieldlog("officers", data=unit, PYTHONIOENCODING="ascii")
    assert ran.code == 0


def test_what_lies_on_a_stick_gives_the_terminal_no_orders(unit, tmp_path):
    from fieldlog.sync.exchange import write_pack

    device = tmp_path / "fieldlog" / "houye" / "houye-66"
    device.mkdir(parents=True)
    (device / "a.flpack").write_bytes(write_pack([b'{"log":"\\u001b]0;owned\\u0007","seq":1}']))
    ran = fieldlog("sync", tmp_path, data=unit)
    assert ran.code == 1
    assert "没有加密" in ran.err.splitlines()[0]
    assert "owned" in ran.err.splitlines()[1]
    assert not {"\x1b", "\x07"} & set(ran.out + ran.err)
