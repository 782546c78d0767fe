"""Where an import puts what it writes, in the data set's folder."""

PRODUCTS = "products.csv"
PACKSHOTS = "packshots"
SHELVES = "shelves"
SPAN = f"{SHELVES}/span-1"
