"""A person at Superset: a browser tab that notes each answer to a chart and each fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import APIResponse, Browser, ConsoleMessage, Response

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 90_000  # milliseconds; the tests' machine may be busy
BUSY = '[data-test="loading-indicator"], [data-test="loading"], .loading'
TABS = ".dashboard-component-tabs .ant-tabs-tab"
CHART_DATA = "/api/v1/chart/data"
# Superset's menu holds a picture that counts page views at its makers'. The configuration forbids
# it, and the browser says so: the one message that is expected.
FORBIDDEN_PICTURE = "apachesuperset.gateway.scarf.sh/pixel"
TALL = 3200

Rows = list[dict[str, Any]]


class Visitor:
    """One tab. ``answers`` are the rows of the last answer to each chart, by the chart's number."""

    def __init__(self, browser: Browser, address: str, password: str) -> None:
        self._address = address
        self._context = browser.new_context(viewport={"width": 1366, "height": 768})
        self.tab = self._context.new_page()
        self.tab.set_default_timeout(PATIENCE)
        self.faults: list[str] = []
        self.answers: dict[int, list[Rows]] = {}
        self.tab.on("console", self._note_message)
        self.tab.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.tab.on("response", self._note_answer)
        self._log_in(password)

    def close(self) -> None:
        self._context.close()

    def open(self, slug: str) -> None:
        """Opens a dashboard at its first tab."""
        self.tab.goto(f"{self._address}/superset/dashboard/{slug}/")
        self.tab.wait_for_selector(TABS)
        self.settle()

    def tabs(self) -> list[str]:
        return [text.strip() for text in self.tab.locator(TABS).all_inner_texts()]

    def go(self, tab: str) -> None:
        """Opens a tab of the dashboard, tall enough for all of its charts to be drawn."""
        self.tab.locator(TABS).filter(has_text=tab).first.click()
        self.tab.set_viewport_size({"width": 1366, "height": TALL})
        self.settle()

    def settle(self) -> None:
        """Waits until nothing has been loading for a moment."""
        quiet = 0
        for _ in range(PATIENCE // 250):
            self.tab.wait_for_timeout(250)
            quiet = 0 if self.tab.locator(BUSY).count() else quiet + 1
            if quiet == 5:
                return
        raise AssertionError("charts are still loading")

    def ask(self, path: str) -> Any:
        """One answer of Superset's API."""
        answer = self._context.request.get(f"{self._address}{path}")
        assert answer.ok, f"{path}: {answer.status} {answer.text()[:500]}"
        return answer.json()

    def charts(self, slug: str) -> dict[str, int]:
        """Numbers of a dashboard's charts, by name."""
        found = self.ask(f"/api/v1/dashboard/{slug}/charts")["result"]
        return {chart["slice_name"]: chart["id"] for chart in found}

    def pick(self, label: str, choice: str) -> None:
        """Chooses a value in a filter of the dashboard and applies it."""
        place = self.tab.locator('[data-test="form-item-value"]').filter(has_text=label)
        place.get_by_role("combobox").click()
        place.get_by_role("combobox").fill(choice)
        self.tab.locator(".ant-select-item-option").get_by_text(choice, exact=True).click()
        self.tab.keyboard.press("Escape")
        self.tab.locator('[data-test="filter-bar__apply-button"]').click()
        self.settle()

    def database(self, name: str) -> int:
        """Number of a database."""
        found = self.ask("/api/v1/database/")["result"]
        return next(each["id"] for each in found if each["database_name"] == name)

    def run_sql(self, database: int, sql: str) -> APIResponse:
        """A statement in SQL Lab."""
        token = self.ask("/api/v1/security/csrf_token/")["result"]
        return self._context.request.post(
            f"{self._address}/api/v1/sqllab/execute/",
            data={"database_id": database, "sql": sql, "runAsync": False},
            headers={"X-CSRFToken": token, "Referer": self._address},
        )

    def picture(self, file: Path, width: int = 1366, height: int = 768) -> None:
        self.tab.set_viewport_size({"width": width, "height": height})
        self.settle()
        self.tab.screenshot(path=file)

    def _log_in(self, password: str) -> None:
        self.tab.goto(f"{self._address}/login/")
        self.tab.fill("#username", "admin")
        self.tab.fill("#password", password)
        self.tab.keyboard.press("Enter")
        self.tab.wait_for_url("**/welcome/**")

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and FORBIDDEN_PICTURE not in message.text:
            self.faults.append(f"console: {message.text} {message.location.get('url', '')}")

    def _note_answer(self, response: Response) -> None:
        parts = urlparse(response.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.faults.append(f"left the machine: {response.url}")
        if parts.path != CHART_DATA:
            return
        number = json.loads(response.request.post_data or "{}")["form_data"].get("slice_id")
        if response.status != 200:
            self.faults.append(f"chart {number}: {response.status} {response.text()[:300]}")
        elif number is not None:
            self.answers[int(number)] = [part["data"] for part in response.json()["result"]]
