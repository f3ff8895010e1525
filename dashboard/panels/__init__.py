"""Parts of views that are views of their own in small: an explorer, lists, moves, track records."""
