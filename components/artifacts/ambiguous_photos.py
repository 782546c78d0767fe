"""ambiguous.json: names of the training photos that the reference release is least sure of.

    ["span-1/b.jpg", "span-1/c.jpg"]

The names are keys among all spans, in alphabetical order; the list is empty where nothing was
looked for.
"""

AMBIGUOUS_FILE = "ambiguous.json"
