"""Words that people use in ordinary talk, which are no user names: "stories" after "insta" is none, "mothlight" is.

The list is made by `python -m tests.training` from the messages of the corpus that hold nothing.
"""

from consumer.detection.lexicon import word_list

_FAMILIAR = word_list("familiar.toml", "words")


def is_familiar(word: str) -> bool:
    """Whether a word in small letters, or what it is a plural of, is used in ordinary talk."""
    return word in _FAMILIAR or word.removesuffix("s") in _FAMILIAR
