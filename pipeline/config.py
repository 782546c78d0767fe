"""The configuration of a run: typed, frozen, read once, recorded with the run.

`load` merges, later ones winning: the defaults of the settings models, a profile
(`pipeline/profiles/<name>.yaml`), a file given by the user, single values given by the user.
Paths in it are relative to the working directory. Importing this module imports no TFX.
"""

import difflib
import json
import logging
import math
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from components.ambiguous_photos.settings import AmbiguousPhotosSettings
from components.data_check.settings import CheckSettings
from components.datasets.settings import DataSettings
from components.distribution.settings import DistributionSettings
from components.edge_export.settings import EdgeExportSettings
from components.embedded_data.settings import EmbeddedDataSettings
from components.evaluator.settings import EvaluatorSettings
from components.imaging.regular_file import regular_size
from components.recogniser.settings import BackboneSettings, RecogniserSettings
from components.release_gate.settings import GateSettings
from components.serving_check.settings import ServingCheckSettings
from components.synthesis.augment_settings import AugmentSettings
from components.training.settings import TrainerSettings
from components.transform.settings import TransformSettings
from components.tuner.settings import TunerSettings
from pipeline.cloud_settings import CloudSettings
from pipeline.errors import WrongInput
from pipeline.renamed_settings import renamed, without_gone
from pipeline.value_faults import in_words

_log = logging.getLogger("oneshelf.config")

# A date that does not exist and a number of thousands of digits are ValueErrors, endless nesting is
# a RecursionError.
_NOT_YAML = (yaml.YAMLError, ValueError, RecursionError)

PROFILES = Path(__file__).parent / "profiles"
DEFAULT_PROFILE = "demo"
QUICK_PROFILE = "quick"
"""The default where a catalogue is given."""
PLACEHOLDERS = ("BUCKET", "PROJECT", "REGION", "REPOSITORY")


PATHS = ("catalog", "shelves", "production_photos", "root", "releases")
"""Settings that name a place."""


def below(root: str, name: str) -> str:
    """Return the path of something in the output root, which may be a path or a URI."""
    return name if root == "." else f"{root.rstrip('/')}/{name}"


class PipelineConfig(BaseModel):
    """Everything that decides what a run does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str = Field(DEFAULT_PROFILE, description="The profile that this started from.")
    name: str = Field(
        "oneshelf",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        description="Name of the pipeline in metadata and in the cloud.",
    )
    catalog: str | None = Field(
        None, description="Your products.csv; the embedded data set where there is none."
    )
    shelves: str | None = Field(
        None,
        description="Folder of your shelf photos; without, shelves composed of the packshots are "
        "trained on and judged on.",
    )
    production_photos: str | None = Field(
        None,
        description="Folder of photos that phones took lately, without labels: photos to train on "
        "are compared with them, and they show which packshots fit a little everywhere.",
    )
    root: str = Field(
        "oneshelf-out", min_length=1, description="Folder for everything that a run writes."
    )
    releases: str | None = Field(None, description="Folder of releases; <root>/releases if unset.")
    cache: bool = Field(True, description="Reuse results of stages whose inputs did not change.")
    # Empty: given any argument, TFX packs itself into an archive before every Beam stage, for
    # remote workers, of which there are none. Beam's defaults are one worker inside this process.
    beam_args: tuple[str, ...] = Field(
        (),
        description="Arguments for Apache Beam; paths in them are in full, or seen from the root.",
    )

    embedded_data: EmbeddedDataSettings = EmbeddedDataSettings()
    data: DataSettings = DataSettings()
    data_check: CheckSettings = CheckSettings()
    distribution: DistributionSettings = DistributionSettings()
    augment: AugmentSettings = AugmentSettings()
    transform: TransformSettings = TransformSettings()
    backbone: BackboneSettings = BackboneSettings()
    recogniser: RecogniserSettings = RecogniserSettings()
    tuner: TunerSettings = TunerSettings()
    ambiguous_photos: AmbiguousPhotosSettings = AmbiguousPhotosSettings()
    trainer: TrainerSettings = TrainerSettings()
    evaluator: EvaluatorSettings = EvaluatorSettings()
    edge_export: EdgeExportSettings = EdgeExportSettings()
    serving_check: ServingCheckSettings = ServingCheckSettings()
    release_gate: GateSettings = GateSettings()
    cloud: CloudSettings = CloudSettings()

    @property
    def releases_folder(self) -> str:
        """The folder of releases, whether configured or implied."""
        return self.releases or below(self.root, "releases")

    @property
    def runs(self) -> str:
        """The folder that holds a folder of each run."""
        return below(self.root, "runs")

    @property
    def span_records(self) -> str:
        """Where it is recorded what files spans had when they were first used."""
        return below(self.root, "spans")

    @property
    def store(self) -> str:
        """Where processed parts of spans are kept to be used again."""
        return below(self.root, "store")

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The words of the profile `vertex` that stand for something of the user's, where left."""
        text = self.to_yaml()
        return tuple(word for word in PLACEHOLDERS if re.search(rf"\b{word}\b", text))

    def seen_from_root(self) -> "PipelineConfig":
        """Return the same configuration for a run whose working directory is the root.

        What lies in the root is named from there, so that nothing that is recorded knows where the
        root is; other paths are in full; addresses such as gs:// stay.
        """
        root = Path(self.root).resolve()

        def seen(path: str) -> str:
            full = Path(path).resolve()
            return str(full.relative_to(root) if full.is_relative_to(root) else full)

        given = {name: getattr(self, name) for name in PATHS}
        update: dict[str, Any] = {
            name: seen(path) for name, path in given.items() if path and "://" not in path
        }
        if self.backbone.in_file:
            weights = seen(self.backbone.weights)
            update["backbone"] = self.backbone.model_copy(update={"weights": weights})
        return self.model_copy(update=update)

    def to_yaml(self) -> str:
        """Return all values; loading it again gives the same configuration."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def load(
    profile: str | None = None,
    file: Path | None = None,
    assignments: Iterable[str] = (),
    overrides: Mapping[str, Any] | None = None,
) -> PipelineConfig:
    """Merge all sources into one configuration.

    Args:
        profile: Name of a profile; None takes the one that `file` names, or the default: "quick"
            with a catalogue, "demo" without.
        file: YAML file of the user.
        assignments: "key.path=value" each, the value in YAML.
        overrides: Top-level values from options of the command line; None values are left out.

    Raises:
        WrongInput: With every fault found.
    """
    given: dict[str, Any] = {}
    warnings: list[str] = []
    for source in (_read_yaml(file) if file else {}, *map(_parse_assignment, assignments)):
        # Before it is merged: a setting by its old name overrides the sources before it, too.
        current, old_names = renamed(source)
        warnings += old_names
        given = _merged(given, current)
    given, gone = without_gone(given)
    for warning in warnings + gone:
        _log.warning("%s", warning)
    over = {key: value for key, value in (overrides or {}).items() if value is not None}
    own_data = {**given, **over}.get("catalog") is not None
    default = QUICK_PROFILE if own_data else DEFAULT_PROFILE
    profile = profile or str(given.get("profile", default))
    values = {**_merged(_read_profile(profile), given), "profile": profile, **over}
    try:
        config = PipelineConfig.model_validate(values)
    except ValidationError as error:
        raise WrongInput(_sentences(error)) from None
    if problems := list(_contradictions(config)):
        raise WrongInput(problems)
    return config


def profile_names() -> list[str]:
    """Return the names of the profiles there are."""
    return sorted(path.stem for path in PROFILES.glob("*.yaml"))


def _contradictions(config: PipelineConfig) -> Iterable[str]:
    """Yield what no setting says of itself: infinite numbers, settings that are wrong together."""
    for name, value in _leaves(config.model_dump(mode="python")):
        if isinstance(value, float) and not math.isfinite(value):
            yield f"{name}: {value} is not a finite number"
    if config.trainer.hard_negatives >= config.trainer.templates:
        yield (
            f"trainer.hard_negatives: {config.trainer.hard_negatives} wrong SKUs cannot be drawn "
            f"of trainer.templates {config.trainer.templates}; give fewer"
        )
    if config.catalog is None and config.shelves is not None:
        yield "catalog: missing, while shelves is given; name your products.csv with --catalog"


def _leaves(value: Any, name: str = "") -> Iterable[tuple[str, Any]]:
    """Yield all values that are no mapping and no sequence, with their dotted names."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner, name)
    else:
        yield name, value


def _read_profile(name: str) -> dict[str, Any]:
    names = profile_names()
    if name not in names:
        raise WrongInput([f"profile: there is no '{name}'; there are {', '.join(names)}"])
    return _read_yaml(PROFILES / f"{name}.yaml")


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        regular_size(path)
        values = _parsed(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise WrongInput([f"{path}: not UTF-8 ({error.reason}); save it as UTF-8"]) from None
    except OSError as error:
        raise WrongInput([f"{path}: {error.strerror}; give an existing file"]) from None
    except _NOT_YAML as error:
        raise WrongInput([f"{path}{_yaml_fault(error)}"]) from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise WrongInput([f"{path}: expected 'key: value' lines"])
    return values


def _parse_assignment(text: str) -> dict[str, Any]:
    path, equals, value = text.partition("=")
    keys = path.strip().split(".")
    if not equals or not all(keys):
        raise WrongInput([f"--set {text}: expected key.path=value, as in trainer.steps=100"])
    try:
        parsed = _parsed(value)
    except _NOT_YAML as error:
        raise WrongInput([f"--set {text}{_yaml_fault(error)}"]) from None
    for key in reversed(keys):
        parsed = {key: parsed}
    return parsed


def _parsed(text: str) -> Any:
    """Return what YAML says, as JSON would: no value lies inside itself."""
    values = yaml.safe_load(text)
    json.dumps(values, default=str)  # raises ValueError where an anchor names what it is part of
    return values


def _yaml_fault(error: Exception) -> str:
    """Return what is wrong with YAML, and in which row, to be said behind what holds it."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    row = f", row {mark.line + 1}" if mark is not None and mark.line else ""
    if not isinstance(error, yaml.YAMLError):
        return f": cannot be read as YAML ({error}); write plain values, texts in quotes"
    return f"{row}: not YAML ({problem or 'it cannot be read'}); close brackets and quotes"


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with the values of `over`; mappings merge, all else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return merged


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for fault in error.errors():
        # "[key]" says that a name is at fault, and not what stands under it.
        key = ".".join(str(part) for part in fault["loc"] if part != "[key]")
        if fault["type"] == "extra_forbidden":
            sentences.append(f"{key}: no such setting{_nearest(key)}")
        else:
            sentences.append(f"{key}: {in_words(fault)}")
    return sentences


def _nearest(key: str) -> str:
    """Return a hint at the valid name that looks most like an unknown one."""
    names = list(_keys(PipelineConfig))
    parent, _, last = key.rpartition(".")
    same_parent = [
        f"{parent}.{word}".removeprefix(".")
        for above, _, word in (name.rpartition(".") for name in names)
        if fnmatchcase(parent, above)
    ]
    candidates = difflib.get_close_matches(key, same_parent, n=1) or [
        name for name in names if name.rpartition(".")[2] == last and "*" not in name
    ]
    if not candidates:
        candidates = difflib.get_close_matches(key, names, n=1, cutoff=0.0)
    return f"; did you mean {' or '.join(candidates)}?" if candidates else ""


def _keys(model: type[BaseModel], prefix: str = "") -> Iterable[str]:
    """Yield the dotted names of all settings, groups included; * for names that users give."""
    for name, field in model.model_fields.items():
        yield prefix + name
        path, inner = prefix + name, field.annotation
        if get_origin(inner) is dict:
            path, inner = f"{path}.*", get_args(inner)[1]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _keys(inner, f"{path}.")
