"""The commands. Each stands in a module of its own that loads when it is called; see `fieldlog.cli.root`."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `fieldlog`; the console script's door. Exits with 0, 1, 2 or 3 as `domain.errors.ExitCode` says."""
    from fieldlog.cli.root import run

    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
