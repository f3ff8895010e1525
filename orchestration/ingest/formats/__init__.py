"""From the bytes of a landed file to judged rows: CSV, JSON lines, Parquet.

Belongs here: everything that depends on the format or the bytes of a file. Does not belong here:
what happens to the rows.
"""
