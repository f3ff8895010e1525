"""."""

from dashboard.page import View, missing


def render(view: View) -> None:
    missing("soon")
