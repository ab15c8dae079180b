"""Putting new keys in the place of the office's: announced by the old ones, so that every device can follow by itself.

In two steps, each one replacement of one file. First the new keys are made, and hubs that run show a certificate of the new
authority that leads back to the old one, too, so that devices which know either find their way. Then the old signing
key says what comes after it, and is gone. A command that is cut off after the first step is run again and goes on.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fieldlog.domain.errors import EnvironmentFault, UsageError, os_words
from fieldlog.office.key_file import FILE, Coming, Former, KeyFile, new_keys, read_file, write_file
from fieldlog.office.keys import OfficeKeys, load_keys
from fieldlog.office.ledger import Now, wall_milliseconds
from fieldlog.sync.succession import LONGEST, make_statement

NOTICED_S: Final = 3.0
"""Between the two steps: a hub that runs looks at the file once a second."""


def rotate_keys(folder: Path, wait: Callable[[float], None] = time.sleep, now: Now = wall_milliseconds) -> OfficeKeys:
    """Replace the signing, age and authority keys in `folder`, and return the new ones. The units' keys stay.

    Raises:
        UsageError: there are none, or they changed as often as can be.
        EnvironmentFault: they are damaged, another process is changing them, or the disk refused. The keys from before count.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415

    if load_keys(folder) is None:
        raise UsageError("办公室还没有密钥，不用换：先运行 fieldlog office init")
    try:
        with FileLock(folder / ".lock", timeout=0):
            content = read_file((folder / FILE).read_bytes())
            if len(content.former) >= LONGEST:
                raise UsageError(
                    f"密钥已经换过 {LONGEST} 次，不能再换：用 fieldlog office init --new 另建，各台电脑重新登记"
                )
            if content.coming is None:
                content = _prepared(content)
                write_file(folder, content)
            wait(NOTICED_S)
            content = _replaced(content, now())
            write_file(folder, content)
    except Timeout as error:
        raise EnvironmentFault("另一个程序正在换办公室的密钥，这次没有换；请等它做完") from error
    except OSError as error:
        raise EnvironmentFault(f"新的密钥没有写到 {folder}：{os_words(error)}。原来的照旧用，腾出空间后再换") from error
    return OfficeKeys(folder, content)


def _prepared(content: KeyFile) -> KeyFile:
    from fieldlog.office.authority import bridge  # noqa: PLC0415 - cryptography takes 60 ms

    keys, new = content.keys, new_keys()
    return replace(
        content, coming=Coming(new, bridge(keys.authority_key, keys.authority, new.authority, datetime.now(UTC)))
    )


def _replaced(content: KeyFile, now: int) -> KeyFile:
    old, coming = content.keys, content.coming
    if coming is None:
        raise ValueError(content)
    last = content.former[-1].statement.at if content.former else 0
    statement = make_statement(
        old.public().signing_key, max(now, last + 1), coming.keys.public(), old.sign, coming.keys.sign
    )
    former = Former(old.age_identity, old.authority, coming.bridge, statement)
    return replace(content, keys=coming.keys, former=(*content.former, former), coming=None)
