"""Text as it is compared: without case and accents, in words."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

#: A word longer than that is compared by its beginning.
LONGEST_WORD: Final = 60

#: What is compared as a space: spaces, control characters, and code points that are no characters.
_GAPS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\U0010ffff]+")
_WORD: Final = re.compile(r"#?\w+")
#: Letters that Unicode does not take for a letter with an accent.
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return text without case, accents and surplus spaces; folding it again changes nothing."""
    if not text.isascii():
        for _ in range(2):  # what a compatibility form stands for has a case of its own
            text = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
            text = "".join(char for char in text if not unicodedata.combining(char))
        text = unicodedata.normalize("NFC", text)
    return plain(text)


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Return text without case and surplus spaces; accents stay."""
    return _GAPS.sub(" ", text.casefold() if text.isascii() else unicodedata.normalize("NFC", text.casefold())).strip()


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded, in their order; a hash sign before one is a part of it."""
    return tuple([word[:LONGEST_WORD] for word in _WORD.findall(fold(text))])


@lru_cache(maxsize=4096)
def line(text: str) -> str:
    """
    Return a text as a line of what is searched: its words, each with a space on both sides.

    An address for mail is found as a whole, too, and a word with a hash sign without it.
    """
    found = words(text)
    lines = [f" {' '.join(found)} "] if found else []
    lines += [f" {word[1:]} " for word in found if word[0] == "#"]
    if "@" in text:
        lines += [f" {whole} " for whole in (address(chunk) for chunk in text.split()) if whole]
    return "\n".join(lines)


def address(chunk: str) -> str:
    """Return an address for mail as it is searched; empty for what is none."""
    whole = fold(chunk).strip("<>()[]{},;:.\"'")[:LONGEST_WORD]
    return whole if "@" in whole.strip("@") and " " not in whole else ""


def lines(texts: Iterable[str | None]) -> str:
    """Return several texts as lines of what is searched, each once."""
    found = dict.fromkeys(line(text) for text in texts if text)
    return "\n".join(one for one in found if one)


def forget() -> None:
    """Let go of the texts that were read last: names and addresses are among them."""
    for cached in (fold, plain, words, line):
        cached.cache_clear()
