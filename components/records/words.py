"""Counts in sentences."""


def counted(number: int, one: str, several: str = "") -> str:
    """Write a number of things, such as "1 photo" and "1,200 boxes".

    Args:
        number: How many.
        one: What one of them is called.
        several: What several are called; `one` with an s where it is empty.
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"
