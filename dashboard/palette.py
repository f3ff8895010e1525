"""Colours: one home for what each colour means.

Belongs here: the colour of every stage, tier, type and direction, and the order in which they
stand. Does not belong here: how charts are drawn. The colours are those of Okabe and Ito (2008),
which people with any form of colour blindness tell apart, and darker or lighter tones of them; no
chart tells by colour alone.
"""

from __future__ import annotations

INK = "#1F2933"
FAINT = "#5F6B76"
RULE = "#DDE2E7"
SHADE = "#F4F6F8"
PAPER = "#FFFFFF"
GREY = "#9AA5B1"
PALE = "#D3D9DF"
SLATE = "#52606D"  # a grey that purple is not taken for without green
BLACK = "#000000"

SKY = "#56B4E9"
BLUE = "#0072B2"
NAVY = "#00436B"
GREEN = "#009E73"
FOREST = "#00573F"
ORANGE = "#E69F00"
VERMILLION = "#D55E00"
BROWN = "#6B2A00"
PURPLE = "#CC79A7"
YELLOW = "#F0E442"

ACCENT = BLUE
GOOD = "#00795A"  # green and red-orange dark enough to be read as text
BAD = "#B84E00"

GAIN, LOSS, TOTAL = BLUE, VERMILLION, NAVY
EARLIER = GREY  # last year, the month before: what today is compared with

LIFECYCLE = {
    "prospect": SLATE,
    "new": SKY,
    "developing": BLUE,
    "growing": GREEN,
    "mature": FOREST,
    "declining": ORANGE,
    "lapsed": VERMILLION,
    "churned": BROWN,
    "won_back": PURPLE,
}
VALUE_CLASS = {
    "high": NAVY,
    "potential": GREEN,
    "middle": SKY,
    "low": GREY,
    "not_tiered": PALE,
}
LOYALTY = {
    "super_value": GREEN,
    "latent": SKY,
    "monopoly": PURPLE,
    "price": ORANGE,
    "convenience": YELLOW,
    "incentive": VERMILLION,
    "inertia": BLUE,
    "none": SLATE,
    "not_typed": PALE,
}
RFM = {
    "champions": FOREST,
    "loyal": GREEN,
    "potential_loyalists": BLUE,
    "new_customers": SKY,
    "promising": "#9AD1F2",
    "need_attention": YELLOW,
    "about_to_sleep": ORANGE,
    "at_risk": VERMILLION,
    "cannot_lose": PURPLE,
    "hibernating": BROWN,
    "lost": INK,
    "not_scored": PALE,
}
NEED_CLASS = {
    "high_quality": NAVY,
    "high_frequency": GREEN,
    "trial": ORANGE,
    "new": SKY,
    "not_classed": PALE,
}
BEHAVIOUR_CLASS = {
    "sticky": GREEN,
    "price_driven": ORANGE,
    "returning": PURPLE,
    "occasional": SKY,
    "dormant": VERMILLION,
    "not_classed": PALE,
}
# From little to much; text on it is black up to DARK_FROM of the way and white beyond.
SCALE = ("#F3F8FB", "#BBDCEE", "#6FB1D8", BLUE)
DARK_FROM = 0.94
NPS = {"promoter": BLUE, "passive": PALE, "detractor": VERMILLION}
VALUE_PARTS = {"Established": BLUE, "Potential": GREEN, "Influence": ORANGE}
FLOWS = {"New": SKY, "Returned": PURPLE, "Went quiet": VERMILLION}

# Schemes whose segments have a fixed meaning; those of all others are named by the data.
SCHEMES = {
    "lifecycle": LIFECYCLE,
    "value_class": VALUE_CLASS,
    "loyalty": LOYALTY,
    "rfm": RFM,
    "need_class": NEED_CLASS,
    "behaviour_class": BEHAVIOUR_CLASS,
}
# Told apart, not ordered; beyond these the data are shown in one colour.
DISTINCT = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW, NAVY, BROWN)
NOT_KNOWN = ("not_given", "not given", "not_clustered", "not_classed", "not_typed", "not_tiered")


def colours(scheme: str, segments: list[str]) -> dict[str, str]:
    """Colour of each segment of a scheme: fixed where its meaning is, else one for all."""
    fixed = SCHEMES.get(scheme)
    if fixed is not None:
        return {segment: fixed.get(segment, PALE) for segment in segments}
    named = [segment for segment in segments if segment not in NOT_KNOWN]
    many = len(named) > len(DISTINCT)
    shown = {name: BLUE if many else DISTINCT[place] for place, name in enumerate(sorted(named))}
    return {segment: shown.get(segment, PALE) for segment in segments}


def ordered(scheme: str, segments: list[str]) -> list[str]:
    """Segments in the order of their meaning, else by name; what is not known comes last."""
    fixed = list(SCHEMES.get(scheme, {}))
    place = {segment: rank for rank, segment in enumerate(fixed)}
    return sorted(segments, key=lambda s: (s in NOT_KNOWN, place.get(s, len(place)), s))
