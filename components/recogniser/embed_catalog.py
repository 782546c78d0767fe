"""From encoded packshots to rows of a catalogue index: what the signature `embed_catalog` does."""

import tensorflow as tf

from components.recogniser.cells import quantise
from components.recogniser.embed_packshots import Embed
from components.recogniser.hubness import background_embeddings, hubness
from components.recogniser.model import Recogniser
from components.recogniser.packshots import squares


def embed_catalog(recogniser: Recogniser, packshots: tf.Tensor) -> dict[str, tf.Tensor]:
    """Embed packshots.

    Args:
        recogniser: The model.
        packshots: string `[V]`, encoded pictures.

    Returns:
        The arrays of an index file by their names there: `screen` float32 `[V, E]` (the shortlist
        embeddings), `templates` int8 `[V, T, T, D]`, `descriptors` int8 `[V, A, A, d]`, `hubness`
        float32 `[V]`.
    """
    settings = recogniser.settings
    background = background_embeddings(recogniser)

    templates, _ = recogniser.views(*squares(packshots, settings.packshot_side))
    _, descriptors = recogniser.views(*squares(packshots, settings.descriptor_side))
    embeddings = recogniser.embed(templates)
    hubs = tf.map_fn(
        lambda of: hubness(recogniser, of[0], of[1], background),
        (templates, embeddings),
        fn_output_signature=tf.TensorSpec([], tf.float32),
    )
    return {
        "screen": embeddings,
        "templates": quantise(templates),
        "descriptors": quantise(descriptors),
        "hubness": hubs,
    }


def embedding_of(recogniser: Recogniser) -> Embed:
    """Return how a recogniser in memory embeds, with the weights it has at that moment."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def embed(packshots: tf.Tensor) -> dict[str, tf.Tensor]:
        return embed_catalog(recogniser, packshots)

    return embed
