"""Reading one file of a law folder that somebody handed over: only what it names, nothing through links, within limits."""

import os
import stat
from pathlib import Path
from typing import Final

from fieldlog.domain.errors import os_words
from fieldlog.domain.file_problem import Problem, Unreadable

INDEX: Final = "index.json"
LARGEST_INDEX_BYTES: Final = 1024 * 1024
LARGEST_TEXT_BYTES: Final = 4 * 1024 * 1024
MOST_LAWS: Final = 1000


def read_bytes(folder: Path, name: str, most: int) -> bytes:
    """The bytes of a plain file in `folder`; `name` holds no path.

    Raises:
        Unreadable: it is missing, no plain file, too large or cannot be read.
    """
    path = folder / name
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise Unreadable(Problem(name, 1, "不是普通文件（链接或文件夹），换成文件本身"))
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise Unreadable(Problem(name, 1, f"读不出：{os_words(error)}")) from None
    if len(content) > most:
        raise Unreadable(Problem(name, 1, f"超过 {most // 1024 // 1024} MB，不像是法规文本"))
    return content


def as_text(content: bytes, name: str) -> str:
    """UTF-8 text, with or without a byte order mark, and with `\\n` for every line end.

    Raises:
        Unreadable: it is another encoding.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(Problem(name, line, "不是 UTF-8 编码（可能是 GBK），请另存为 UTF-8")) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
