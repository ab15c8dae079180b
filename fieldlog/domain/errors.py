"""Every error that fieldlog raises on purpose.

    FieldlogError
    ├── Refused           a rule forbids the step; carries the rule's id
    ├── NotFound          no document, item or person of that name
    ├── FoundWrong        the work found something wrong (exit 1)
    │   ├── EntryInvalid  one entry is malformed or does not match its hash
    │   └── ChainBroken   an entry does not follow the one before it
    ├── UsageError        the command or the file given cannot be used (exit 2)
    └── EnvironmentFault no disk, no network, no permission (exit 3)
        ├── NotSaved      nothing of the entry is on disk; it may be appended again
        ├── ReadOnly      another program writes here, or the folder cannot be written
        ├── LogDamaged    our own log is damaged; writing has stopped
        └── NewerFormat   the file was written by a newer fieldlog

Each message is one Chinese line that says what happened and what to do.
"""

import errno
from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """What the process returns; other programs rely on these numbers."""

    DONE = 0
    FOUND_WRONG = 1
    USAGE = 2
    ENVIRONMENT = 3


class FieldlogError(Exception):
    """An expected failure, worded for the officer who meets it."""

    exit_code = ExitCode.FOUND_WRONG


class Refused(FieldlogError):
    """A rule forbids the step.

    `rule` is the rule's id (`P1`, `hazard.closed`), `item` what would satisfy it, where there is one.
    """

    def __init__(self, message: str, rule: str = "", item: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.item = item


class NotFound(FieldlogError):
    """There is no such document, item, person or file."""


class FoundWrong(FieldlogError):
    """The work was done and found something wrong."""


class EntryInvalid(FoundWrong):
    """One line is not an entry of format 1, or does not match its own hash."""


class ChainBroken(FoundWrong):
    """An entry does not follow the one before it."""


class UsageError(FieldlogError):
    """The command, its options or the file given cannot be used."""

    exit_code = ExitCode.USAGE


class EnvironmentFault(FieldlogError):
    """The disk, the network or a permission is missing."""

    exit_code = ExitCode.ENVIRONMENT


class NotSaved(EnvironmentFault):
    """Nothing of the entry is on disk; the same step may be tried again."""


class ReadOnly(EnvironmentFault):
    """This book is open for reading only."""


class LogDamaged(EnvironmentFault):
    """The device's own log is damaged somewhere before its end; writing has stopped."""

    exit_code = ExitCode.FOUND_WRONG


class NewerFormat(EnvironmentFault):
    """The entry or file was written by a newer fieldlog than this one."""


_OS_WORDS: Final = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.EEXIST: "已经有同名的文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EIO: "磁盘读写出错",
    errno.ENODEV: "磁盘已拔出",
    errno.ENAMETOOLONG: "名称太长",
    errno.EMFILE: "打开的文件太多",
}


def os_words(error: OSError) -> str:
    """Why the system refused, in Chinese where it is one of the usual reasons."""
    return _OS_WORDS.get(error.errno or 0, error.strerror or str(error))
