"""The colour of each word on the dashboard, taken from the page's palette.

Belongs here: palette codes to the words that charts show. Does not belong here: colours
(``dashboard/palette.py``).
"""

from __future__ import annotations

from dashboard import palette

MEANINGS = (palette.LIFECYCLE, palette.VALUE_CLASS, palette.LOYALTY, palette.RFM)


def label_colours(series: dict[str, str]) -> dict[str, str]:
    """Word to colour; ``series`` names further words with the palette's names of colours.

    Raises:
        ValueError: one word would have two colours.
    """
    given = [(words(code), colour) for meaning in MEANINGS for code, colour in meaning.items()]
    given += [(word, str(getattr(palette, name))) for word, name in series.items()]
    colours: dict[str, str] = {}
    for word, colour in given:
        if colours.setdefault(word, colour) != colour:
            raise ValueError(f"{word!r} would be {colours[word]} and {colour}")
    return colours


def words(code: str) -> str:
    """A code as the charts write it: won_back is Won back."""
    return code[:1].upper() + code[1:].replace("_", " ")
