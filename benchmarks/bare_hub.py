"""The least that could take entries in: an HTTP server that inserts the lines of a post into a database and commits.

`python -m benchmarks.bare_hub URL` prints its address. It proves nothing, refuses nothing and knows nobody: what the
real hub takes longer is what that costs.
"""

import sqlite3
import sys
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


def main() -> None:
    """Serve until killed."""
    insert = _sqlite(sys.argv[1]) if sys.argv[1].startswith("sqlite") else _postgresql(sys.argv[1])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for an answer
        disable_nagle_algorithm = True
        stored = 0

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
            insert([(Handler.stored + number, line) for number, line in enumerate(lines, 1)])
            Handler.stored += len(lines)
            self._answer()

        def _answer(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:  # quiet
            return

    class Quiet(HTTPServer):
        request_queue_size = 256

        def handle_error(self, *_: Any) -> None:  # whoever posted was cut off, and will post again
            return

    server = Quiet(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


Insert = Callable[[Sequence[tuple[int, bytes]]], None]


def _sqlite(url: str) -> Insert:
    database = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE lines (id INTEGER PRIMARY KEY, line BLOB)"
    )

    def insert(rows: Sequence[tuple[int, bytes]]) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO lines VALUES (?, ?)", rows)
        database.execute("COMMIT")

    return insert


def _postgresql(url: str) -> Insert:
    import psycopg

    database = psycopg.connect(url)
    database.execute("CREATE TABLE lines (id int8 PRIMARY KEY, line bytea)")
    database.commit()

    def insert(rows: Sequence[tuple[int, bytes]]) -> None:
        with database.cursor() as cursor, cursor.copy("COPY lines FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "bytea"])
            for row in rows:
                copy.write_row(row)
        database.commit()

    return insert


if __name__ == "__main__":
    main()
