"""Great Expectations' Data Docs from results, as static pages that work offline.

Belongs here: building the site and making it self-contained. Does not belong here: validating
(``great_expectations.py``) and what results may show (``gx_results.py``).

The pages of a suite are GX's own. The index is ours: GX fills its index by scripts from public
networks, so offline it would stay empty. For the same reason the links to outside styles, fonts
and scripts are replaced by one small style sheet.
"""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.checks.gx_results import ExpectationResult, SuiteResult

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view.view import DefaultJinjaPageView

LOG = logging.getLogger(__name__)
PAGE = "result.html"  # GX names a result's page after its batch; we have one per suite and run
TIME_FOLDER = "%Y%m%dT%H%M%S.%fZ"  # as GX's
STYLE_SHEET = "data_docs.css"
OUTSIDE = re.compile(
    r"<script\b.*?</script>|<link\b[^>]*>|<img\b[^>]*https?://[^>]*>|<footer>.*?</footer>"
    r"|url\('https?://[^)]*\)",
    re.DOTALL,
)
# GX links to a page of the bare suite; the contract is that page, so none is built.
SUITE_PAGE_LINK = re.compile(r'<a href="[^"]*expectations/[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem; color: #222; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { border: 1px solid #ddd; padding: .3rem .6rem; text-align: left; vertical-align: top; }
.passed, .text-success { color: #18794e; } .failed, .text-danger { color: #b42318; }
.fa-check-circle::before { content: "\\2714"; }
.fa-times::before, .fa-exclamation-triangle::before { content: "\\2718"; }
.btn-group, .navbar-brand { display: none; }
ul { padding-left: 1.2rem; }
"""


def build_data_docs(
    folder: Path, results: Mapping[str, SuiteResult], as_of: date | None = None
) -> Path:
    """Write the pages of ``results`` into ``folder``, replacing what it held.

    Args:
        folder: gets ``index.html`` and one page per suite.
        results: by suite name, as ``validate`` returned them.
        as_of: the run's as-of date, shown as the run's name.

    Returns:
        The index page.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".data_docs_") as made:
        site = Path(made) / "site"
        site.mkdir()
        run_name = as_of.isoformat() if as_of else "newest"
        pages = _write_pages(results, site, run_name)
        (site / STYLE_SHEET).write_text(STYLE.lstrip(), encoding="utf-8")
        (site / "index.html").write_text(_index(results, pages, run_name), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        site.replace(folder)
    return folder / "index.html"


def _write_pages(results: Mapping[str, SuiteResult], site: Path, run_name: str) -> dict[str, str]:
    """One page per suite; returns where it is, by suite."""
    now = datetime.now(UTC)
    run = {"run_name": run_name, "run_time": now.isoformat()}
    pages = {}
    for name, result in results.items():
        known = [_as_gx(expectation) for expectation in result.expectations]
        known = [entry for entry in known if entry is not None]
        if not known:
            continue  # the index says why
        place = "/".join(["validations", *name.split("."), run_name, f"{now:{TIME_FOLDER}}", PAGE])
        try:
            text = _rendered(_suite_as_gx(name, result, known, run))
        except Exception:
            LOG.exception("Great Expectations cannot render the results of %s", name)
            continue  # its row in the index has them all the same
        page = site / place
        page.parent.mkdir(parents=True)
        page.write_text(_self_contained(text, up=place.count("/")), encoding="utf-8")
        pages[name] = place
    return pages


def _rendered(result: ExpectationSuiteValidationResult) -> str:
    """The page as GX's site builder makes it. That writes and reads each result as JSON first, and
    looks over all of them for an index that we do not use: two thirds of its work."""
    renderer, view = _page_makers()
    return str(view.render(renderer.render(result), show_how_to_buttons=False))


@cache  # its templates are compiled once
def _page_makers() -> tuple[ValidationResultsPageRenderer, DefaultJinjaPageView]:
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view.view import DefaultJinjaPageView

    return ValidationResultsPageRenderer(), DefaultJinjaPageView()


def _as_gx(result: ExpectationResult) -> ExpectationValidationResult | None:
    """The result as GX renders it; None where GX does not know the expectation's type."""
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.util import convert_to_json_serializable  # how dates are written

    try:
        kwargs = convert_to_json_serializable(dict(result.kwargs))
        configuration = ExpectationConfiguration(type=result.type, kwargs=kwargs)
        configuration.to_domain_obj()
    except Exception:  # noqa: BLE001  what GX cannot render stands in the index
        return None
    return ExpectationValidationResult(
        success=result.passed,
        expectation_config=configuration,
        result=convert_to_json_serializable(dict(result.figures)),
        exception_info={
            "raised_exception": result.exception is not None,
            "exception_message": result.exception,
            "exception_traceback": result.exception,
        },
    )


def _suite_as_gx(
    name: str, result: SuiteResult, known: list[Any], run: Any
) -> ExpectationSuiteValidationResult:
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
    )

    from orchestration.checks.great_expectations import import_gx

    passed = sum(expectation.passed for expectation in result.expectations)
    count = len(result.expectations)
    return ExpectationSuiteValidationResult(
        success=result.passed,
        results=known,
        suite_name=name,
        statistics={
            "evaluated_expectations": count,
            "successful_expectations": passed,
            "unsuccessful_expectations": count - passed,
            "success_percent": 100 * passed / count,
        },
        meta={
            "run_id": run,
            "great_expectations_version": import_gx().__version__,
            "batch_spec": {"data_asset_name": result.relation},
        },
    )


def _self_contained(text: str, up: int) -> str:
    """``up`` is how many folders lie between the page and the site."""
    text = SUITE_PAGE_LINK.sub(r"\1", OUTSIDE.sub("", text))
    sheet = "../" * up + STYLE_SHEET
    return text.replace("</head>", f'<link rel="stylesheet" href="{sheet}"/></head>')


def _index(results: Mapping[str, SuiteResult], pages: Mapping[str, str], run_name: str) -> str:
    rows = "".join(_index_row(name, result, pages.get(name)) for name, result in results.items())
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"/><title>Data docs</title>'
        f'<link rel="stylesheet" href="{STYLE_SHEET}"/></head><body>'
        f"<h1>Data docs: {escape(run_name)}</h1><table><tr><th>Status</th><th>Suite</th>"
        "<th>Relation</th><th>Expectations</th><th>Failures</th></tr>"
        f"{rows}</table></body></html>\n"
    )


def _index_row(name: str, result: SuiteResult, page: str | None) -> str:
    word = "passed" if result.passed else "failed"
    label = f'<a href="{escape(page)}">{escape(name)}</a>' if page else escape(name)
    failures = [result.problem] if result.problem else []
    if not failures:
        failures = [
            f"{failure.column or 'table'}: expected {failure.expected}; "
            f"observed {failure.exception or failure.observed}"
            for failure in result.failures
        ]
    return (
        f'<tr><td class="{word}">{word}</td><td>{label}</td><td>{escape(result.relation)}</td>'
        f"<td>{len(result.expectations)}</td>"
        f"<td>{'<br/>'.join(escape(failure) for failure in failures)}</td></tr>"
    )
