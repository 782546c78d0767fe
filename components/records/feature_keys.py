"""Names of the features of catalogue and shelf examples.

They are those of the TensorFlow Object Detection API where it has one.
"""

PRODUCT_SKU = "product/sku"
PRODUCT_NAME = "product/name"
PRODUCT_CATEGORY = "product/category"
PRODUCT_GROUP = "product/group"
PRODUCT_VIEW = "product/view"
PRODUCT_ROW = "product/row"
PRODUCT_HELD_OUT = "product/held_out"

IMAGE_ENCODED = "image/encoded"
IMAGE_FORMAT = "image/format"
IMAGE_FILENAME = "image/filename"
IMAGE_SOURCE_ID = "image/source_id"
IMAGE_HEIGHT = "image/height"
IMAGE_WIDTH = "image/width"
IMAGE_BRIGHTNESS = "image/brightness"
IMAGE_CONTRAST = "image/contrast"
IMAGE_SHARPNESS = "image/sharpness"

IMAGE_FINGERPRINT = "image/look"
"""`imaging.fingerprint.Fingerprint` as bytes, so that nobody decodes the photo to compare it.

The key keeps an older name, by which examples already written hold it.
"""

BOX_EDGES = (
    "image/object/bbox/xmin",
    "image/object/bbox/ymin",
    "image/object/bbox/xmax",
    "image/object/bbox/ymax",
)
"""Edges of the objects' boxes as shares of the photo's sides, in the order of a box."""

OBJECT_SKU = "image/object/class/text"
OBJECT_DIFFICULT = "image/object/difficult"
OBJECT_IS_CROWD = "image/object/is_crowd"
OBJECT_OCCLUSION = "image/object/occlusion"
OBJECT_HELD_OUT = "image/object/held_out"
OBJECT_COUNT = "image/object/count"
"""How many products are on the photo: objects, or what was counted where nobody drew boxes."""

OBJECT_HEIGHT = "image/object/height"
"""Height of the objects as a share of the photo's."""

PHOTO_STORE = "photo/store"
PHOTO_VISIT = "photo/visit"
PHOTO_LABEL = "photo/label"

PHOTO_COUNTS_SKU, PHOTO_COUNTS_COUNT = "photo/counts/sku", "photo/counts/count"
"""SKUs that were counted on the photo, and how many of each: two lists of one length."""

PHOTO_SPAN = "photo/span"
PHOTO_HARD = "photo/hard"

CHECKED_ONLY = frozenset({IMAGE_FINGERPRINT, OBJECT_HEIGHT})
"""Features that only checks of the data read: photos made from a photo do not have them."""
