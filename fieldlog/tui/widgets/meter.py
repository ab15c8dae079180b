"""Progress in ASCII: the block characters of most bars are of ambiguous width."""


def meter(done: int, total: int, width: int) -> str:
    """A bar of exactly `width` cells, `[####....]`; full only when everything is done, never for nothing to do."""
    room = max(width - 2, 1)
    filled = room * done // total if total > 0 else 0
    return f"[{'#' * min(filled, room)}{'.' * (room - min(filled, room))}]"
