"""Trains the learned scorer on the corpus: `python -m tests.training`."""
