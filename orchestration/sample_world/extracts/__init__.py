"""The tables that the firm's systems deliver, one module per part of the business.

Belongs here: columns and versions of rows, in the sources' own words. Does not belong here: the
processes behind purchases (``firm/``) and files (``delivery/``).
"""
