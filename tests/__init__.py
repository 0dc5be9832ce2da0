"""All tests of Backchannel; each folder says what it tests."""
