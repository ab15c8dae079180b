"""Running the installed program as other programs do: as a process, with its output and exit code."""

import json
import os
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from starting import run


@dataclass(frozen=True)
class Ran:
    """How one run ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[Any]:
        """Standard output as JSON, one value a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def object(self) -> Any:
        """Standard output as the one JSON object it must be."""
        (value,) = self.rows
        return value

    @property
    def complaint(self) -> str:
        """Standard error as the one Chinese line it must be."""
        (line,) = self.err.splitlines()
        assert any("\u4e00" <= char <= "\u9fff" for char in line), line
        assert "Traceback" not in line
        return line


def command(*arguments: str | Path) -> list[str]:
    """The program's command line."""
    return [sys.executable, "-m", "fieldlog", *map(str, arguments)]


def fieldlog(*arguments: str | Path, data: Path | None = None, given: str | bytes = "", **environ: str) -> Ran:
    """Run `fieldlog` with `given` on standard input; `data` goes in as FIELDLOG_DATA."""
    surroundings = {**os.environ, **environ}
    surroundings.pop("FIELDLOG_DATA", None)
    if data is not None:
        surroundings["FIELDLOG_DATA"] = str(data)
    content = given.encode() if isinstance(given, str) else given
    done = run(command(*arguments), content, surroundings)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


_AT = """import sys
from datetime import datetime
from fieldlog.book import book
moment = datetime.fromisoformat(sys.argv.pop(1))
class Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return moment.astimezone(tz)
book.datetime = Clock
from fieldlog.cli import main
main()
"""


def fieldlog_at(moment: str, *arguments: str | Path, data: Path, given: str = "") -> Ran:
    """Run `fieldlog` on a laptop whose clock stands at `moment`."""
    line = [sys.executable, "-c", _AT, moment, *map(str, arguments)]
    done = run(line, given.encode(), {**os.environ, "FIELDLOG_DATA": str(data)})
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def record(data: Path, *lines: dict[str, Any]) -> list[Any]:
    """Give `fieldlog record` these lines and return the acknowledgements."""
    given = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return fieldlog("record", data=data, given=given).rows


def new_unit(folder: Path) -> Path:
    """A data folder with two officers and a 大队长, made by `fieldlog init`."""
    people = ("李某甲,示例001,2098-12-31,队员", "王某乙,示例002,2098-12-31,队员", "张某丙,示例003,2098-12-31,大队长")
    options = [part for person in people for part in ("--officer", person)]
    ran = fieldlog("init", "--unit", "houye", "--unit-name", "后叶镇综合行政执法大队", *options, data=folder)
    assert ran.code == 0, ran.err
    return folder


@cache
def _built() -> tuple[Path, Path]:
    """A sample township and a small unit, built once in this process and only ever copied."""
    from atexit import register

    from fieldlog.demo import build_demo
    from fieldlog.library import load_library

    folder = Path(mkdtemp(prefix="fieldlog-tests-"))
    register(shutil.rmtree, folder, ignore_errors=True)
    build_demo(folder / "demo", load_library())
    return folder / "demo", new_unit(folder / "unit")


def demo_copy(folder: Path) -> Path:
    """The sample township in a folder of its own."""
    return Path(shutil.copytree(_built()[0], folder))


def unit_copy(folder: Path) -> Path:
    """A small unit in a folder of its own."""
    return Path(shutil.copytree(_built()[1], folder))
