import pytest

pytestmark = pytest.mark.tfx


def test_warm_up_requests_are_what_the_model_takes(save_model, photos):
    import tensorflow as tf
    from tensorflow_serving.apis import prediction_log_pb2

    from components.releases.warmup import read_warmup, write_warmup

    model = save_model()

    path = write_warmup(model, photos, batch_sizes=(1, 2))

    assert path == model / "assets.extra" / "tf_serving_warmup_requests"
    served = tf.saved_model.load(str(model)).signatures
    answered = []
    for record in tf.data.TFRecordDataset([str(path)]).as_numpy_iterator():
        log = prediction_log_pb2.PredictionLog.FromString(record)
        request = log.predict_log.request
        assert request.model_spec.name == "oneshelf"
        tensors = {
            name: tf.constant(tf.make_ndarray(value)) for name, value in request.inputs.items()
        }
        answer = served[request.model_spec.signature_name](**tensors)
        answered.append(len(answer["count"]))
    assert answered == [1, 1, 1, 2]
    assert read_warmup(model) == list(photos)


def test_without_a_photo_there_is_no_request(tmp_path):
    from components.releases.warmup import write_warmup

    with pytest.raises(ValueError, match="need a photo"):
        write_warmup(tmp_path, [])
