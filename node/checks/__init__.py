"""What an operator wants to know before the first customer: one module per subject.

A check takes the settings and returns findings. It changes nothing that the node would miss, prints no
secret, and raises the node's own errors where it could not find out. `node.checks.catalogue` lists them in
the order in which they are told: a new check is a function in its subject's module and one line there.
"""
