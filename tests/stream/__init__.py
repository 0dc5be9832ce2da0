"""The stream room without a broker: state, timers, stores, and batches as functions of fake records."""
