"""Of what is kept from run to run, only what something new touches is made again.

A model with ``kept_by`` in its yml has rows that depend on nothing but the raw rows of their own
customer or order, on products and on rates, and not on the as-of date. Its table stays in the
warehouse. The next run makes a small world in memory, of the raw rows of the customers that
something new touches, by the very same SQL, judges the claims about it, and lays its tables into
those that were kept, all in one transaction. Where that is not possible everything is made anew.
"""
