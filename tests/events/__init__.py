"""The wire's models and their reading."""
