"""What `fieldlog doctor` says of a hub's SQLite file: whether it reads, and whether it was ever set back."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path


def look(file: Path) -> tuple[bool, str]:
    """Whether all is well, and what was found, in a line; nothing is written."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (logs, entries) = database.execute("SELECT count(*), coalesce(sum(seq), 0) FROM logs").fetchone()
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            told = f"{logs} 份日志 {entries} 条"
            if "setbacks" in tables:
                told += "".join(map(_setback, database.execute(_SETBACKS).fetchall()))
            return True, told
    except sqlite3.Error as error:
        return False, f"{file} 读不出来（{error}）：请停下服务，用 fieldlog office restore 从备份恢复"


_SETBACKS = (
    "SELECT s.log, s.had, s.held, s.noticed_at, coalesce(l.seq, 0) FROM setbacks s"
    " LEFT JOIN logs l ON l.unit = s.unit AND l.log = s.log ORDER BY s.log"
)


def _setback(row: tuple[str, int, int, int, int]) -> str:
    log, had, held, noticed_at, now = row
    day = datetime.fromtimestamp(noticed_at / 1000).astimezone()
    state = "已补齐" if now >= had else f"还缺 {had - now} 条"
    return f"；{day:%m-%d %H:%M} 发现数据退回过（恢复了较早的备份）：{log} 曾收到第 {had} 条，只剩第 {held} 条，{state}"
