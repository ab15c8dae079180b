"""The office's law texts: a folder with `index.json` and a Markdown file a law. `docs/laws.md` describes it."""

from fieldlog.laws.folder import LawFolder, law_folder
from fieldlog.laws.installing import Installed, install

__all__ = ["Installed", "LawFolder", "install", "law_folder"]
