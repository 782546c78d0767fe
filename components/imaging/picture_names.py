"""How the files of pictures are called."""

PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
"""In lower case; those of the formats that are read. HEIC is among them where nothing reads it,
too: a sentence says so, where a file passed over would not."""

SUFFIX_OF_FORMAT = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "HEIF": ".heic"}
"""By the format that a picture's header tells."""


def is_picture(name: str) -> bool:
    """Return whether a file is called as a picture is."""
    return name.lower().endswith(PICTURE_SUFFIXES)
