"""The benchmarks are no installed package: they are imported from the checkout."""

import sys

from orchestration.settings import PROJECT_ROOT

sys.path.insert(0, str(PROJECT_ROOT))
