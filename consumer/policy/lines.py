"""Where a key stands in a TOML file, which `tomllib` does not tell: for error messages only."""

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([\w.\-]+)\s*=")

Key = tuple[str | int, ...]


def line_of(text: str, key: Key) -> int | None:
    """The line (from 1) of `key` in a TOML text, or of the nearest table around it, or none.

    Reads headers, arrays of tables and `key = value` lines; a key inside an inline table is found as the key
    that holds it. Quoted keys are not looked for.
    """
    places = _places(text)
    for length in range(len(key), 0, -1):
        line = places.get(key[:length])
        if line is not None:
            return line
    return None


def _places(text: str) -> dict[Key, int]:
    places: dict[Key, int] = {}
    table: Key = ()
    arrays: dict[Key, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = tuple(header[2].split("."))
            if header[1] == "[[":
                index = arrays[table] = arrays.get(table, -1) + 1
                places.setdefault(table, number)
                table = (*table, index)
            places.setdefault(table, number)
        elif entry := _KEY.match(line):
            places.setdefault((*table, *entry[1].split(".")), number)
    return places
