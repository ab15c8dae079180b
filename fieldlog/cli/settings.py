"""What every command knows: which data folder, and whether a traceback is wanted."""

import os
from dataclasses import dataclass
from pathlib import Path

from fieldlog.actions.paths import named_path

DATA_VARIABLE = "FIELDLOG_DATA"


@dataclass(slots=True)
class Settings:
    """The answers to the options that every command takes."""

    data: Path | None = None
    """Folder named by `--data`."""
    debug: bool = False

    @property
    def chosen(self) -> Path | None:
        """The folder somebody named, by option or environment."""
        named = os.environ.get(DATA_VARIABLE, "").strip()
        return self.data or (named_path(named) if named else None)

    @property
    def folder(self) -> Path:
        """The data folder: `--data`, else FIELDLOG_DATA, else the platform's user data folder."""
        return self.chosen or _user_folder()

    @property
    def demo_folder(self) -> Path:
        """Where the sample township goes: the folder somebody named, else one beside the user's own data."""
        return self.chosen or _user_folder().with_name("fieldlog-demo")


def _user_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("fieldlog", appauthor=False)
