"""Evidence about the physical document in a filmed tilt: pose, sameness, colour, screen, edge.

Nothing here says that a document is genuine: the signals flag what a person should look at.
"""
