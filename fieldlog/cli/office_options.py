"""What the commands of the office share: the database, the data folder, the unit."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fieldlog.domain.errors import EnvironmentFault, UsageError, os_words

if TYPE_CHECKING:
    from sqlalchemy import Engine

db_option = click.option(
    "--db",
    metavar="网址",
    envvar="FIELDLOG_DB",
    help="数据库，sqlite:///文件 或 postgresql://…，也可写在环境变量 FIELDLOG_DB 里；不写时用数据文件夹里的 office.sqlite",
)


def default_database(folder: Path) -> str:
    """The SQLite database in the data folder, which is made where it is missing."""
    from fieldlog.book.durable import private_folder

    try:
        private_folder(folder)
    except OSError as error:
        raise EnvironmentFault(f"不能写入 {folder}：{os_words(error)}") from error
    return f"sqlite:///{(folder / 'office.sqlite').resolve().as_posix()}"


def unit_of(folder: Path, device: str) -> str:
    """The unit of the book in the data folder, else the one that the device's name begins with."""
    from fieldlog.book.device import read_device
    from fieldlog.domain.errors import NotFound

    try:
        return read_device(folder).unit
    except NotFound:
        unit, hyphen, number = device.rpartition("-")
        if hyphen and number.isdigit():
            return unit
        raise UsageError("不知道是哪个单位，请用 --unit 写明单位代码，例如 --unit houye") from None


def unit_of_enrolled(folder: Path, device: str, office: "Engine") -> str:
    """As `unit_of`; a name that does not say it is looked for among the office's devices.

    Raises:
        UsageError: several units have a device of this name.
        NotFound: none has.
    """
    from fieldlog.office.device_list import unit_with

    try:
        return unit_of(folder, device)
    except UsageError:
        if unit := unit_with(office, device):
            return unit
        raise
