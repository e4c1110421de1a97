"""Kill nodes at every point at which dying could matter; `fuse` says what a point is."""
