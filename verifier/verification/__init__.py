"""The steps of one verification; `verifier.engine` and `verifier.signing` put them in order."""
