"""From encoded packshots to rows of a catalogue index: what the signature `embed_catalog` does."""

import tensorflow as tf

from components.recogniser.cells import quantise
from components.recogniser.embed_packshots import Embed
from components.recogniser.hubness import background_embeddings, hubness
from components.recogniser.model import Recogniser
from components.recogniser.packshots import decode_square


def embed_catalog(recogniser: Recogniser, packshots: tf.Tensor) -> dict[str, tf.Tensor]:
    """Embed packshots.

    Args:
        recogniser: The model.
        packshots: string `[V]`, encoded pictures.

    Returns:
        The arrays of an index file by their names there: `screen` float32 `[V, E]` (the shortlist
        embeddings), `templates` int8 `[V, T, T, D]`, `hubness` float32 `[V]`.
    """
    settings = recogniser.settings
    background = background_embeddings(recogniser)

    def embed(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        square, box = decode_square(encoded, settings.packshot_side)
        template = recogniser.templates(square[tf.newaxis], box[tf.newaxis])
        embedding = recogniser.embed(template)[0]
        hub = hubness(recogniser, template[0], embedding, background)
        return embedding, quantise(template)[0], hub

    points, dims = settings.roi_grid, settings.dims
    embeddings, templates, hubs = tf.map_fn(
        embed,
        packshots,
        fn_output_signature=(
            tf.TensorSpec([settings.shortlist_dims], tf.float32),
            tf.TensorSpec([points, points, dims], tf.int8),
            tf.TensorSpec([], tf.float32),
        ),
    )
    return {"screen": embeddings, "templates": templates, "hubness": hubs}


def embedding_of(recogniser: Recogniser) -> Embed:
    """Return how a recogniser in memory embeds, with the weights it has at that moment."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def embed(packshots: tf.Tensor) -> dict[str, tf.Tensor]:
        return embed_catalog(recogniser, packshots)

    return embed
