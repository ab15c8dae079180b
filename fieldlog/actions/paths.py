"""Files and folders as a person names them."""

from pathlib import Path


def named_path(written: str | Path) -> Path:
    """The path with `~` read as the home folder; the `~` of a user who is not there stays, as in a shell."""
    try:
        return Path(written).expanduser()
    except RuntimeError:
        return Path(written)
