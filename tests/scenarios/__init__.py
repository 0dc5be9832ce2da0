"""Policy scenarios: what happens to accounts, step by step, and what must come of it."""
