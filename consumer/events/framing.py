"""The five bytes in front of a value that name its schema in Confluent's Schema Registry.

A zero byte, then the schema's id as a big-endian number of four bytes. JSON never begins with a zero byte, so a framed
value and a plain one are told apart by looking.
"""

from typing import Final

PLAIN: Final = b""
"""In front of a value that is not framed."""
_MAGIC: Final = b"\0"
_ID_BYTES: Final = 4


def prefix(schema_id: int) -> bytes:
    """Return what stands in front of a value of that schema; OverflowError beyond four bytes."""
    return _MAGIC + schema_id.to_bytes(_ID_BYTES, "big")


def unframed(value: bytes) -> bytes:
    """Return the value without its frame; a plain one as it is."""
    return value[len(_MAGIC) + _ID_BYTES :] if value.startswith(_MAGIC) else value
