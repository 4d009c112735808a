# SPDX-License-Identifier: Apache-2.0
"""The lines that a client's program speaks, for Python."""
import sys


def say(*words):
    print(*words, flush=True)


def done(step):
    say("done", step)


def open_in_browser(url):
    """A person opens this: where the browser ended."""
    say("open", url)
    for line in sys.stdin:
        if line.startswith("opened "):
            where = line[len("opened "):].strip()
            if where.startswith("error "):
                raise RuntimeError(where)
            return where
    raise RuntimeError("nobody opens anything")
