"""`oneshelf index`: a release learns today's catalogue."""

from pathlib import Path

from components.predict.build_index import build_index
from components.records.problems import told
from pipeline.commands.release_faults import as_wrong_input
from pipeline.quiet import without_noise


def write_index(release: str, products_csv: Path, out: Path, serving: bool) -> None:
    """Write an index of `products_csv` to `out` and print what it did.

    Raises:
        InputError: The catalogue cannot be used.
        ReleaseError: There is no such release.
        WrongInput: `out` or the release's model cannot be used.
    """
    with as_wrong_input(), without_noise() as terminal:
        built = build_index(release, products_csv, out, serving)
        for line in told(built.remarks):
            print(line, file=terminal)
        stamp = built.stamp
        print(
            f"{built.folder}: {stamp.skus:,} products, {stamp.views:,} packshots, "
            f"for the weights of release {stamp.release}",
            file=terminal,
        )
        if built.serving is not None:
            print(f"{built.serving}: a serving version with this index", file=terminal)
        elif built.older:
            numbers = ", ".join(map(str, built.older))
            print(
                f"{built.folder}/serving/{numbers}: written before, with an older index; --serving "
                "writes a version with this one",
                file=terminal,
            )
