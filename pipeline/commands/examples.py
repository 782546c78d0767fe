"""Examples at the end of a command's help."""


def examples(*lines: str) -> str:
    """Return an epilog of command lines, each on a line of its own.

    A paragraph is all that keeps its line break there.
    """
    return "\n\n".join(("Examples:", *lines))
