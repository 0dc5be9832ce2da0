"""What operations sees of a running worker: metrics, health, logs. None of it ever shows message text."""
