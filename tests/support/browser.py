"""A headless Chromium that lays pages out, without any network.

The page under test has no script and forbids it. It is put into a frame of the width to test, of a
page that looks into it and writes down what it finds.

SPDX-License-Identifier: GPL-2.0-or-later"""

import html
import json
import os
import re
import shutil
import subprocess
import tempfile

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")

OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--allow-file-access-from-files", "--enable-logging=stderr",
]  # fmt: skip
DARK = "--blink-settings=preferredColorScheme=0"

# What is wrong with a page, in the manner of axe: text too faint for its ground, text too small,
# controls too small to hit, a page that is wider than the window, roles and names missing.
LOOK = r"""
function parse(colour) {
  const parts = colour.match(/[\d.]+/g).map(Number);
  return parts.length === 3 ? [...parts, 1] : parts;
}
function luminance(c) {
  const [r, g, b] = c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
function ground(element, view) {
  for (let e = element; e; e = e.parentElement) {
    const colour = parse(view.getComputedStyle(e).backgroundColor);
    if (colour[3] === 1) return colour;
  }
  return [255, 255, 255, 1];
}
function look(frame) {
  const page = frame.contentDocument, view = frame.contentWindow, faults = [];
  const words = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility()) continue;
    if (element.closest('title, desc, style')) continue;
    const style = view.getComputedStyle(element), svg = element.closest('svg');
    const colour = parse(svg ? style.fill : style.color);
    /* Text of a picture stands on a shape that has a colour of its own; only what has no shape
       behind it can be judged by the ground of the page. */
    const inside = svg && (element.matches('.in') || element.closest('.wrong'));
    const ratio = inside ? 21 : contrast(colour, ground(element, view));
    if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)}: ${node.data.trim().slice(0, 40)}`);
    const scale = svg && svg.viewBox.baseVal?.width
      ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    const size = parseFloat(style.fontSize) * scale;
    if (size < 9) faults.push(`size ${size.toFixed(1)}: ${node.data.trim().slice(0, 40)}`);
    texts++;
  }
  const drawn = [...page.querySelectorAll('svg text')]
    .filter(e => e.checkVisibility() && e.textContent.trim())
    .map(e => ({ text: e.firstChild.data, svg: e.closest('svg'), box: e.getBoundingClientRect() }));
  const overprinted = [];
  for (let i = 0; i < drawn.length; i++)
    for (let j = i + 1; j < drawn.length && drawn[j].svg === drawn[i].svg; j++) {
      const a = drawn[i].box, b = drawn[j].box;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      /* The box of a line is higher than its letters. */
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 5) overprinted.push(`${drawn[i].text} | ${drawn[j].text}`);
    }
  const wrong = ['.row.bad', '.cross', '.v.bad']
    .map(look => page.querySelector(`article svg ${look}`)).find(e => e);
  const scrolled = [...page.querySelectorAll('.wide')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.getAttribute('aria-label'));
  const width = page.documentElement.scrollWidth;
  if (width > frame.clientWidth) faults.push(`wide: ${width} in ${frame.clientWidth}`);
  for (const e of page.querySelectorAll('summary, nav a, td a')) {
    const box = e.getBoundingClientRect();
    if (box.height && box.height < 24) faults.push(`small: ${e.textContent} ${box.height}`);
  }
  return {
    faults, texts, overprinted, scrolled,
    fault_ends: wrong ? wrong.getBoundingClientRect().bottom : 0, width: frame.clientWidth,
    height: page.documentElement.scrollHeight,
    ground: view.getComputedStyle(page.body).backgroundColor,
    opened: page.querySelectorAll('article').length, dark: view.matchMedia(
      '(prefers-color-scheme: dark)').matches,
  };
}
"""


def _run(arguments, timeout):
    with tempfile.TemporaryDirectory(prefix="pptpnat-browser-") as profile:
        return subprocess.run(
            [PROGRAM, *OPTIONS, f"--user-data-dir={profile}", *arguments],
            capture_output=True, text=True, errors="replace", timeout=timeout, check=True,
            env={**os.environ, "HOME": profile},
        )  # fmt: skip


def console(done):
    """What the page made the browser complain about."""
    return [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def inspect(path, width, dark=False):
    """(what LOOK found, the console's lines) of the page at `path`, in a window of that width."""
    holder = path.with_suffix(".holder.html")
    holder.write_text(
        "<!DOCTYPE html><meta charset=utf-8><body style='margin:0'>"
        f"<iframe style='border:0' width={width} height=800 src='{html.escape(path.name)}'>"
        "</iframe>"
        f"<pre id=found></pre><script>{LOOK}\nonload = () => {{ found.textContent = "
        "JSON.stringify(look(document.querySelector('iframe'))); };</script>",
        encoding="utf-8",
    )
    done = _run([*([DARK] if dark else []), "--dump-dom", holder.as_uri()], 120)
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found and found.group(1), done.stderr[-2000:]
    return json.loads(html.unescape(found.group(1))), console(done)


def picture(path, target, width, height, dark=False):
    """A screenshot, in a frame, since no window is as narrow as a phone."""
    holder = path.with_suffix(".picture.html")
    holder.write_text(
        "<!DOCTYPE html><meta charset=utf-8><body style='margin:0'><iframe style='border:0' "
        f"width={width} height={height} src='{html.escape(path.name)}'></iframe>",
        encoding="utf-8",
    )
    window = f"--window-size={max(width, 500)},{height}"
    done = _run(
        [*([DARK] if dark else []), window, f"--screenshot={target}", holder.as_uri()], 120
    )
    return console(done)


def opening(path):
    """Seconds from the start of the browser until a page has been laid out."""
    with tempfile.TemporaryDirectory(prefix="pptpnat-shot-") as folder:
        done = _run(["--window-size=1200,900", f"--screenshot={folder}/x.png", path.as_uri()], 120)
    return console(done)


def printed(path):
    """How many pages of paper it takes."""
    with tempfile.TemporaryDirectory(prefix="pptpnat-print-") as folder:
        _run([DARK, f"--print-to-pdf={folder}/x.pdf", path.as_uri()], 120)
        with open(f"{folder}/x.pdf", "rb") as pdf:
            return len(re.findall(rb"/Type\s*/Page\b", pdf.read()))
