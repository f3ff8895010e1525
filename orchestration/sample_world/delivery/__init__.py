"""How tables become daily extracts, with what goes wrong on the way.

Belongs here: packaging, formats, planted faults. Does not belong here: what the rows say.
"""
