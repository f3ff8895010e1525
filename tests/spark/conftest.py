"""The cluster's tests need PySpark, which only the environment of `make test-spark` has."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("pyspark") else ["test_refresh_on_spark.py"]
