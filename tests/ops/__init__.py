"""What operations is given: dashboards, rules, and the promise that what they ask for is there."""
