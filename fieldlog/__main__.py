"""`python -m fieldlog`, where the console script is not on the path."""

from fieldlog.cli import main

main()
