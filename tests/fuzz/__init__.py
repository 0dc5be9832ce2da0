"""Fuzzing the detector: `python -m tests.fuzz --seconds N` (`--engine atheris` for coverage-guided bytes)."""
