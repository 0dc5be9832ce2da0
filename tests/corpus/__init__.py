"""The labelled corpus and the checks of its form."""
