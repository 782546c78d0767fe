"""How faults of a user's input are printed."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from pipeline.exits import WRONG_INPUT


@contextmanager
def reporting_wrong_input() -> Iterator[None]:
    """Turn errors that a user can mend into one line each and the exit code for them."""
    from components.records.problems import InputError
    from components.releases.errors import ReleaseError
    from pipeline.errors import WrongInput

    try:
        yield
    except (WrongInput, InputError) as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        if len(error.problems) > 1:
            typer.echo(f"{len(error.problems)} problems", err=True)
        raise typer.Exit(WRONG_INPUT) from None
    except ReleaseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_INPUT) from None
