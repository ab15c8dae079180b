"""fieldlog: field inspections that hold up, walked by keyboard and provable entry by entry."""

__version__ = "0.1.0"
