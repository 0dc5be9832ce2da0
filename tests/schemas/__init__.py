"""The contract: generated files, examples, compatibility."""
