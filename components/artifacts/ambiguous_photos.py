"""ambiguous.json: names of the training photos that the reference release is least sure of."""

FILE_NAME = "ambiguous.json"
