"""The usual way: the extracts read by pandas, groupbys, and lifetimes for the value models.

Belongs here: what many notebooks do, done well. Does not belong here: what they leave out.
"""
