#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays a story on this machine: press, code, touch, logged in. Everything is real but the button,
the LED and the security key. Nothing of yours is touched: both sides have homes of their own below
build/demo."""

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from simulated_pi import make_folder  # noqa: E402
from stories import key_in_laptop, key_in_pi, software_key  # noqa: E402
from world import World, say  # noqa: E402


def main():
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    story = parser.add_mutually_exclusive_group()
    story.add_argument("--key-in-pi", action="store_const", dest="story", const=key_in_pi,
                       help="the security key is plugged into the Pi, and comes home afterwards")
    story.add_argument("--software", action="store_const", dest="story", const=software_key,
                       help="without a security key: a key in a file")
    parser.add_argument("--interactive", action="store_true",
                        help="you press the button, watch the LED, type the code, touch the key")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build" / "release" / "bin",
                        help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "demo",
                        help=argparse.SUPPRESS)
    parser.set_defaults(story=key_in_laptop)
    arguments = parser.parse_args()
    if arguments.interactive and not (sys.stdin.isatty() and sys.stdout.isatty()):
        parser.error("--interactive needs a terminal")
    if arguments.interactive and arguments.story is key_in_pi:
        parser.error("--interactive has hands for the laptop only, not for --key-in-pi")

    folder = arguments.folder.resolve()
    with World(make_folder(folder.parent, folder.name), arguments.programs.resolve(),
               arguments.interactive) as world:
        status = arguments.story(world)
    if status != 0:
        say(f"latchkey ended with {status}")
    return status


if __name__ == "__main__":
    sys.exit(main())
