"""Pictures as PNG files of the models zone, and as text that a web page shows.

Belongs here: paths and encoding. Does not belong here: what is drawn (``pictures.py``).
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.private_folder import make_private_folder
from orchestration.settings import Zones
from orchestration.valuation.pictures import PICTURES
from orchestration.valuation.scope import ScopeValuation

# Scopes that are drawn, those with most customers: nobody looks at two hundred pictures.
DRAWN_SCOPES = 6


@dataclass(frozen=True)
class DrawnPicture:
    """A file of the models zone, and the table that it is about."""

    scope: str
    name: str
    table: str
    path: Path

    @property
    def markdown(self) -> str:
        """The picture within the text, for pages that cannot reach the file."""
        encoded = base64.b64encode(self.path.read_bytes()).decode()
        return f"![{self.scope}: {self.name}](data:image/png;base64,{encoded})"


def draw_pictures(
    zones: Zones, as_of: date, scopes: Sequence[ScopeValuation]
) -> list[DrawnPicture]:
    """Every picture of the largest scopes; pictures of an earlier run of the date are replaced."""
    folder = zones.models / "pictures" / f"as_of_date={as_of}"
    make_private_folder(folder)
    for old in folder.glob("*.png"):
        old.unlink()
    largest = sorted(
        scopes, key=lambda s: (-int(s.statistics.histories.customers.sum()), s.statistics.scope)
    )
    drawn = []
    for number, scope in enumerate(largest[:DRAWN_SCOPES]):
        for picture in PICTURES.values():
            figure = picture.draw(scope)
            if figure is None:
                continue
            name = re.sub(r"\W+", "_", scope.statistics.scope) + f"-{picture.name}.png"
            path = folder / (f"{number}-{name}" if number else name)
            content = io.BytesIO()
            # Without the library's name and version, so that equal pictures are equal files.
            figure.savefig(content, format="png", metadata={"Software": None})
            path.write_bytes(content.getvalue())
            drawn.append(DrawnPicture(scope.statistics.scope, picture.name, picture.table, path))
    return drawn
