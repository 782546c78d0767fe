"""What TensorBoard shows of a training."""

import cv2
import numpy as np
import pytest

from components.records.prediction import Detection

pytestmark = pytest.mark.tfx


def test_losses_metrics_and_drawings_go_to_the_logs(tmp_path):
    from components.trainer.tensorboard import PHOTOS_DRAWN, TensorBoard
    from components.training.observer import ValidatedPhoto

    photo = cv2.imencode(".png", np.full((60, 80, 3), 90, np.uint8))[1].tobytes()
    seen = ValidatedPhoto(photo, (Detection("tea", (5.0, 5.0, 40.0, 50.0), 0.9),))
    board = TensorBoard(tmp_path)
    board.on_losses(7, {"loss": 1.5})
    board.on_validation(7, {"map50": 0.25}, [seen] * (PHOTOS_DRAWN + 1))
    training, validation = (
        b"".join(path.read_bytes() for path in folder.glob("events.*"))
        for folder in (tmp_path, tmp_path / "validation")
    )
    assert b"loss" in training
    assert b"map50" in validation
    assert b"photo 2" in validation
    assert b"photo 3" not in validation
