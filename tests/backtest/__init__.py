"""Tests of the backtest room."""
