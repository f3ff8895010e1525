"""The views, one file each: ``render(view)`` asks its questions and shows the answers."""
