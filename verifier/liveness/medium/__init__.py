"""What was before the camera: traces of a display, of paper, and of frames that no camera took.

Each cue is one small pure file that gives a figure; `evidence.gather` runs them over a clip once, and
`judge` puts the figures into their bands. Start there.
"""
