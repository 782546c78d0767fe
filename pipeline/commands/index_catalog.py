"""`oneshelf index`: a release learns today's catalogue."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from components.artifacts.data_findings import CheckReport
from components.data_check.check_folder import Progress, check_data
from components.data_check.settings import CheckSettings
from components.predict.build_index import build_index
from components.records.problems import InputError
from components.records.words import counted
from components.releases.registry import resolve
from components.releases.release import Release
from pipeline.commands.progress_bar import progress_bar
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
        with progress_bar("packshots", terminal) as progress:
            report = check_catalog(release, products_csv, progress)
        if report.findings:
            lists = f"`oneshelf data check --catalog {products_csv} --all` lists them"
            for line in report.warned(lists):
                print(line, file=terminal)
            print(f"{products_csv}: {report.total}; {lists}", file=terminal)
        print("loading the release's model, and embedding: some ten seconds", file=terminal)
        with progress_bar("packshots", terminal) as progress:
            built = build_index(release, products_csv, out, serving, progress)
        stamp = built.stamp
        print(
            f"{built.folder}: {counted(stamp.skus, 'product')}, "
            f"{counted(stamp.views, 'packshot')}, for the weights of release {stamp.release}",
            file=terminal,
        )
        if built.alike:
            print(
                f"{counted(len(built.alike), 'product')} that this model cannot tell from another "
                f"one: answered by their group, too ({_first_group(built.alike)})",
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


def _first_group(alike: Mapping[str, str]) -> str:
    """Return the products of the first group."""
    first = min(alike.values())
    return ", ".join(sku for sku, group in alike.items() if group == first)


def check_catalog(
    release: str, products_csv: Path, progress: Progress = lambda done, total: None
) -> CheckReport:
    """Hold a catalogue to what `oneshelf data check` asks, as strictly as the release's run did.

    Args:
        release: A release, or the releases folder.
        products_csv: The catalogue.
        progress: Told how far it is.

    Raises:
        InputError: With every finding that is an error.
        ReleaseError: There is no such release.
    """
    report = check_data(products_csv, None, _settings(resolve(release)), progress)
    errors = [finding.problem for finding in report.findings if finding.severity == "error"]
    if errors:
        raise InputError(errors)
    return report


def _settings(release: Release) -> CheckSettings:
    try:
        return CheckSettings.model_validate(release.record.configuration.get("data_check", {}))
    except ValidationError:  # of another version, whose settings were other ones
        return CheckSettings()
