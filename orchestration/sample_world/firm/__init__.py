"""The firm as it is: persons, how systems know them, what is sold and bought.

Belongs here: drawing. Does not belong here: extract tables (``extracts/``) and files.
"""
