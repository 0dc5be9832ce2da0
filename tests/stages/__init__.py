"""Screen and judge."""
