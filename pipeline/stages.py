"""The stages of the pipeline, in the order in which they run.

This is a table of names that the command line can read without importing TFX; the graph itself is
in `pipeline.graph`, and a test holds the two together.
"""

import difflib

STAGES = (
    "CatalogExampleGen",
    "CatalogSchema",
    "CatalogStatistics",
    "CatalogValidator",
    "ShelfExampleGen",
    "ShelfSchema",
    "ShelfStatistics",
    "ShelfValidator",
    "DataCheck",
    "DistributionValidator",
    "Augment",
    "Transform",
    "Tuner",
    "AmbiguousPhotos",
    "Trainer",
    "Baseline",
    "Evaluator",
    "EdgeExport",
    "ServingCheck",
    "ReleaseGate",
    "PusherServing",
    "PusherEdge",
    "Publish",
)
"""Node ids of the graph; every stage stands after those it depends on."""


def no_such_stage(name: str) -> str:
    """Say that there is no stage of a name, and which one may be meant."""
    near = difflib.get_close_matches(name, STAGES, n=1)
    return "no such stage; " + (
        f"did you mean {near[0]}?" if near else f"there are {', '.join(STAGES)}"
    )
