"""Files of a tiny training."""

import pytest
from tiny_artifacts import transform_graph
from tiny_training import HELD_OUT, SKUS, product_row, shelf_row, write

from components.training.fit_recogniser import TrainingFiles
from components.training.photo_files import PhotoFiles


@pytest.fixture(scope="session")
def transform(tmp_path_factory) -> str:
    return transform_graph(tmp_path_factory.mktemp("transform"), [shelf_row(0), shelf_row(1)])


@pytest.fixture(scope="session")
def files(transform, tmp_path_factory) -> TrainingFiles:
    folder = tmp_path_factory.mktemp("training")
    catalog = [product_row(sku, sku == HELD_OUT, number) for number, sku in enumerate(SKUS)]
    companions = [product_row(f"companion:{n}", bool(n), 7 + n) for n in range(2)]
    train = write(folder / "train.gz", [shelf_row(seed) for seed in range(6)])
    validation = write(folder / "eval.gz", [shelf_row(seed) for seed in range(2)])
    return TrainingFiles(
        train=PhotoFiles([train], transform),
        eval=PhotoFiles([validation], transform),
        catalog=[write(folder / "catalog.gz", catalog)],
        companions=[write(folder / "companions.gz", companions)],
    )
