"""A process that trains with others.

It is one of its own, because they must meet before TensorFlow has done anything else:

    TF_CONFIG=… python -m components.trainer.worker JOB_FILE
"""

import os
import sys
from pathlib import Path

import tensorflow as tf

from components.runtime.reporting import reporting
from components.trainer.job import Job
from components.trainer.tensorboard import TensorBoard
from components.training.cluster import read_cluster
from components.training.observer import UNOBSERVED
from components.training.run_training import run_training

GONE = tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError
"""What collective operations raise then."""


def work(job: Job) -> None:
    """Do this process's part of a training; the chief's writes what comes of it.

    Raises:
        InputError: TF_CONFIG names no cluster.
        ValueError: As `run_training`.
        FloatingPointError: Training diverges.
        RuntimeError: Another machine of the cluster is gone.
    """
    chief = read_cluster(os.environ).chief
    observer = TensorBoard(job.run_dir) if chief else UNOBSERVED
    folders = job.model_dir, job.run_dir, job.checkpoint_dir
    try:
        run_training(job.plan, job.files, *folders, observer)
    except GONE as error:
        raise RuntimeError(
            "another machine of the cluster stopped or cannot be reached; give the same commands "
            "again on all, and training goes on from the last checkpoint"
        ) from error


if __name__ == "__main__":
    code = reporting(lambda: work(Job.read(Path(sys.argv[1]))))
    sys.stderr.flush()
    # No farewell: TensorFlow's waits for the others, who may have gone or may still have to write.
    os._exit(code)
