"""Runs the pipeline on this machine: `python local_runner.py` is `oneshelf run`."""

import sys

from pipeline.commands.main import main

if __name__ == "__main__":
    sys.argv.insert(1, "run")
    main()
