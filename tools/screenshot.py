"""Takes docs/images/portal.png from a demo that runs: `.venv/bin/python tools/screenshot.py [URL]`.

Two pages, one below the other: a customer's subscriptions, and the review queue.
"""

import base64
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.devserver import chromium

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images" / "portal.png"
WIDTH, HEIGHT = 1280, 690
CUSTOMER = "City of Akron, Ohio"


def picture(browser: Browser, url: str, email: str, links: list[str]) -> str:
    """Return the page that these links lead to, as one of the demo's people sees it, as a data URL."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, base_url=url)
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    for link in links:
        page.get_by_role("link", name=link, exact=True).first.click()
        page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("networkidle")
    taken = page.screenshot()
    page.close()
    return "data:image/png;base64," + base64.b64encode(taken).decode()


def main() -> int:
    """Take both pages and write them as one picture. Returns 1 where there is no browser."""
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    found = chromium.find()
    if found is None:
        print(chromium.HOW_TO_GET_IT, file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        pictures = [
            picture(browser, url, "sales@contoso.example", ["Customers", CUSTOMER]),
            picture(browser, url, "reviewer@portal.example", ["Review queue"]),
        ]
        both = browser.new_page(viewport={"width": WIDTH, "height": 2 * HEIGHT + 16})
        images = "".join(f'<img src="{each}">' for each in pictures)
        both.set_content(
            f"<style>body{{margin:0;display:grid;gap:16px;background:#a9aeb1}}img{{display:block}}</style>{images}"
        )
        both.wait_for_function("[...document.images].every((each) => each.complete && each.naturalWidth)")
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        both.screenshot(path=TARGET)
        browser.close()
    print(f"{TARGET}: {TARGET.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
