"""Opens reports in Chromium, without a window, and says what is wrong with them.

    python3 .ci/look.py [--shots FOLDER] REPORT...

Of each report: nothing is written to the console and no request leaves the file; every figure is drawn, with a size, a title,
and axes that have titles; every control does something; the tooltip shows a value; names, contrast and order are those that
axe-core wants, in light and, of the first or with --shots of all, in dark; and in print no control is left. Prints a line for each problem, and ends with 1 where
there is one.
"""

import pathlib
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"


def watched(browser, path, scheme, problems):
    page = browser.new_page(viewport={"width": 1100, "height": 900}, color_scheme=scheme)
    page.on("console", lambda message: problems.append(f"console: {message.text[:200]}"))
    page.on("pageerror", lambda error: problems.append(f"error: {str(error)[:200]}"))

    def requested(request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            problems.append(f"request: {request.url[:200]}")

    page.on("request", requested)
    page.goto(path.absolute().as_uri())
    page.wait_for_function("document.documentElement.dataset.state !== 'drawing'", timeout=60000)
    state = page.evaluate("document.documentElement.dataset.state")
    if state != "drawn":
        problems.append(f"the page is {state}")
    return page


def check_figures(page, problems):
    figures = page.query_selector_all("figure")
    if not figures:
        problems.append("no figure")
    for figure in figures:
        chart = figure.query_selector(".chart")
        name = chart.get_attribute("data-figure")
        svg = chart.query_selector("svg")
        box = svg.bounding_box() if svg else None
        if not box or box["width"] < 100 or box["height"] < 40:
            problems.append(f"{name}: no size")
            continue
        if not svg.query_selector("[aria-label]"):
            problems.append(f"{name}: nothing has a name")
        marks = svg.query_selector_all(".mark-line path, .mark-area path, .mark-symbol path, .mark-rect path, .mark-rule line")
        if not marks:
            problems.append(f"{name}: nothing is drawn")
        axes = svg.query_selector_all(".role-axis")
        titles = [axis for axis in svg.query_selector_all(".role-axis-title text") if axis.text_content().strip()]
        if axes and not titles:
            problems.append(f"{name}: no axis has a title")
        caption = figure.query_selector("figcaption")
        words = caption.text_content() if caption else ""
        if "n " not in words and "n=" not in words:
            problems.append(f"{name}: the caption does not say n")
        buttons = [button.text_content() for button in figure.query_selector_all("button")]
        if buttons != ["SVG", "CSV"]:
            problems.append(f"{name}: buttons {buttons}")


def check_saving(page, problems):
    for words in ["SVG", "CSV"]:
        with page.expect_download(timeout=10000) as download:
            page.query_selector(f"figure button:text-is('{words}')").click()
        text = pathlib.Path(download.value.path()).read_text()
        if words == "SVG" and ("<svg" not in text or "currentColor" in text):
            problems.append("the saved SVG is none of its own")
        if words == "CSV" and "," not in text.split("\n")[0]:
            problems.append("the saved CSV has no columns")


def check_tooltip(page, problems):
    for mark in page.query_selector_all(".chart .mark-symbol.role-mark path, .chart .mark-rect.role-mark path, .chart .mark-area.role-mark path")[:60]:
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        if not box or box["width"] < 2 or box["height"] < 2:
            continue
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(60)
        tip = page.query_selector("#vg-tooltip-element.visible")
        if tip and tip.text_content().strip():
            page.mouse.move(0, 0)
            return
    problems.append("no tooltip is seen")


def check_legends(page, problems):
    """A click on a value of some legend fades marks, and a second one shows them again."""
    faded = "() => [...document.querySelectorAll('.chart .role-mark path')].filter((mark) => { const o = getComputedStyle(mark).opacity; return o > 0 && o < 0.13; }).length"
    symbols = page.query_selector_all(".chart .role-legend-symbol path")
    if not symbols:
        return
    before = page.evaluate(faded)
    for symbol in symbols[:12]:
        symbol.scroll_into_view_if_needed()
        symbol.click(force=True)
        page.wait_for_timeout(80)
        if page.evaluate(faded) > before:
            symbol.click(force=True)
            return
    problems.append("a click on a legend changes nothing")


def check_slices(page, problems):
    place = page.query_selector("#slice-view")
    if not place:
        return
    picture = "() => [...document.querySelectorAll('#slice-view canvas')].map((canvas) => canvas.toDataURL()).join()"
    slider = place.query_selector("input[type=range]")
    texts = set()
    pictures = set()
    # Some channel changes with time.
    options = place.query_selector_all("select >> nth=1 >> option") or []
    selects = place.query_selector_all("select")
    count = selects[1].evaluate("(select) => select.options.length")
    for channel in range(count):
        selects[1].select_option(index=channel)
        slider.focus()
        for key in ["Home", "End"]:
            page.keyboard.press(key)
            pictures.add((channel, page.evaluate(picture)))
            texts.add(place.query_selector("output").text_content())
    if len(texts) < 2:
        problems.append("the slider of the slices changes no time")
    if not any(len([1 for other, _ in pictures if other == channel]) > 1 for channel in range(count)):
        problems.append("the slider changes no slice")


def check_body(page, problems):
    place = page.query_selector("[data-figure=body]")
    if not place:
        return
    slider = place.query_selector("input[type=range]")
    before = place.query_selector("svg").inner_html()
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    if place.query_selector("svg").inner_html() == before:
        problems.append("the slider of the body map changes nothing")


def check_names(page, problems, scheme):
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    for violation in results.response["violations"]:
        nodes = violation["nodes"]
        problems.append(f"axe, {scheme}: {violation['id']} ({violation['impact']}), {len(nodes)} times, as in {nodes[0]['html'][:120]}")


def check_print(page, problems):
    page.emulate_media(media="print")
    for button in page.query_selector_all("button, nav, .controls"):
        if button.is_visible():
            problems.append("a control is printed")
            break


def look(browser, path, shots, in_dark):
    problems = []
    page = watched(browser, path, "light", problems)
    check_figures(page, problems)
    if page.query_selector("figure"):
        check_saving(page, problems)
        check_tooltip(page, problems)
        check_legends(page, problems)
    check_slices(page, problems)
    check_body(page, problems)
    check_names(page, problems, "light")
    name = path.parent.name
    if shots:
        page.screenshot(path=shots / f"{name}-light.png", full_page=True)
    check_print(page, problems)
    if shots:
        page.screenshot(path=shots / f"{name}-print.png", full_page=True)
    page.close()
    if not in_dark:
        return problems
    page = watched(browser, path, "dark", problems)
    check_names(page, problems, "dark")
    if shots:
        page.screenshot(path=shots / f"{name}-dark.png", full_page=True)
    page.close()
    return problems


def main(arguments):
    shots = None
    if arguments[:1] == ["--shots"]:
        shots = pathlib.Path(arguments[1])
        shots.mkdir(parents=True, exist_ok=True)
        arguments = arguments[2:]
    failed = False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for number, argument in enumerate(arguments):
            # All pages have one style: without pictures the first is enough in dark.
            in_dark = shots is not None or number == 0
            for problem in look(browser, pathlib.Path(argument), shots, in_dark):
                failed = True
                print(f"{argument}: {problem}")
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
