"""Settings of the evaluation."""

from pydantic import BaseModel, ConfigDict, Field


class EvaluatorSettings(BaseModel):
    """How the evaluation runs. What is measured is fixed, so that releases can be compared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch_size: int = Field(
        8, ge=1, description="Photos the model sees at once. More needs more memory."
    )
    progress_every: int = Field(20, ge=1, description="Photos between two progress reports.")
