from dataclasses import replace

from components.serving_check.signatures import SIGNATURES, Signature, Tensor, differences


def changed(name: str, **changes) -> dict[str, Signature]:
    return {**SIGNATURES, name: replace(SIGNATURES[name], **changes)}


def test_a_model_as_expected_has_no_differences():
    assert differences(SIGNATURES) == []


def test_sizes_may_be_fixed_in_outputs():
    outputs = {**SIGNATURES["image"].outputs, "scores": Tensor("float32", (None, 200))}

    assert differences(changed("image", outputs=outputs)) == []


def test_an_output_of_unknown_shape_is_checked_when_it_runs():
    outputs = {**SIGNATURES["image"].outputs, "scores": Tensor("float32", None)}

    assert differences(changed("image", outputs=outputs)) == []


def test_a_missing_signature_is_named():
    found = {name: each for name, each in SIGNATURES.items() if name != "embed_catalog"}

    assert differences(found) == ["signature 'embed_catalog' is missing"]


def test_missing_and_unexpected_inputs_are_named():
    inputs = {"bytes": Tensor("string", (None,))}

    assert differences(changed("serving_default", inputs=inputs)) == [
        "signature 'serving_default' has no input 'photos'",
        "signature 'serving_default' asks for another input, 'bytes'",
    ]


def test_another_dtype_is_told():
    outputs = {**SIGNATURES["image"].outputs, "count": Tensor("int64", (None,))}

    assert differences(changed("image", outputs=outputs)) == [
        "output 'count' of signature 'image' is int64 [?], not int32 [?]"
    ]


def test_an_input_that_takes_one_size_only_is_told():
    inputs = {"image": Tensor("uint8", (1, None, None, 3))}

    assert differences(changed("image", inputs=inputs)) == [
        "input 'image' of signature 'image' is uint8 [1, ?, ?, 3], not uint8 [?, ?, ?, 3]"
    ]


def test_another_rank_is_told():
    outputs = {**SIGNATURES["image"].outputs, "boxes": Tensor("float32", (None, 4))}

    assert differences(changed("image", outputs=outputs)) == [
        "output 'boxes' of signature 'image' is float32 [?, 4], not float32 [?, ?, 4]"
    ]
