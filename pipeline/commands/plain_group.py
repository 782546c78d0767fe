"""A group of commands that explains itself also where it is asked in another way."""

from typing import Any

import typer
from typer.core import TyperGroup


class PlainGroup(TyperGroup):
    """Takes the word `help` for `--help`, and says in plain words what is wrong with a value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, with `help predict` taken for `predict --help`."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a value that it cannot take is told as settings tell it."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            from pydantic import ValidationError

            from pipeline.value_faults import in_words

            if isinstance(error.__cause__, ValidationError):
                error.message = "; ".join(map(in_words, error.__cause__.errors()))
            raise
