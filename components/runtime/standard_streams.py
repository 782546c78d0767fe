"""Standard input, output and error, whatever a shell or a supervisor has closed of them."""

import os
import sys


def open_standard_streams() -> None:
    """Open those that are closed, to nowhere.

    Otherwise the next file opened takes the number of a closed one, and what is meant for people is
    written into it.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free: this one, as those below are open.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
