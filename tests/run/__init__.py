"""How the whole suite is run: in which order, on how many workers, and what is said meanwhile."""
