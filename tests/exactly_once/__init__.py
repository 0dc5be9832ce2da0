"""The guarantees of DESIGN §4 on a real broker, each with a test that fails without it.

site       one test's topics, group and worker processes
verifier   recomputes every output from the input with the pure stages
"""
