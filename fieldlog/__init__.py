"""fieldlog: field inspections that hold up, walked by keyboard and provable entry by entry."""

import os

__version__ = "0.1.0"

# pydantic looks for plug-ins in every installed package before it builds its first model: 20 ms of each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
