"""Superset on this machine, showing what is published.

Belongs here: how the files of ``superset/bundle`` become a dashboard of a running Superset. Does
not belong here: what the dashboard shows (the bundle), and anything that Superset does itself.
"""
