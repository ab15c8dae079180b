"""Where each document's entries stand in the logs, so that one document is read without reading the others.

An extent is a stretch of one log file that begins and ends with an entry of the document; a visit is walked in one go,
so most documents have one or two. Entries of other documents inside a stretch are skipped when it is read.
"""

from typing import Any

import orjson

from fieldlog.book.logfiles import Place

WIDEST_GAP_BYTES = 16 * 1024
"""Reading this much in vain costs less than a seek and another extent to remember."""


class ExtentIndex:
    """Extents by document. What came from the checkpoint is decoded when it is first needed."""

    def __init__(self) -> None:
        self._known: dict[str, list[Place]] = {}
        self._packed: bytes | memoryview | None = None

    def load(self, packed: bytes | memoryview) -> None:
        """Start from what `packed_bytes` returned."""
        self._packed = packed

    def packed_bytes(self) -> bytes:
        """The index as one line of JSON, the same bytes for the same logs."""
        self._unpack()
        rows = {doc: [list(place) for place in sorted(places)] for doc, places in self._known.items()}
        return orjson.dumps(rows, option=orjson.OPT_SORT_KEYS)

    def __contains__(self, doc: str) -> bool:
        self._unpack()
        return doc in self._known

    def add(self, doc: str, place: Place) -> None:
        """Take in one more entry of the document."""
        if self._packed is not None:
            self._unpack()
        places = self._known.get(doc)
        if places is None:
            self._known[doc] = [place]
            return
        for index in range(len(places) - 1, -1, -1):
            last = places[index]
            if last.log == place.log:
                if last.file == place.file and 0 <= place.start - last.end <= WIDEST_GAP_BYTES:
                    places[index] = Place(last.log, last.file, last.start, place.end)
                    return
                break
        places.append(place)

    def of(self, doc: str) -> list[Place]:
        """Where the document's entries stand, log by log in the order of the entries."""
        self._unpack()
        return sorted(self._known.get(doc, ()))

    def _unpack(self) -> None:
        if self._packed is None:
            return
        packed, self._packed = self._packed, None
        rows: dict[str, list[list[Any]]] = orjson.loads(packed)
        self._known = {doc: [Place(*place) for place in places] for doc, places in rows.items()}
