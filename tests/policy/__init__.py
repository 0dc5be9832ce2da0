"""The rules document, and what it says of one message by itself."""
