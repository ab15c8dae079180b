"""A checklist out of the library into a file of the office's."""

from pathlib import Path

from fieldlog.book.durable import replace_file
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.errors import EnvironmentFault, UsageError, os_words
from fieldlog.library import written


def export_xlsx(checklist: Checklist, target: Path, *, force: bool = False) -> Path:
    """Write the list as a table to print and fill in by hand; `import_tables` reads it back as it was.

    Raises:
        UsageError: the file is there already, or is named as something else.
        EnvironmentFault: it cannot be written, or openpyxl is missing.
    """
    from fieldlog.tables.export import workbook_of  # noqa: PLC0415 - openpyxl is heavy

    _check(target, (".xlsx",), force=force)
    return _write(target, workbook_of(checklist))


def export_yaml(checklist: Checklist, target: Path, *, force: bool = False) -> Path:
    """Write the list as a checklist file.

    Raises:
        UsageError: the file is there already, or is named as something else.
        EnvironmentFault: it cannot be written.
    """
    _check(target, (".yaml", ".yml"), force=force)
    return _write(target, written(checklist).encode("utf-8"))


def _check(target: Path, endings: tuple[str, ...], *, force: bool) -> None:
    if target.suffix.lower() not in endings:
        raise UsageError(f"文件名“{target.name}”要以 {endings[0]} 结尾")
    if target.is_dir():
        raise UsageError(f"“{target}”是文件夹，请写明文件名")
    if target.exists() and not force:
        raise UsageError(f"{target} 已经有了，没有覆盖：换个文件名，或加 --force")


def _write(target: Path, content: bytes) -> Path:
    try:
        replace_file(target, content)
    except OSError as error:
        raise EnvironmentFault(f"没有导出到 {target}：{os_words(error)}。请换一个能写的位置") from error
    return target
