"""MBG/NBD: like BG/NBD, with a chance to drop out right after the first purchase too.

Belongs here: the difference that Batislam, Denizel and Filiztekin 2007 make. Does not belong here:
what is equal (``bgnbd.py``).

This is the default for P(alive): in BG/NBD everybody who never came back is alive for certain,
which for most shops is the majority of customers and plainly untrue.
"""

from __future__ import annotations

from orchestration.value.bgnbd import BetaGeometricNBD


class ModifiedBetaGeometricNBD(BetaGeometricNBD):
    """MBG/NBD with parameters r, alpha, a, b."""

    name = "mbgnbd"
    first_chances = 1


MODEL = ModifiedBetaGeometricNBD()
