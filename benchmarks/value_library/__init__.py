"""The value library beside the usual ones: the same customers, the same questions, one run."""
