"""Standing, retention and the ledger's bound."""
