import json

import pytest

from pipeline.config import load
from pipeline.facts import facts_of
from pipeline.inputs import Inputs
from pipeline.stages import STAGES

pytestmark = pytest.mark.tfx


@pytest.fixture(scope="module")
def subject():
    from pipeline import graph

    return graph


@pytest.fixture(scope="module")
def config():
    return load(overrides={"catalog": "products.csv", "shelves": "shelves"})


def nodes(subject, config, run_id="run", inputs=None):
    pipeline = subject.create_pipeline(config, facts_of(run_id, config, inputs or Inputs()))
    return {node.id: node for node in pipeline.components}


def test_the_nodes_are_the_stages_in_an_order_that_can_be_run(subject, config):
    graph = nodes(subject, config)
    assert set(graph) == set(STAGES)
    for name, node in graph.items():
        for upstream in node.upstream_nodes:
            assert STAGES.index(upstream.id) < STAGES.index(name)


def test_nothing_is_trained_on_data_that_no_validator_has_passed(subject, config):
    def above(node):
        return {node.id} | {name for up in node.upstream_nodes for name in above(up)}

    blocking = {"CatalogValidator", "ShelfValidator", "DataCheck", "DistributionValidator"}
    assert blocking <= above(nodes(subject, config)["Augment"])


def test_content_hashes_reach_the_stages_that_read(subject, config):
    graph = nodes(subject, config, inputs=Inputs(catalog_hash="c1", shelves_hash="s1"))
    assert graph["CatalogExampleGen"].exec_properties["input_hash"] == "c1"
    assert graph["ShelfExampleGen"].exec_properties["input_hash"] == "s1"


def test_spans_are_recorded_and_kept_below_the_root_but_generated_ones_are_not_recorded(
    subject, config
):
    own = nodes(subject, config)
    for stage in ("ShelfExampleGen", "Trainer"):
        assert own[stage].exec_properties["span_records"] == "oneshelf-out/spans"
        assert own[stage].exec_properties["shelves"] == "shelves"
    for stage in ("ShelfExampleGen", "Augment"):
        assert own[stage].exec_properties["store"] == "oneshelf-out/store"
    drawn = nodes(subject, config, inputs=Inputs(generated=True))
    for stage in ("ShelfExampleGen", "Trainer"):
        assert drawn[stage].exec_properties["span_records"] == ""


def test_without_shelf_photos_shelves_are_composed_and_no_span_is_recorded(subject, config):
    def composing(composed):
        graph = nodes(subject, config, inputs=Inputs(composed=composed))
        return graph["ShelfExampleGen"].exec_properties["composing"]

    alone = load(overrides={"catalog": "products.csv"}, assignments=["augment.composed_test=7"])
    given = nodes(subject, alone)["ShelfExampleGen"].exec_properties
    assert given["shelves"] == given["span_records"] == ""
    assert json.loads(given["composing"])["composed_test"] == 7
    assert composing(composed=False) == ""
    # Photos may say how many products stand on them, and none where.
    assert composing(composed=True) != ""
    for stage, key in (("Augment", "settings"), ("Tuner", "augment")):
        properties = nodes(subject, alone)[stage].exec_properties
        assert "composed_test" not in json.loads(properties[key])


def test_photos_are_prepared_where_they_are_read_and_not_copied(subject, config):
    graph = nodes(subject, config)
    assert "transformed_examples" not in graph["Transform"].outputs
    assert graph["Trainer"].inputs["examples"] == graph["Augment"].outputs["examples"]
    assert "transform_graph" in graph["Trainer"].inputs


def test_edited_code_reaches_every_stage_of_this_project(subject, config, monkeypatch):
    monkeypatch.setattr(subject, "source_hash", lambda module, for_people: "edited")
    from_tfx = {"CatalogStatistics", "ShelfStatistics"}
    by_content = {"CatalogSchema", "ShelfSchema"}
    for name, node in nodes(subject, config).items():
        if name not in from_tfx | by_content:
            assert "edited" in str(node.exec_properties), name


def test_settings_reach_their_stages_and_no_others(subject):
    def changed(*assignments):
        data = {"catalog": "products.csv", "shelves": "shelves"}
        before = nodes(subject, load(overrides=data))
        after = nodes(subject, load(assignments=assignments, overrides=data))
        recording = {"Publish"}  # it records the whole configuration
        return {
            name for name in before if before[name].exec_properties != after[name].exec_properties
        } - recording

    assert changed("trainer.steps=7") == {"Tuner", "Trainer"}
    assert changed("backbone.name=resnet50v2") == {"Tuner", "Trainer"}
    assert changed("augment.level=strong") == {"Augment", "Tuner"}
    assert changed("tuner.trials=5") == {"Tuner"}
    assert changed("ambiguous_photos.share=0.1") == {"AmbiguousPhotos"}
    assert changed("transform.repeat_threshold=0.1") == {"Transform"}
    assert changed("data_check.leakage=warning") == {"DataCheck"}
    assert changed("distribution.drift.sku=0.5") == {"DistributionValidator"}
    assert changed("data.spans=2-5") == {"ShelfExampleGen", "DistributionValidator"}
    assert changed("release_gate.edge.max_size_mb=7") == {"ReleaseGate"}


def test_the_verdict_belongs_to_one_run(subject, config):
    first, second = (nodes(subject, config, run_id=run) for run in ("1", "2"))
    differ = {name for name in first if first[name].exec_properties != second[name].exec_properties}
    assert differ == {"ReleaseGate", "Publish"}


def test_a_new_release_reaches_what_compares_with_it_alone(subject, config):
    before = nodes(subject, config, inputs=Inputs(compared_release=None))
    after = nodes(subject, config, inputs=Inputs(compared_release=4))
    differ = {
        name for name in before if before[name].exec_properties != after[name].exec_properties
    }
    assert differ == {"Baseline", "DistributionValidator"}


def test_a_new_reference_release_reaches_what_looks_for_ambiguous_photos_and_the_record(
    subject, config
):
    graphs = [
        nodes(subject, config, inputs=Inputs(reference_release=release)) for release in (0, 4)
    ]
    references = [graph["AmbiguousPhotos"].exec_properties["reference_release"] for graph in graphs]
    assert references == ["0", "4"]
    differ = {
        name
        for name in graphs[0]
        if graphs[0][name].exec_properties != graphs[1][name].exec_properties
    }
    assert differ == {"AmbiguousPhotos", "Publish"}


def test_the_cache_can_be_switched_off(subject, config):
    uncached = config.model_copy(update={"cache": False})
    pipeline = subject.create_pipeline(uncached, facts_of("run", config, Inputs()))
    assert pipeline.enable_cache is False
