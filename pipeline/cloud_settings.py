"""What compiling, submitting and scheduling on Vertex AI or Kubeflow need besides.

Nothing here is a secret: secrets are named, and the cluster holds them.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pipeline.stages import STAGES, no_such_stage

_STRICT = ConfigDict(frozen=True, extra="forbid")


def _is_stage(name: str) -> str:
    if name not in STAGES:
        raise ValueError(f"{name!r} is {no_such_stage(name)}")
    return name


def _is_label(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{0,63}", text):
        raise ValueError("expected at most 63 small letters, digits, - and _, as Google takes them")
    return text


_Stage = Annotated[str, AfterValidator(_is_stage)]
_Label = Annotated[str, AfterValidator(_is_label)]


class StageResources(BaseModel):
    """What the container of one stage gets; what is not set is left to the target."""

    model_config = _STRICT

    cpu: float | None = Field(None, gt=0, description="Processor cores.")
    memory_gb: float | None = Field(None, gt=0, description="Memory, in GB.")
    accelerator: str | None = Field(
        None,
        min_length=1,
        description="Kind of accelerator as the target calls it: NVIDIA_TESLA_T4 on Vertex AI, "
        "nvidia.com/gpu on Kubeflow.",
    )
    accelerators: int | None = Field(None, ge=1, description="How many of them; 1 if unset.")
    disk_gb: int | None = Field(
        None, ge=1, description="Disk for temporary files, in GB; on Vertex AI the whole disk."
    )
    retries: int | None = Field(
        None, ge=0, description="How often the stage is started again where it failed."
    )
    timeout_hours: float | None = Field(
        None, gt=0, description="The stage is stopped after so many hours."
    )
    spot: bool | None = Field(
        None, description="On cheaper machines that may be taken away; give `retries`, too."
    )
    machine: str | None = Field(
        None,
        min_length=1,
        description="Machine type on Vertex AI, n1-standard-8 for example, in place of `cpu` and "
        "`memory_gb`; disk, timeout, spot and several machines need it there.",
    )
    machines: int | None = Field(
        None,
        ge=1,
        description="Machines that train together, on Vertex AI; of Trainer with "
        "`trainer.strategy` multi_worker only.",
    )
    image: str | None = Field(
        None, min_length=1, description="Container image of this stage, for example one with CUDA."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> "StageResources":
        if self.accelerators and not self.accelerator:
            raise ValueError("accelerators: of which kind? set accelerator, too")
        if self.machine and (self.cpu or self.memory_gb):
            raise ValueError("machine: it has its own processors and memory; leave those out")
        return self

    def over(self, base: "StageResources") -> "StageResources":
        """Return `base` with what is set here in place of its own."""
        return base.model_copy(update=self.model_dump(exclude_none=True))


class VertexSettings(BaseModel):
    """Where on Vertex AI runs are started, and as whom."""

    model_config = _STRICT

    project: str | None = Field(None, description="Google Cloud project that runs the pipeline.")
    region: str | None = Field(None, description="Region, europe-west6 for example.")
    endpoint: str | None = Field(
        None, description="Address of the API where it is not the region's own; a private one."
    )
    service_account: str | None = Field(
        None, description="Account that the stages run as; the project's default one if unset."
    )
    network: str | None = Field(
        None, description="VPC network to peer with: projects/NUMBER/global/networks/NAME."
    )
    encryption_key: str | None = Field(
        None,
        description="Cloud KMS key for all that a run writes: "
        "projects/…/locations/…/keyRings/…/cryptoKeys/….",
    )
    labels: dict[_Label, _Label] = Field({}, description="Labels of runs, for the bill.")

    @property
    def parent(self) -> str:
        """What everything is created in."""
        return f"projects/{self.project}/locations/{self.region}"


class Volume(BaseModel):
    """A volume that every container mounts."""

    model_config = _STRICT

    claim: str = Field(min_length=1, description="Name of the PersistentVolumeClaim.")
    path: str = Field(pattern="^/", description="Where it is mounted.")


class Secret(BaseModel):
    """A value of a Kubernetes secret, as a variable of every container; its name, not the value."""

    model_config = _STRICT

    secret: str = Field(min_length=1, description="Name of the secret.")
    key: str = Field(min_length=1, description="Key in it.")
    variable: str = Field(min_length=1, description="Environment variable that gets the value.")


class KubeflowSettings(BaseModel):
    """Where runs on Kubeflow Pipelines are started, and what their containers mount."""

    model_config = _STRICT

    host: str | None = Field(
        None,
        description="Address of the Kubeflow Pipelines API; the cluster that kubectl is set to if "
        "unset. A token in the variable KFP_TOKEN is sent along.",
    )
    namespace: str = Field("kubeflow", description="Namespace of Kubeflow Pipelines or the user.")
    experiment: str | None = Field(
        None, description="Experiment that runs are listed in; the pipeline's name if unset."
    )
    service_account: str | None = Field(
        None, description="Kubernetes account that the stages run as."
    )
    time_zone: str = Field(
        "UTC",
        description="Time zone that this Kubeflow reads schedules in: CRON_SCHEDULE_TIMEZONE of "
        "its controller.",
    )
    volumes: tuple[Volume, ...] = Field((), description="Volumes that every container mounts.")
    secrets: tuple[Secret, ...] = Field(
        (), description="Secrets that every container gets as environment variables."
    )
    spot_node: dict[str, str] = Field(
        {"cloud.google.com/gke-spot": "true"},
        description="Label, and taint of the same name, of nodes for stages with `spot`.",
    )


class CloudSettings(BaseModel):
    """What compiling for Vertex AI or Kubeflow needs besides."""

    model_config = _STRICT

    image: str = Field(
        "oneshelf:latest", description="Container image with this project installed."
    )
    pipeline_root: str | None = Field(
        None, description="Where the cluster keeps artifacts; <root>/pipeline if unset."
    )
    notify: str | None = Field(
        None,
        min_length=1,
        description="Address that gets a POST of JSON about a run that was refused or failed, such "
        "as a chat's webhook. Where it is secret: a file that holds it, or $NAME of an environment "
        "variable.",
    )
    each_stage: StageResources = StageResources()
    stages: dict[_Stage, StageResources] = Field(
        {},
        description="Resources of single stages: under the name of a stage, settings of "
        "`cloud.each_stage` that it gets in place of those.",
    )
    vertex: VertexSettings = VertexSettings()
    kubeflow: KubeflowSettings = KubeflowSettings()

    def resources(self, stage: str) -> StageResources:
        """Return what a stage gets, its own settings and those of each stage."""
        return self.stages.get(stage, StageResources()).over(self.each_stage)
