"""Tests of the made-up traffic: what its users build on."""
