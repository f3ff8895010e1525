"""A coherent CRM and sales world of any size whose truth is known.

Belongs here: drawing the world, delivering it as daily extracts and writing down its truth.
Does not belong here: reading extracts (``ingest/``) or estimating anything from them (``value/``).
"""

from orchestration.sample_world.generate import WorldError, WorldSummary, write_world

__all__ = ["WorldError", "WorldSummary", "write_world"]
