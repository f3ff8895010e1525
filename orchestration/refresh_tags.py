"""Tags with which a run is asked for something special; from `patron run` or the UI's launchpad."""

LAUNCHED_BY = "patron/launched_by"  # "cli": the command line reports its own failures
FULL_TAG = "patron/full"  # read all extracts in landing again, keep no table
FORCE_TAG = "patron/force"  # serve this as-of date even where a newer one is served
