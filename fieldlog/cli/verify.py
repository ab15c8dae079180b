"""`fieldlog verify`: prove a log, and say in plain words which entry is wrong."""

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import say, say_json
from fieldlog.domain.errors import EnvironmentFault, ExitCode, NotFound, UsageError, os_words

if TYPE_CHECKING:
    from fieldlog.book.verify import VerifyReport


OFFICE_KEY = "office-key"
"""The name of a file with the office's public key; every other name is a device."""


@click.command(
    "verify",
    cls=ChineseCommand,
    help="校验日志有没有被改动：数据文件夹、日志文件夹、导出的文件，或各台电脑留记录的 U 盘。",
)
@common
@as_json
@click.option(
    "--key",
    "keys",
    metavar="文件",
    multiple=True,
    type=click.Path(path_type=Path),
    help="另外从办公室取得的公钥，文件名是设备编号（houye-01.pub）；办公室回执的公钥叫 office-key.pub；可写几次",
)
@click.argument("path", metavar="[文件或文件夹]", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def verify(settings: Settings, as_json: bool, keys: tuple[Path, ...], path: Path | None) -> None:
    """Exit 1 where anything is wrong."""
    from fieldlog.book.verify import verify as prove

    given = dict(map(_key_in, keys))
    place = named_path(path) if path else settings.folder
    office_key = given.pop(OFFICE_KEY, "")
    if path and _is_stick(place):
        report = _prove_stick(settings, place.absolute(), given, office_key)
    else:
        report = prove(place, given)
        _prove_receipts(place, report, office_key)
    if as_json:
        say_json(
            {
                "ok": report.ok,
                "logs": [asdict(log) for log in report.logs],
                "problems": [asdict(p) for p in report.problems],
                "notes": report.notes,
            }
        )
    else:
        for log in report.logs:
            hidden = f"，其中 {log.withheld} 条的内容没有给出、只有校验值" if log.withheld else ""
            say(f"{log.log}：{log.entries} 条{hidden}，首尾衔接到 {log.head[:12]}，签名封存到第 {log.sealed} 条")
        for note in report.notes:
            say(note)
        for problem in report.problems:
            entry = f"{problem.log} 第 {problem.seq} 条，" if problem.log else ""  # a file may be wrong as a whole
            say(f"有问题：{entry}{problem.why}")
        say("校验一致" if report.ok else f"校验不通过：请不要改动，把{_what(path)}交给办公室")
    if not report.ok:
        raise click.exceptions.Exit(ExitCode.FOUND_WRONG)


def _what(named: Path | None) -> str:
    """What to hand over: the book, or what was named in its place."""
    return f" {named} " if named else "整个数据文件夹"


def _key_in(path: Path) -> tuple[str, str]:
    """The device that the file is named after, and its key."""
    from fieldlog.book.device import given_key

    named = named_path(path)
    if not (key := given_key(named.parent, named.stem) if named.suffix == ".pub" else ""):
        raise UsageError(f"{path} 不是公钥：文件名要是 设备编号.pub，里面是 64 位十六进制数")
    return named.stem, key


def _prove_receipts(place: Path, report: "VerifyReport", office_key: str) -> None:
    from fieldlog.sync.receipt_verify import verify_in_file, verify_kept

    if place.is_dir():
        verify_kept(place, report)
    elif report.receipts:
        verify_in_file(place, report, office_key)


def _is_stick(path: Path) -> bool:
    from fieldlog.sync.folder_verify import is_folder_of_packs

    return is_folder_of_packs(path.absolute())


def _prove_stick(settings: Settings, path: Path, given: dict[str, str], office_key: str) -> "VerifyReport":
    """With the keys that the data folder has: of devices, of the unit, of the office."""
    from fieldlog.book.book import Book
    from fieldlog.office.keys import FOLDER, load_keys
    from fieldlog.sync.folder_verify import verify_folder
    from fieldlog.sync.office_keys import load_trust

    keys: dict[str, str] = {}
    with suppress(NotFound), Book.look(settings.folder) as book:
        keys = {log: key for log in book.heads() if (key := book.public_key(log))}
    trust, office = load_trust(settings.folder), load_keys(settings.folder / FOLDER)
    identities = ([trust.unit_identity] if trust else []) + (office.age_identities if office else [])
    try:
        known = trust or office
        signing_key = office_key or (known.public.signing_key if known else "")
        succession = tuple(known.succession) if known else ()
        report = verify_folder(path, {**keys, **given}, identities, signing_key, succession)
    except OSError as error:
        raise EnvironmentFault(f"{path} 读不出来：{os_words(error)}") from error
    if not report.logs and not report.problems:
        raise UsageError("；".join([f"{path} 里没有日志可以校验", *report.notes]))
    return report
