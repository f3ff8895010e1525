"""Colours are told apart without red or green, text stands out, and the keyboard reaches the views.

Simulation of colour blindness: Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
Difference of colours: CIE 1976 in L*a*b*, where about 2 is the least that is seen side by side.
Contrast: WCAG 2, 4.5 to 1 for text.
"""

from __future__ import annotations

import math
import re
from itertools import combinations

import pytest
from test_every_view import VIEWS

from dashboard import palette

SEEN = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750),
          (0.0193339, 0.1191920, 0.9503041))  # fmt: skip
WHITE = (0.95047, 1.0, 1.08883)
APART = 15.0
CONTRAST = 4.5
TOGETHER = {
    **palette.SCHEMES,
    "nps": palette.NPS,
    "parts of value": palette.VALUE_PARTS,
    "flows": palette.FLOWS,
    "steps of the bridge": {"gain": palette.GAIN, "loss": palette.LOSS, "level": palette.TOTAL},
    "this year and before": {"now": palette.BLUE, "before": palette.EARLIER},
}


def linear(colour: str) -> tuple[float, ...]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def times(matrix, vector) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def lab(colour: str, seen: str) -> tuple[float, float, float]:
    light = [min(1.0, max(0.0, c)) for c in times(SEEN[seen], linear(colour))]
    x, y, z = (
        c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116
        for c in (a / w for a, w in zip(times(TO_XYZ, light), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def contrast(one: str, other: str) -> float:
    low, high = sorted(times(TO_XYZ, linear(c))[1] for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def between(share: float) -> str:
    """The colour of the scale at this share of its way."""
    steps = len(palette.SCALE) - 1
    at = min(int(share * steps), steps - 1)
    ends = [[int(palette.SCALE[at + n][i : i + 2], 16) for i in (1, 3, 5)] for n in (0, 1)]
    along = share * steps - at
    mixed = (round(a + (b - a) * along) for a, b in zip(*ends, strict=True))
    return "#" + "".join(f"{c:02X}" for c in mixed)


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("scheme", TOGETHER)
def test_colours_that_stand_together_are_told_apart(scheme, seen):
    for one, other in combinations(TOGETHER[scheme], 2):
        colours = TOGETHER[scheme][one], TOGETHER[scheme][other]
        difference = math.dist(*(lab(colour, seen) for colour in colours))
        assert difference >= APART, (one, other, round(difference, 1))


def test_the_measure_sees_what_cannot_be_told_apart():
    """Purple and this grey look the same without green: they stood together once."""
    assert math.dist(lab("#CC79A7", "deuteranopia"), lab("#9AA5B1", "deuteranopia")) < 5
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("colour", ["INK", "FAINT", "ACCENT", "GOOD", "BAD"])
@pytest.mark.parametrize("ground", ["PAPER", "SHADE"])
def test_colours_of_text_stand_out(colour, ground):
    assert contrast(getattr(palette, colour), getattr(palette, ground)) >= CONTRAST


def test_text_on_a_heat_map_stands_out():
    for step in range(101):
        text = palette.PAPER if step / 100 > palette.DARK_FROM else palette.BLACK
        assert contrast(text, between(step / 100)) >= CONTRAST, step


# Colour and ground of each piece of text in the view, but of what is drawn on a canvas.
TEXTS = """() => {
  const flat = [], walk = document.createTreeWalker(
    document.querySelector('[data-testid="stMain"]'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement, style = getComputedStyle(at);
    if (!node.data.trim() || !at.checkVisibility()) continue;
    if (at.closest('canvas, style, [disabled]')) continue;
    let seen = 1, ground = null;
    for (let up = at; up; up = up.parentElement) {
      seen *= parseFloat(getComputedStyle(up).opacity);
      const back = getComputedStyle(up).backgroundColor;
      if (!ground && !/, 0\\)$|transparent/.test(back)) ground = back;
    }
    const colour = at.closest('svg') ? style.fill : style.color;
    const text = node.data.trim().slice(0, 40);
    // White text of a chart stands on a cell of a heat map, which has a test of its own.
    if (at.closest('svg') && colour === 'rgb(255, 255, 255)') continue;
    if (seen > 0) flat.push([text, colour, ground || 'rgb(255, 255, 255)', seen]);
  }
  return flat;
}"""


def on(colour: str, ground: str, seen: float) -> str:
    """A colour with its transparency as it looks on its ground."""
    parts, under = ([float(n) for n in re.findall(r"[\d.]+", text)] for text in (colour, ground))
    alpha = (parts[3] if len(parts) > 3 else 1.0) * seen
    mixed = (round(c * alpha + g * (1 - alpha)) for c, g in zip(parts[:3], under[:3], strict=True))
    return "#" + "".join(f"{c:02X}" for c in mixed)


def test_every_text_of_every_view_stands_out(served, read):
    reader = read(served)
    for view in VIEWS:
        reader.go(view)
        pale = set()
        for text, colour, ground, seen in reader.tab.evaluate(TEXTS):
            solid = on(ground, "rgb(255, 255, 255)", 1.0)
            under = "rgb({}, {}, {})".format(*(int(solid[i : i + 2], 16) for i in (1, 3, 5)))
            if contrast(on(colour, under, seen), solid) < CONTRAST:
                pale.add((text, colour, ground, round(seen, 2)))
        assert not pale, (view, pale)


def test_the_keyboard_leads_to_every_view(served, read):
    reader = read(served)
    for _ in range(len(VIEWS) + 10):
        reader.tab.keyboard.press("Tab")
        focused = reader.tab.evaluate("document.activeElement.innerText") or ""
        if focused.strip() == "Loyalty":
            break
    else:
        raise AssertionError("the link to a view is not reached by the keyboard")
    reader.tab.keyboard.press("Enter")
    reader.settle()
    assert "Why customers come back" in reader.text
