"""How the files of pictures are called."""

PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
"""In lower case; those of the formats that are read."""

SUFFIX_OF_FORMAT = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
"""By the format that a picture's header tells."""


def is_picture(name: str) -> bool:
    """Return whether a file is called as a picture is."""
    return name.lower().endswith(PICTURE_SUFFIXES)
