"""A bar on the terminal for commands that take a while."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def progress_bar(what: str, stream: TextIO | None = None) -> Iterator[Callable[[int, int], None]]:
    """Show a bar that goes away again, called with what is done and what there is.

    There is none where nobody watches: written to a file it would leave an empty line.

    Args:
        what: What is counted.
        stream: Where it is shown; None for standard error.
    """
    from rich.console import Console
    from rich.progress import Progress

    console = Console(file=stream, stderr=stream is None)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
