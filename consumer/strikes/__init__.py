"""An account's ledger and its standing: what is remembered, what still counts, and what that amounts to.

Everything here is a function of the ledger's cases, the ladder and the time given.
"""
