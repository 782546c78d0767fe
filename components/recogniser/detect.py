"""From a photo and a catalogue index to detections: one graph for server and phone.

Only the number of proposals depends on the photo, and every operation has a TFLite built-in.
"""

import tensorflow as tf

from components.recogniser.geometry import clipped
from components.recogniser.index_tensors import IndexTensors
from components.recogniser.matching import Candidates, match, refine_proposals
from components.recogniser.model import Recogniser
from components.recogniser.postprocess import FoundTensors, found_tensors
from components.recogniser.proposals import Proposals, propose


def detect(recogniser: Recogniser, photo: tf.Tensor, index: IndexTensors) -> FoundTensors:
    """Detect products in one photo.

        photo [1, H, W, 3] ── features ── pyramid of maps [H/8, W/8, D], [H/16, W/16, D], …
        pyramid ── proposal head, NMS ── P boxes [P, 4], objectness [P]
        boxes ── RoIAlign ── features [P, G, G, D] ── shortlist embeddings [P, E]
        embeddings x those of all V views ── cosines [P, V] ── likeliest view of each
        its template [P, 1, T, T, D] ── TransformNet ── refined boxes [P, 4], features read anew
        cosines anew ── shortlist of views ── laid on as they are, late interaction ── the best K
        templates [P, K, T, T, D] ── TransformNet ── aligned scores [P, K], boxes [P, K, 4]
        all scores ── probabilities [P, K] ── NMS, runner-up, ambiguity ── detections [N]
        those of other products [P] ── NMS ── products [N], named or not

    Args:
        recogniser: The model.
        photo: `[1, H, W, 3]` 0..255, see `fit_photo`.
        index: The catalogue, V views.

    Returns:
        Detections and products, boxes in pixels of that photo.
    """
    proposals, candidates = propose_and_match(recogniser, photo, index)
    return found_tensors(recogniser, candidates, proposals.proposed, proposals.objectness)


def propose_and_match(
    recogniser: Recogniser, photo: tf.Tensor, index: IndexTensors
) -> tuple[Proposals, Candidates]:
    """Return the proposals in one photo `[1, H, W, 3]` and the SKUs that could be there.

    Candidates and what was proposed are clipped to the photo, so that whoever suppresses or judges
    them sees the same boxes.
    """
    proposals, pyramid = propose(recogniser, photo)
    proposals = refine_proposals(recogniser, proposals, pyramid, index)
    candidates = match(recogniser, proposals, index)
    size = tf.shape(photo)[1:3]
    proposals = proposals._replace(proposed=clipped(proposals.proposed, size))
    return proposals, candidates._replace(boxes=clipped(candidates.boxes, size))
