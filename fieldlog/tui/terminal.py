"""What has to be known about the terminal before Textual is imported. Imports nothing of Textual."""

from collections.abc import Mapping, MutableMapping


def settle_environment(environ: MutableMapping[str, str], platform: str) -> None:
    """Turn the kitty keyboard protocol off where it eats composed text.

    iTerm2 drops what an input method commits while the kitty flags are on (tau#550). Textual reads the variable
    once, when it is imported. Never on Windows: the driver still asks for the protocol there, and only the parser
    would stop reading it, so that every key would arrive as rubbish.
    """
    if platform != "win32" and environ.get("TERM_PROGRAM") == "iTerm.app":
        environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")


def wants_ascii(environ: Mapping[str, str]) -> bool:
    """Whether FIELDLOG_ASCII=1 asks for a screen without ambiguous-width glyphs (old consoles draw them two wide)."""
    return environ.get("FIELDLOG_ASCII") == "1"


def prefers_light(environ: Mapping[str, str]) -> bool:
    """Whether to start in light colours: FIELDLOG_THEME decides, else the ground that COLORFGBG names, else dark."""
    chosen = environ.get("FIELDLOG_THEME", "")
    if chosen in {"light", "dark"}:
        return chosen == "light"
    return environ.get("COLORFGBG", "").rpartition(";")[2] in {"7", "15"}
