"""The screens. Importing this package settles what Textual reads from the environment, so it comes before `textual`."""

import os
import sys

from fieldlog.tui.terminal import settle_environment

settle_environment(os.environ, sys.platform)
