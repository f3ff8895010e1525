"""The page's entry: which publication is shown, navigation, and messages about the publication.

Belongs here: assembly only. Does not belong here: figures (``views/``).
"""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

# Streamlit puts this file's folder on the path; the package is one level up.
ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from dashboard.frame import main  # noqa: E402

st.set_page_config(page_title="Patron", layout="wide", initial_sidebar_state="collapsed")
main()
