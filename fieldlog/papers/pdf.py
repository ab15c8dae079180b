"""A Word file as PDF, by LibreOffice or Word where one of them is installed."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from fieldlog.domain.errors import EnvironmentFault

_SECONDS: Final = 180
_OFFICES: Final = ("soffice", "libreoffice")
_PLACES: Final = (
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/opt/libreoffice/program/soffice",
)
_WORD: Final = """
$word = New-Object -ComObject Word.Application
try {
  $paper = $word.Documents.Open($args[0], $false, $true)
  $paper.ExportAsFixedFormat($args[1], 17)
  $paper.Close($false)
} finally { $word.Quit() }
"""
"""17 is wdExportFormatPDF."""


def to_pdf(docx: bytes) -> bytes:
    """The same pages as PDF.

    Raises:
        EnvironmentFault: neither LibreOffice nor Word is there, or it did not manage.
    """
    office = _office()
    with TemporaryDirectory(prefix="fieldlog-") as name:
        folder = Path(name)
        source, target = folder / "paper.docx", folder / "paper.pdf"
        source.write_bytes(docx)
        if office is not None:
            profile = (folder / "profile").as_uri()
            _run(
                [
                    office,
                    f"-env:UserInstallation={profile}",
                    "--headless",
                    "--convert-to",
                    "pdf",
                    "--outdir",
                    name,
                    str(source),
                ]
            )
        elif sys.platform == "win32":
            script = folder / "word.ps1"
            script.write_text(_WORD, encoding="utf-8-sig")
            _run(
                [
                    "powershell",
                    "-NoProfile",
                    "-ExecutionPolicy",
                    "Bypass",
                    "-File",
                    str(script),
                    str(source),
                    str(target),
                ]
            )
        else:
            raise EnvironmentFault("这台电脑没有装 LibreOffice 或 Word，出不了 PDF：请出 .docx，用 WPS 打开打印")
        try:
            return target.read_bytes()
        except OSError as error:
            raise EnvironmentFault("没能转成 PDF：请出 .docx，用 Word 或 WPS 打开再另存") from error


def _office() -> str | None:
    found = next(filter(None, map(shutil.which, _OFFICES)), None)
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def _run(arguments: list[str]) -> None:
    try:
        subprocess.run(arguments, check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL, capture_output=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFault("没能转成 PDF：请出 .docx，用 Word 或 WPS 打开再另存") from error
