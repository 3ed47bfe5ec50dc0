# SPDX-License-Identifier: MIT
"""The commands that a page of docs/ shows: what to type on which machine, and what it answers.

A block fenced with ```console is a session. `pi$ ` and `laptop$ ` begin a command on that machine
(scripts/machine), `> ` goes on with a here-document, and all other lines are what the command
prints: `…` stands for anything within a line, and alone for any number of lines. `export` holds for
what follows on that machine. `$ ` begins a command outside of both machines; those are few, and
HANDLED says what runs them.

Comments in the page, each before a block:
    <!-- stays -->              the last command runs on while the page goes on
    <!-- setup ends -->         what is above is what other pages begin with
    <!-- begins with: PAGE -->  run PAGE as far as its set-up first
"""

import re
from dataclasses import dataclass, field

HANDLED = {
    "git clone https://…/latchkey": "everybody who has the page has done it",
    "cd latchkey": "the test runs in the repository",
    "./run demo": "the test `readme` runs scripts/demo, .ci/run the rest",
    "scripts/machine pi": "how this test runs each command after pi$",
    "scripts/machine laptop": "how this test runs each command after laptop$",
}
PROMPT = re.compile(r"^(pi|laptop)\$ (.*)$")
MARK = re.compile(r"^<!-- (stays|setup ends|begins with: (\S+)) -->$")


@dataclass
class Step:
    """One command."""

    line: int  # in the page
    machine: str
    command: str
    output: list = field(default_factory=list)
    stays: bool = False

    @property
    def in_background(self):
        return self.command.endswith(" &")


@dataclass
class Page:
    steps: list
    setup_steps: int  # how many belong to the set-up
    begins_with: str  # another page, or ""


class PageError(Exception):
    """The page is not what the test can run."""


def read_page(path):
    steps, setup_steps, begins_with, stays = [], 0, "", False
    block = None  # the steps of the block that we are in
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if block is None:
            mark = MARK.match(line)
            if line == "```console":
                block = []
            elif mark and mark[1] == "stays":
                stays = True
            elif mark and mark[1] == "setup ends":
                setup_steps = len(steps)
            elif mark:
                begins_with = mark[2]
            continue
        if line == "```":
            if block and stays:
                block[-1].stays = True
            steps += block
            block, stays = None, False
            continue
        read_line(path, number, line, block)
    return Page(steps, setup_steps, begins_with)


def read_line(path, number, line, block):
    """One line of a console block."""
    prompt = PROMPT.match(line)
    here = block and "<<" in block[-1].command.split("\n")[0]
    if prompt:
        block.append(Step(number, prompt[1], prompt[2]))
    elif line.startswith("$ "):
        if line[2:] not in HANDLED:
            raise PageError(f"{path}:{number}: no test runs `{line[2:]}`")
    elif here and (line == ">" or line.startswith("> ")):
        block[-1].command += "\n" + line[2:]
    elif block:
        block[-1].output.append(line)
    elif line:
        raise PageError(f"{path}:{number}: output without a command: {line}")


def pattern_of(lines):
    """The regular expression of what is shown."""
    pattern = ""
    for line in lines:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.rstrip().split("…")) + r"\n"
    return re.compile(pattern)


def matches(lines, output):
    """Whether a command has printed what is shown."""
    plain = "".join(line.rstrip() + "\n" for line in output.rstrip("\n").split("\n"))
    return pattern_of(lines).fullmatch(plain) is not None
