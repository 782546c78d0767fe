"""The page of all settings, from their descriptions.

python -m pipeline.settings_table > docs/SETTINGS.md
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipeline.config import PipelineConfig

_HEAD = """# Settings

All settings, with their defaults. Set one with `--set key.path=value`, or several in a YAML file
with `--config FILE`; see [running](guides/running.md). Where the default is several values, the
`config.yaml` of a run has them. This page is written by
`python -m pipeline.settings_table > docs/SETTINGS.md`.
"""


_LONGEST_DEFAULT = 40


def settings_table() -> str:
    """Return the page as Markdown: a table of the top-level settings, then one for each group."""
    groups: dict[str, list[str]] = {"": []}
    for group, name, field, value in all_settings():
        default = f"{value:.4g}" if isinstance(value, float) else json.dumps(value, default=_plain)
        default = f"`{default}`" if len(default) <= _LONGEST_DEFAULT else "several values"
        about = " ".join((field.description or "").split())
        about = about.replace("|", "\\|").replace("<", "&lt;")
        groups.setdefault(group, []).append(f"| `{name}` | {default} | {about} |")
    parts = [_HEAD]
    for group, rows in groups.items():
        title = f"## {group}\n\n" if group else ""
        parts.append(
            f"{title}| setting | default | what it is |\n|---|---|---|\n" + "\n".join(rows)
        )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def all_settings(
    settings: BaseModel | None = None, group: str = ""
) -> Iterator[tuple[str, str, FieldInfo, Any]]:
    """Yield group, dotted name, field and default of every setting, without the groups as such."""
    settings = PipelineConfig() if settings is None else settings
    for name, field in type(settings).model_fields.items():
        path = f"{group}.{name}" if group else name
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from all_settings(value, path)
        else:
            yield group, path, field, value


def _plain(value: BaseModel) -> dict[str, Any]:
    return value.model_dump(mode="json")


if __name__ == "__main__":
    print(settings_table(), end="")
