import pytest

from components.artifacts.judged_on import caution
from components.publish.report.sentences.decision import (
    consequence,
    headline,
    headline_with_reason,
    status,
)


@pytest.mark.parametrize("word", ["released", "refused", "unchanged"])
def test_a_verdict_has_one_status(make_verdict, word):
    assert status(make_verdict(word)) == word


def test_a_refusal_names_its_first_reason_and_counts_the_rest(make_verdict):
    verdict = make_verdict("refused")
    second = verdict.gates[0].model_copy(update={"verdict": "refuse"})
    more = verdict.model_copy(update={"gates": (*verdict.gates, second)})
    assert headline_with_reason(verdict).endswith("and >= 0.5 is asked for.")
    assert headline_with_reason(more).endswith("asked for. 1 more refused.")


@pytest.mark.parametrize("word", ["released", "refused", "unchanged"])
def test_every_headline_says_where_no_photo_was_judged_on(make_verdict, word):
    verdict = make_verdict(word)
    for said in (headline, headline_with_reason):
        composed = said(verdict.model_copy(update={"judged_on": "composed shelves"}))
        assert composed == f"{said(verdict)} {caution('composed shelves')}"


def test_the_current_release_judged_anew_is_not_said_to_be_unreleased(make_verdict):
    verdict = make_verdict("refused").model_copy(update={"same_as_current": True, "parent": 2})
    assert headline(verdict) == (
        "Refused: 1 of 2 gates that apply to this data refuses release 2, which it is "
        "(1 does not apply)."
    )
    assert headline_with_reason(verdict).startswith("Refused: ")
    assert consequence(verdict).startswith("Release 2 was judged anew and stays in use")
