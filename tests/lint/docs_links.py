#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each link between the Markdown pages of the project leads to a file that is there and, behind a
`#`, to a heading of it; docs/README.md lists every page of docs/."""

import pathlib
import re
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
OUTSIDE = ("http://", "https://", "mailto:")


def pages_of(root):
    """Every Markdown page but what is built or fetched."""
    for path in sorted(root.rglob("*.md")):
        top = path.relative_to(root).parts[0]
        if top != "build" and not top.startswith("."):
            yield path


def prose_of(path):
    """The lines outside of fenced blocks, with their numbers."""
    fenced = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line


def anchors_of(path):
    """What GitHub makes of the headings."""
    anchors = set()
    for _, line in prose_of(path):
        heading = re.match(r"^#+ (.*)$", line)
        if heading:
            words = re.sub(r"[^\w\- ]", "", heading[1].strip().lower())
            anchors.add(words.replace(" ", "-"))
    return anchors


def broken_links(root):
    """One sentence for each link that leads nowhere."""
    for path in pages_of(root):
        for number, line in prose_of(path):
            for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
                if target.startswith(OUTSIDE):
                    continue
                name, _, anchor = target.partition("#")
                there = (path.parent / name).resolve() if name else path
                where = f"{path.relative_to(root)}:{number}"
                if not there.exists():
                    yield f"{where}: {target} is not there"
                elif anchor and there.suffix == ".md" and anchor not in anchors_of(there):
                    yield f"{where}: {target}: no such heading"


def unlisted_pages(root):
    """Pages of docs/ that its front page does not name."""
    docs = root / "docs"
    front = docs / "README.md"
    listed = {(docs / target.partition("#")[0]).resolve()
              for _, line in prose_of(front) for target in LINK.findall(line)
              if not target.startswith(OUTSIDE)}
    for path in pages_of(root):
        if docs in path.parents and path != front and path not in listed:
            yield f"docs/README.md does not list {path.relative_to(docs)}"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    mistakes = [*broken_links(root), *unlisted_pages(root)]
    for mistake in mistakes:
        print(mistake)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
