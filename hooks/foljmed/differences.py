"""How two texts differ for whoever reads them: a slip of the pen, or something else that is told."""

import difflib
import re
from collections.abc import Sequence
from typing import Final

from foljmed.prose import shorten

# A reader may notice more than that; a slip of the pen is less.
SMALL: Final = 40
_LONG: Final = 20  # times that: no slip of the pen, and slow to compare letter by letter
_ALIKE: Final = 0.5  # a name of which less is left is another's
_QUOTE: Final = 60  # characters of a change, to know it by
# How a word is bent, behind so many letters that it can still be told from others.
_ENDING: Final = re.compile(r"(?<=\w{4})(?:[aeo]rna|[aeo]r|e[nt]|na|[aent])?s?$")
# However few letters they are, what is told is another thing with them or without.
_WEIGHTY: Final = re.compile(
    r"[\d²³¹¼-¾⅐-⅞]|~~|\b(?:inte|ej|ja|nej|aldrig|ingen|inget|inga|ingenting|varken|utan|bara|endast|minst|högst|"
    r"alla|allt|hälften|fler|färre|mer|mindre|(?:ök|minsk)a(?:de|t|r)|(?:mån|tis|ons|tors|fre|lör|sön)dag\w*|januari|februari|mars|april|maj|juni|juli|augusti|(?:sept|nov|dec)ember|"
    r"oktober|noll|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tretton|fjorton|"
    r"femton|sexton|sjutton|arton|nitton|\w*(?:tjugo|trettio|fyrtio|femtio|sextio|sjuttio|åttio|nittio|hundra|tusen)\w*)\b",
)
# A word; a number with its thousands apart is one.
_WORD: Final = re.compile(r"(?<!\d)\d{1,3}(?:\s\d{3})+(?!\d)\S*|\S+")


def matter(before: str, after: str) -> bool:
    """Whether a reader would be told something else: a number, a "not", or more than a slip of the pen."""
    if before == after:
        return False
    if _WEIGHTY.findall(before.lower()) != _WEIGHTY.findall(after.lower()):
        return True
    return _changed(before.split(), after.split()) > SMALL


def is_another(was: str, now: str) -> bool:
    """Whether a name is another's, and not the same in other words."""
    if was.lower() in now.lower() or now.lower() in was.lower() or _is_made_of(was, now) or _is_made_of(now, was):
        return False
    return difflib.SequenceMatcher(None, was, now).ratio() < _ALIKE


def _is_made_of(name: str, other: str) -> bool:
    """Whether a name has all the words of another, in whatever order and form: "Torgmöte" and "Möte på torget"."""
    stems = [_ENDING.sub("", word) for word in re.findall(r"\w{4,}", other.lower())]
    is_enough = sum(map(len, stems)) >= _ALIKE * len(name)
    return is_enough and all(stem in name.lower() for stem in stems)


def in_words(old: str, new: str) -> str:
    """Return in words what has changed, from the first to the last word that has."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    shortest = min(len(before), len(after))
    start = next((i for i in range(shortest) if before[i] != after[i]), shortest)
    end = next((i for i in range(shortest - start) if before[-1 - i] != after[-1 - i]), shortest - start)
    was, now = (shorten(" ".join(words[start : len(words) - end]), _QUOTE) for words in (before, after))
    if not was:
        return f"”{now}” har lagts till"
    return f"”{was}” har blivit ”{now}”" if now else f"”{was}” har tagits bort"


def _changed(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many characters were added, removed or replaced by others, word by word and within the words."""
    changed = 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            changed += _changed_letters(" ".join(before[a:b]), " ".join(after[c:d]))
    return changed


def _changed_letters(before: str, after: str) -> int:
    if max(len(before), len(after)) > _LONG * SMALL:
        return max(len(before), len(after))
    codes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for tag, a, b, c, d in codes if tag != "equal")
