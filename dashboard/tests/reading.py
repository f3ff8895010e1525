"""A reader of the page: a browser tab that knows the page's parts and notes every fault."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import Browser, ConsoleMessage, Locator, Request, expect

PATIENCE = 30_000  # milliseconds; the tests' machine may be busy
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


class Reader:
    """One tab at one size. ``faults`` holds console errors and requests that left the machine."""

    pause_s = 0.15

    def __init__(self, browser: Browser, address: str, width: int, height: int) -> None:
        self._context = browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True
        )
        self.tab = self._context.new_page()
        self.tab.set_default_timeout(PATIENCE)
        self.faults: list[str] = []
        self.tab.on("console", self._note_message)
        self.tab.on("request", self._note_request)
        self.tab.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.tab.goto(address)
        self.settle()

    def close(self) -> None:
        self._context.close()

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} {message.location.get('url', '')}")

    def _note_request(self, request: Request) -> None:
        parts = urlparse(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.faults.append(f"left the machine: {request.url}")

    def settle(self) -> None:
        """Waits until the page has been rendered and nothing runs."""
        self.tab.wait_for_selector(IDLE)
        self.tab.wait_for_timeout(self.pause_s * 1000)  # a click reaches the server a bit later
        self.tab.wait_for_selector(IDLE)
        expect(self.tab.get_by_test_id("stSkeleton")).to_have_count(0, timeout=PATIENCE)

    def go(self, view: str) -> None:
        """Follows the navigation, as a reader does."""
        self.tab.get_by_test_id("stTopNavLink").filter(has_text=view).first.click()
        self.settle()

    @property
    def exceptions(self) -> list[str]:
        """What could not be shown: by Streamlit's own sign, and by the page's sentence for it."""
        alerts = self.tab.get_by_test_id("stAlert").all_inner_texts()
        untold = self.tab.get_by_test_id("stException").all_inner_texts()
        return untold + [text for text in alerts if "cannot be shown" in text]

    @property
    def text(self) -> str:
        return self.tab.get_by_test_id("stMain").inner_text()

    def metric(self, title: str) -> Locator:
        """The card of a headline figure."""
        label = self.tab.get_by_test_id("stMetricLabel").get_by_text(title, exact=True)
        return self.tab.get_by_test_id("stMetric").filter(has=label).first

    def figure(self, title: str) -> str:
        """What a headline figure shows."""
        return self.metric(title).get_by_test_id("stMetricValue").inner_text().strip()

    def pick(self, label: str, choice: str) -> None:
        """Adds a choice to a multiple choice."""
        box = self.tab.get_by_test_id("stMultiSelect").filter(has_text=label)
        self._bring(box)
        box.locator("input").click()
        self.tab.get_by_role("option", name=choice, exact=True).click()
        self.tab.keyboard.press("Escape")
        self.settle()

    def _bring(self, box: Locator) -> None:
        """Scrolls first: a list that is open closes when the page moves."""
        box.scroll_into_view_if_needed()
        self.tab.wait_for_timeout(300)

    def select(self, label: str, choice: str) -> None:
        """Makes a single choice."""
        box = self.tab.get_by_test_id("stSelectbox").filter(has_text=label)
        self._bring(box)
        box.locator("input").click()
        self.tab.get_by_role("option", name=choice, exact=True).click()
        self.settle()

    def download(self, button: str, into: Path) -> Path:
        """Clicks a download and keeps the file."""
        with self.tab.expect_download() as started:
            self.tab.get_by_test_id("stDownloadButton").get_by_text(button).click()
        file = into / started.value.suggested_filename
        started.value.save_as(file)
        return file
