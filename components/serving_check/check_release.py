"""The serving check of a release: whether it is what was released, and still answers here."""

from components.artifacts.serving_check import ServingVerdict
from components.releases.errors import DamagedRelease
from components.releases.release import Release
from components.serving_check.check_saved_model import check_saved_model
from components.serving_check.settings import ServingCheckSettings


def check_release(release: Release, settings: ServingCheckSettings) -> ServingVerdict:
    """Check every file of a release, then load its SavedModel and send its warm-up photos.

    Returns:
        The verdict; of a release whose files are not those it was published with, nothing is
        loaded.

    Raises:
        ReleaseError: The release cannot be read.
    """
    try:
        with release.checked() as checked:
            from components.releases.warmup import read_warmup

            photos = read_warmup(checked.serving)
            if not photos:
                return ServingVerdict(ok=False, reasons=("there is no warm-up request to send",))
            return check_saved_model(checked.serving, photos, settings)
    except DamagedRelease as error:
        return ServingVerdict(ok=False, reasons=(str(error),))
