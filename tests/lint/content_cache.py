# SPDX-License-Identifier: MIT
"""Remembers which files have passed a check, by the content of all that the check depends on."""
import hashlib
import re

INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def closure(root, path, seen=None):
    """The file and all project files that it includes, as path -> content."""
    seen = {} if seen is None else seen
    if path not in seen and (root / path).is_file():
        seen[path] = (root / path).read_bytes()
        for target in INCLUDE.findall(seen[path]):
            closure(root, target.decode(), seen)
    return seen


def fingerprint(settings, files):
    """A name for this content, checked with these settings."""
    digest = hashlib.sha256(repr(settings).encode())
    for path, content in sorted(files.items()):
        digest.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


class Marks:
    """One empty file in a folder for each content that has passed."""

    def __init__(self, folder, fingerprints):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.marks = {path: folder / name for path, name in fingerprints.items()}

    def missing(self):
        return [path for path, mark in self.marks.items() if not mark.exists()]

    def passed(self, path):
        self.marks[path].touch()

    def forget_others(self):
        for stale in set(self.folder.iterdir()) - set(self.marks.values()):
            stale.unlink()
