"""What a user can put right."""

from collections.abc import Iterable


class WrongInput(Exception):
    """Input or usage that cannot work; `problems` has one sentence per fault."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
