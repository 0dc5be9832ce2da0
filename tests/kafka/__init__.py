"""What only a real broker can show: transactions, fencing, rebalances, crashes."""
