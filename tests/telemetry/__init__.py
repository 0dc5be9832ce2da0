"""What operations sees."""
