"""What is raised where no edge folder comes of a model."""


class ExportFailed(Exception):
    """A step of the export failed; the message says which one and why."""
