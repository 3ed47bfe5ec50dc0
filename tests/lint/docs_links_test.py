#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The check of links finds what it is for, and no more."""

import pathlib
import tempfile
import unittest

import docs_links

TREE = {
    "README.md": "[docs](docs/README.md) [there](docs/a.md#two-words-and-code) [web](https://a.b)\n",
    "docs/README.md": "[a](a.md)\n",
    "docs/a.md": "# A\n\n## Two words, and `code`\n\n```\n[no](link)\n```\n[up](../README.md)\n",
    "build/x/README.md": "[gone](gone.md)\n",
}


class DocsLinks(unittest.TestCase):
    def mistakes(self, **changed):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**TREE, **changed.get("files", {})}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return [*docs_links.broken_links(root), *docs_links.unlisted_pages(root)]

    def test_a_good_tree_has_no_mistakes(self):
        self.assertEqual(self.mistakes(), [])

    def test_a_missing_page_is_found(self):
        self.assertEqual(self.mistakes(files={"docs/a.md": "[x](b.md)\n"})[1:],
                         ["docs/a.md:1: b.md is not there"])

    def test_a_missing_heading_is_found(self):
        self.assertEqual(self.mistakes(files={"README.md": "[x](docs/a.md#three)\n"}),
                         ["README.md:1: docs/a.md#three: no such heading"])

    def test_a_page_that_is_not_listed_is_found(self):
        self.assertEqual(self.mistakes(files={"docs/b/c.md": "# C\n"}),
                         ["docs/README.md does not list b/c.md"])


if __name__ == "__main__":
    unittest.main()
