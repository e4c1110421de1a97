"""`python -m node.cli`: the `rireki` command without its script."""

from node.cli import main

main()
