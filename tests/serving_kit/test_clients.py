"""The clients' requests fit the exported model, and its answers fit the clients.

TensorFlow Serving does not run here. What stands in for it checks requests against the signatures
in saved_model.pb as it would, and answers in its forms, with the answers of the real model.
"""

import base64
import json
import sys
import threading
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from components.imaging.decoding import encode_jpeg
from components.releases.layout import SERVED_NAME

pytestmark = pytest.mark.tfx


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(4)
    paths = [folder / f"{number}.jpg" for number in range(2)]
    for path in paths:
        blocks = rng.integers(0, 255, (16, 16, 3), np.uint8)
        path.write_bytes(encode_jpeg(np.kron(blocks, np.ones((8, 8, 1), np.uint8))))
    return paths


class Served:
    """A SavedModel, asked by the names in its saved_model.pb."""

    def __init__(self, folder):
        import tensorflow as tf
        from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

        saved = SavedModel.FromString((folder / "saved_model.pb").read_bytes())
        (graph,) = saved.meta_graphs
        self._definitions = graph.signature_def
        self._signatures = tf.saved_model.load(str(folder)).signatures

    def ask(self, signature, inputs):
        """Raises ValueError where TensorFlow Serving would answer with an error."""
        import tensorflow as tf

        definition = self._definitions[signature]
        if set(inputs) != set(definition.inputs):
            raise ValueError(f"inputs {sorted(inputs)}, not {sorted(definition.inputs)}")
        for name, value in inputs.items():
            wanted = definition.inputs[name]
            if value.dtype != tf.as_dtype(wanted.dtype):
                raise ValueError(f"{name} is {value.dtype}, not {tf.as_dtype(wanted.dtype)}")
            if not tf.TensorShape(wanted.tensor_shape).is_compatible_with(value.shape):
                raise ValueError(f"{name} has the shape {value.shape}")
        return {key: each.numpy() for key, each in self._signatures[signature](**inputs).items()}


@pytest.fixture(scope="module")
def served(tiny_saved_model):
    return Served(tiny_saved_model)


@pytest.fixture(scope="module")
def expected(served, photos):
    """Per photo, what the model finds in it."""
    import tensorflow as tf

    answer = served.ask(
        "serving_default", {"photos": tf.constant([path.read_bytes() for path in photos])}
    )
    assert answer["count"].min() > 0
    return [
        [
            (sku.decode(), score, box.tolist())
            for sku, score, box in zip(
                answer["skus"][at][:count],
                answer["scores"][at],
                answer["boxes"][at],
                strict=False,
            )
        ]
        for at, count in enumerate(answer["count"])
    ]


@pytest.fixture
def grpc_server(served):
    """PredictionService with one model, which records the labels it is asked for."""
    import grpc
    import tensorflow as tf
    from tensorflow_serving.apis.predict_pb2 import PredictResponse
    from tensorflow_serving.apis.prediction_service_pb2_grpc import (
        PredictionServiceServicer,
        add_PredictionServiceServicer_to_server,
    )

    asked = []

    class Service(PredictionServiceServicer):
        def Predict(self, request, context):
            asked.append((request.model_spec.name, request.model_spec.version_label))
            inputs = {
                name: tf.constant(tf.make_ndarray(value)) for name, value in request.inputs.items()
            }
            response = PredictResponse()
            for name, value in served.ask(request.model_spec.signature_name, inputs).items():
                response.outputs[name].CopyFrom(tf.make_tensor_proto(value))
            return response

    server = grpc.server(futures.ThreadPoolExecutor(1))
    add_PredictionServiceServicer_to_server(Service(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}", asked
    server.stop(None)


@pytest.fixture
def rest_server(served):
    """The REST interface with one model, which records the paths it is asked for."""
    import tensorflow as tf

    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            inputs = {
                name: tf.constant([base64.b64decode(each["b64"]) for each in values])
                for name, values in body["inputs"].items()
            }
            try:
                answer = served.ask(body["signature_name"], inputs)
            except (ValueError, tf.errors.OpError) as error:
                self._say(400, {"error": str(error)})
                return
            self._say(200, {"outputs": {key: _plain(value) for key, value in answer.items()}})

        def _say(self, status, entry):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(entry).encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def _plain(values):
    """As TensorFlow Serving writes tensors: strings are text, since no name ends in _bytes."""
    if values.dtype == object:
        return np.vectorize(bytes.decode, otypes=[object])(values).tolist()
    return values.tolist()


def _check(printed, photos, expected):
    lines = [json.loads(line) for line in printed.splitlines()]
    assert [line["photo"] for line in lines] == [str(path) for path in photos]
    for line, wanted in zip(lines, expected, strict=True):
        assert len(line["detections"]) == len(wanted)
        for found, (sku, score, box) in zip(line["detections"], wanted, strict=True):
            assert found["sku"] == sku
            assert found["score"] == pytest.approx(score, abs=1e-4)
            assert found["box"] == pytest.approx(box, abs=0.1)
            assert 0 <= found["ambiguity"] <= 1
            assert found["runner_up"] != sku


def test_grpc(grpc_server, photos, expected, capsys):
    from components.serving_kit.clients import grpc_client

    address, asked = grpc_server
    grpc_client.main([*map(str, photos), "--server", address, "--label", "canary"])
    _check(capsys.readouterr().out, photos, expected)
    assert asked == [(SERVED_NAME, "canary")] * 2


def test_rest(rest_server, photos, expected, capsys):
    from components.serving_kit.clients import rest_client

    address, asked = rest_server
    rest_client.main([*map(str, photos), "--server", address])
    _check(capsys.readouterr().out, photos, expected)
    assert asked == [f"/v1/models/{SERVED_NAME}/labels/stable:predict"] * 2


@pytest.mark.parametrize("protocol", ["rest", "grpc"])
def test_a_file_that_is_no_photo_is_said_and_harms_no_other(
    protocol, rest_server, grpc_server, photos, expected, tmp_path, capsys
):
    from components.serving_kit.clients import grpc_client, rest_client

    client, (address, _) = {
        "rest": (rest_client, rest_server),
        "grpc": (grpc_client, grpc_server),
    }[protocol]
    bad = tmp_path / "no-photo.jpg"
    bad.write_bytes(b"?")

    assert client.main([str(bad), *map(str, photos), "--server", address]) == 2

    first, rest = capsys.readouterr().out.split("\n", 1)
    assert json.loads(first)["error"].startswith("not a JPEG, PNG")
    _check(rest, photos, expected)


def test_what_the_server_objects_to_is_said(rest_server, served, photos, monkeypatch):
    from components.serving_kit.clients import rest_client

    def object_to(*_):
        raise ValueError("no such label")

    monkeypatch.setattr(served, "ask", object_to)
    with pytest.raises(SystemExit, match=r"the server refuses: .*no such label"):
        rest_client.main([str(photos[0]), "--server", rest_server[0]])


def test_several_photos_make_one_request(served, photos, expected):
    import tensorflow as tf

    from components.serving_kit.clients import grpc_client, rest_client

    encoded = [path.read_bytes() for path in photos]
    request = grpc_client.request_for(encoded, "stable")
    inputs = {key: tf.constant(tf.make_ndarray(each)) for key, each in request.inputs.items()}
    assert len(served.ask(request.model_spec.signature_name, inputs)["count"]) == 2
    body = json.loads(rest_client.request_for(encoded, "http://x", "stable").data)
    assert [base64.b64decode(each["b64"]) for each in body["inputs"]["photos"]] == encoded


def test_a_client_out_of_a_release_stands_alone(tmp_path, photos, rest_server):
    import subprocess

    from components.serving_kit.kit import kit_files

    files = kit_files(2, 1)
    client = tmp_path / "rest_client.py"
    client.write_text(files["clients/rest_client.py"])
    compile(files["clients/grpc_client.py"], "grpc_client.py", "exec")
    assert "from components" not in files["clients/grpc_client.py"]

    done = subprocess.run(
        [sys.executable, "-I", client, str(photos[0]), "gone.jpg", "--server", rest_server[0]],
        capture_output=True,
        text=True,
    )

    first, second = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, done.stderr) == (2, "")
    assert first["detections"]
    assert second == {"photo": "gone.jpg", "error": "no such file"}


@pytest.mark.parametrize("protocol", ["rest", "grpc"])
def test_without_a_server_there_is_a_sentence(protocol, photos):
    from components.serving_kit.clients import grpc_client, rest_client

    client, server = {
        "rest": (rest_client, "http://127.0.0.1:9"),
        "grpc": (grpc_client, "127.0.0.1:9"),
    }[protocol]
    with pytest.raises(SystemExit, match=r"no answer from 127\.0\.0\.1:9 .* is a server running"):
        client.main([str(photos[0]), "--server", server])


def test_a_turned_photo_is_sent_upright(rest_server, photos, expected, tmp_path, capsys):
    from PIL import Image

    from components.serving_kit.clients import rest_client

    exif = Image.Exif()
    exif[0x0112] = 6
    turned = tmp_path / "turned.png"
    with Image.open(photos[0]) as photo:
        photo.transpose(Image.Transpose.ROTATE_90).save(turned, exif=exif)

    rest_client.main([str(turned), str(photos[0]), "--server", rest_server[0]])

    lying, upright = map(json.loads, capsys.readouterr().out.splitlines())
    skus = [[found["sku"] for found in line["detections"][:3]] for line in (lying, upright)]
    assert skus[0] == skus[1]
