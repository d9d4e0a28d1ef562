"""Colours by meaning. Never the only sign: names, values and line styles say the same.

The eight of Okabe and Ito (2008), which people with any kind of colour blindness can tell apart.
Red beside green is avoided on purpose.
"""

BLUE = "#0072B2"
SKY = "#56B4E9"
GREEN = "#009E73"
ORANGE = "#E69F00"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
YELLOW = "#F0E442"
GREY = "#8A8A8A"

ON_TRACK = BLUE
NEAR = ORANGE
BREACHED = VERMILION
NOT_KNOWN = GREY

CATEGORIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW, GREY)
"""For what has no better or worse, in this order."""
