"""Opening a recording at a second in a player of this computer, never through a shell.

Each player has its own way to be told the second; where none of them is found the system's own opens the file from its
beginning. `DATA/player.toml` names another: `command = ['C:\\mpv\\mpv.exe', '--start={seconds}', '{file}']`, with
`{seconds}` (83.480), `{clock}` (00:01:23.480) and `{ms}` (83480).
"""

import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fieldlog.domain.errors import EnvironmentFault, UsageError, os_words

_STARTS_S: Final = 1.0
"""A player that fails does so within this."""


@dataclass(frozen=True, slots=True)
class _Player:
    name: str
    programs: tuple[str, ...]
    """As on PATH."""
    usual: tuple[str, ...]
    """Where its installer puts it; the first part is a variable of the environment, or a folder."""
    arguments: tuple[str, ...]


_PLAYERS: Final = (
    _Player(
        "mpv",
        ("mpv",),
        (
            "ProgramFiles/mpv/mpv.exe", "ProgramFiles/MPV Player/mpv.exe", "LOCALAPPDATA/Programs/mpv/mpv.exe",
            "USERPROFILE/scoop/apps/mpv/current/mpv.exe", "/Applications/mpv.app/Contents/MacOS/mpv",
        ),
        ("--start={seconds}", "--force-window=yes", "--no-terminal", "--", "{file}"),
    ),
    _Player(
        "VLC",
        ("vlc",),
        (
            "ProgramFiles/VideoLAN/VLC/vlc.exe", "ProgramFiles(x86)/VideoLAN/VLC/vlc.exe",
            "/Applications/VLC.app/Contents/MacOS/VLC",
        ),
        ("--start-time={seconds}", "{file}"),
    ),
    _Player(
        "PotPlayer",
        ("PotPlayerMini64", "PotPlayerMini"),
        (
            "ProgramFiles/DAUM/PotPlayer/PotPlayerMini64.exe", "ProgramFiles/PotPlayer/PotPlayerMini64.exe",
            "ProgramFiles(x86)/DAUM/PotPlayer/PotPlayerMini.exe",
        ),
        ("{file}", "/seek={clock}"),
    ),
)  # fmt: skip


def open_at(path: Path, ms: int, folder: Path) -> str:
    """Open the recording at that millisecond and return the player's name; empty where it opened from the beginning.

    Waits up to a second for a player that fails at once: not for a screen's own thread. `folder` is the book's.

    Raises:
        UsageError: `player.toml` cannot be read.
        EnvironmentFault: nothing here opens it.
    """
    for name, command in _commands(path, ms, folder):
        if _start(command):
            return name
    _open_by_system(path)
    return ""


def _commands(path: Path, ms: int, folder: Path) -> Iterator[tuple[str, list[str]]]:
    values = {"file": os.fspath(path), "seconds": f"{ms / 1000:.3f}", "clock": _clock(ms), "ms": str(ms)}
    if own := _own_command(folder):
        yield Path(own[0]).stem, [own[0], *(_filled(part, values) for part in own[1:])]
    for player in _PLAYERS:
        if program := _found(player):
            yield player.name, [program, *(_filled(part, values) for part in player.arguments)]


def _own_command(folder: Path) -> list[str]:
    """The command of `player.toml`, or none."""
    file = folder / "player.toml"
    try:
        settings: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        why = os_words(error) if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"播放器设置 {file} 读不懂（{why}）；路径用单引号，例如 command = ['C:\\mpv\\mpv.exe', '--start={{seconds}}', '{{file}}']"
        ) from error
    command = settings.get("command")
    parts: list[Any] = command if isinstance(command, list) else []  # pyright: ignore[reportUnknownVariableType]
    if not parts or not all(isinstance(part, str) for part in parts) or not any("{file}" in part for part in parts[1:]):
        raise UsageError(f"播放器设置 {file} 里要有 command，一个程序和它的参数，其中一个是 {{file}}")
    return parts


def _filled(part: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        if part == f"{{{name}}}":
            return value  # a file's name may itself hold braces
        if name != "file":
            part = part.replace(f"{{{name}}}", value)
    return part.replace("{file}", values["file"])


def _found(player: _Player) -> str:
    for program in player.programs:
        if found := shutil.which(program):
            return found
    for place in player.usual:
        first, _, rest = place.partition("/")
        root = os.environ.get(first, "") if first else "/"
        if root and (path := Path(root, rest)).is_file():
            return str(path)
    return ""


def _start(command: list[str]) -> bool:
    """Whether the program started and did not fail at once."""
    detached: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        detached = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, **detached)
    except (OSError, ValueError):
        return False
    try:
        return process.wait(_STARTS_S) == 0
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves no dead process behind
        return True


def _open_by_system(path: Path) -> None:
    try:
        if sys.platform == "win32":
            os.startfile(path)  # noqa: S606 - a recording, named by the log and found to have its content
            return
    except OSError as error:
        raise EnvironmentFault(
            f"没有程序能打开 {path.name}：{os_words(error)}。装一个播放器，例如 mpv 或 VLC"
        ) from error
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    screen = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if program is None or not screen or not _start([program, os.fspath(path)]):
        raise EnvironmentFault(f"没有找到播放器：装 mpv 或 VLC，或在数据文件夹的 player.toml 里写明；文件是 {path}")


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
