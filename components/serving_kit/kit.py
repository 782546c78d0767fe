"""The files that a release brings for those who run TensorFlow Serving.

They go into the release's folder `deploy`, from where they are copied to the server and edited: a
release itself never changes, and publishing one never changes what a server does.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from components.releases.joined_script import joined_script
from components.releases.layout import SERVED_NAME

if TYPE_CHECKING:
    # Read and not imported; named here, so that an edit of them counts as one of this module.
    from components.serving_kit.clients import grpc_client, rest_client  # noqa: F401

_COMPOSE = "compose.yaml"
_CLIENTS = ("rest_client", "grpc_client")

_STEPS = """\
#
# Go on to version {canary}: set the value of "stable" to {canary}.
# Go back to version {stable}: set the value of "stable" to {stable}.
"""

_MODELS_CONFIG = """\
# TensorFlow Serving reads this file again every 30 seconds.
{steps}#
# For another version, put its folder into models/{name} and add it under "versions". When it is
# loaded, let a label name it: a label in use moves to loaded versions only.
model_config_list {{
  config {{
    name: "{name}"
    base_path: "/models/{name}"
    model_platform: "tensorflow"
    model_version_policy {{
      specific {{
{versions}
      }}
    }}
    version_labels {{ key: "stable" value: {stable} }}
    version_labels {{ key: "canary" value: {canary} }}
  }}
}}
"""


def models_config(canary: int, stable: int) -> str:
    """Return the text of models.config, a ModelServerConfig: which versions are served as what.

    Args:
        canary: The version that some requests are to try.
        stable: The version that all others get.
    """
    steps = _STEPS.format(canary=canary, stable=stable) if canary != stable else ""
    versions = "\n".join(f"        versions: {number}" for number in sorted({canary, stable}))
    return _MODELS_CONFIG.format(
        steps=steps, name=SERVED_NAME, versions=versions, stable=stable, canary=canary
    )


def kit_files(version: int, parent: int | None) -> dict[str, str]:
    """Return path inside the kit to text, for a release and the one before it, if there is one."""
    compose = resources.files(__package__).joinpath(_COMPOSE).read_text(encoding="utf-8")
    clients = {
        f"clients/{name}.py": joined_script(f"{__package__}.clients.{name}") for name in _CLIENTS
    }
    return {
        "models.config": models_config(version, parent or version),
        _COMPOSE: compose,
        **clients,
    }
