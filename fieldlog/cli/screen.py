"""Opening the screens."""

import gc
import sys
from pathlib import Path

import click

from fieldlog.cli.settings import Settings
from fieldlog.domain.errors import EnvironmentFault, ExitCode


def open_screen(settings: Settings, folder: Path) -> None:
    """Run the app on a data folder.

    Raises:
        EnvironmentFault: there is no terminal.
        NotFound: there is no book in the folder.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise EnvironmentFault("这里没有终端，打不开界面；请在终端里运行 fieldlog，或用 fieldlog --help 看可用的命令")
    gc.disable()  # starting up makes no garbage worth a search; the app turns it on when the first screen stands
    from fieldlog.book.device import read_device

    read_device(folder)  # says how to begin before the screen is taken over
    from fieldlog.tui.app import run_app

    if run_app(folder, debug=settings.debug):
        raise click.exceptions.Exit(ExitCode.ENVIRONMENT)  # the app has said what went wrong
