import pytest
from pydantic import BaseModel, Field, ValidationError

from pipeline.value_faults import in_words


class Settings(BaseModel):
    share: float = Field(0.5, le=1)
    number: int = 1
    word: str = ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"share": "50%"}, "expected a number, not '50%'; write 0.5"),
        ({"share": "7.5 %"}, "expected a number, not '7.5 %'; write 0.075"),
        ({"share": "half"}, "expected a number, not 'half'"),
        ({"share": 50}, "input should be less than or equal to 1, not 50"),
        ({"number": "50%"}, "expected a whole number, not '50%'"),
        ({"number": 1.5}, "expected a whole number, not 1.5"),
        ({"word": [1]}, "expected a text"),
    ],
)
def test_a_value_is_told_plainly(given, said):
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(given)
    (fault,) = caught.value.errors()
    assert in_words(fault) == said
