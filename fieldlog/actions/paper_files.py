"""Where papers that were given out lie as files, and sending one to the printer."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from fieldlog.actions.papers import Given
from fieldlog.book.book import Book
from fieldlog.book.durable import durable_folder, replace_file
from fieldlog.domain.errors import EnvironmentFault, os_words

_UNUSABLE: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
"""What Windows takes in no file name."""


def folder_of(book: Book) -> Path:
    """The folder `printed` in the data folder, where every paper lies that was given out on this laptop."""
    return book.folder / "printed"


def write_paper(book: Book, given: Given) -> Path:
    """Write the Word file under its title, number and version.

    Raises:
        EnvironmentFault: the disk refused, or Word has the file open.
    """
    body = given.version.body
    copy = f" 重印{given.copy_no}" if given.copy_no else ""
    name = _UNUSABLE.sub("", f"{body.paper} {body.title} {body.number} 第{body.version}版{copy}".replace("  ", " "))
    return write_file(folder_of(book) / given.doc[-8:], f"{name}.docx", given.content)


def write_file(folder: Path, name: str, content: bytes) -> Path:
    """Write a file whole, or not at all; raises as `write_paper`."""
    place = folder / name
    try:
        durable_folder(folder)
        replace_file(place, content)
    except OSError as error:
        raise EnvironmentFault(f"写不了 {place}：{os_words(error)}；如果正用 Word 打开着，请先关上") from error
    return place


def send_to_printer(place: Path) -> None:
    """Hand the Word file to the system's printer.

    Raises:
        EnvironmentFault: there is no printer, or nothing that prints Word files.
    """
    if sys.platform == "win32":
        import os  # noqa: PLC0415

        try:
            os.startfile(place, "print")  # noqa: S606 - a file this program wrote
        except OSError as error:
            raise EnvironmentFault(f"打不出来：{os_words(error)}；请打开文件再打印") from error
        return
    printer = shutil.which("lp")
    if printer is None:
        raise EnvironmentFault("这台电脑没有装打印服务，请打开文件再打印，或拷到别的电脑打印")
    from fieldlog.papers.pdf import to_pdf  # noqa: PLC0415

    try:
        pdf = to_pdf(place.read_bytes())
        done = subprocess.run([printer, "-"], input=pdf, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFault("打不出来，请打开文件再打印") from error
    if done.returncode:
        raise EnvironmentFault("打印机没有接上，或没有设默认打印机；请打开文件再打印")
