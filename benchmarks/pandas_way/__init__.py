"""The usual way: the extracts read by pandas, groupbys and merges, lifetimes for the value models.

Belongs here: what an experienced person writes, from files to the outputs of the hand-written
script. Does not belong here: anything that is neither pandas nor numpy, scipy and lifetimes.
"""
