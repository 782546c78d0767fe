"""What can be wrong with releases. Every message is one line for the user."""


class ReleaseError(Exception):
    """A release cannot be read, written or found."""


class NoRelease(ReleaseError):
    """There is no release at this place."""


class DamagedRelease(ReleaseError):
    """The files of a release are not those its record lists."""
