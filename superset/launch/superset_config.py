"""Superset's configuration (``SUPERSET_CONFIG_PATH``): what differs from its defaults, and why.

Belongs here: names that Superset reads. Does not belong here: how their values come about.
"""

from __future__ import annotations

import copy
import logging

from superset.config import TALISMAN_CONFIG as THEIR_TALISMAN_CONFIG
from superset.config import THEME_DEFAULT as THEIR_THEME

from dashboard import palette
from launch.connections import opened_by
from launch.deployment import Deployment
from orchestration.settings import load_settings

DEPLOYMENT = Deployment(load_settings())

SECRET_KEY = DEPLOYMENT.secret_key
SQLALCHEMY_DATABASE_URI = f"sqlite:///{DEPLOYMENT.own_database}"
DB_CONNECTION_MUTATOR = opened_by(DEPLOYMENT)

LOG_LEVEL = logging.WARNING
# Answers to the queries of charts are not kept: a new publication is seen by the next query.
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
# Sessions and half-made charts of one process; more than one would need a server for them.
RATELIMIT_STORAGE_URI = "memory://"
SQLLAB_CTAS_NO_LIMIT = False
PREVENT_UNSAFE_DB_CONNECTIONS = True

# Nothing is asked of other machines: no counting of page views, no maps, no fonts.
TALISMAN_CONFIG = copy.deepcopy(THEIR_TALISMAN_CONFIG)
for _part, _allowed in {
    "img-src": ["'self'", "blob:", "data:"],
    "connect-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "font-src": ["'self'"],
}.items():
    TALISMAN_CONFIG["content_security_policy"][_part] = _allowed

APP_NAME = "Patron"
THEME_DEFAULT = {
    **THEIR_THEME,
    "token": {
        **THEIR_THEME["token"],
        "brandAppName": APP_NAME,
        "colorPrimary": palette.ACCENT,
        "colorLink": palette.ACCENT,
        "colorSuccess": palette.GOOD,
        "colorError": palette.BAD,
        "colorText": palette.INK,
    },
}
THEME_DARK = None  # the palette is made for paper
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "patron",
        "label": "Patron",
        "description": "Told apart by people with any form of colour blindness",
        "isDefault": True,
        "colors": list(palette.DISTINCT),
    }
]
EXTRA_SEQUENTIAL_COLOR_SCHEMES = [
    {
        "id": "patron_blues",
        "label": "Patron, light to dark",
        "description": "From little to much",
        "isDiverging": False,
        "isDefault": True,
        "colors": [palette.SHADE, palette.SKY, palette.BLUE],
    }
]
