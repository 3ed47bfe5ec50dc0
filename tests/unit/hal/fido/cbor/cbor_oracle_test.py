#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares our CBOR with python3-fido2's, an implementation by others, over values at random.

    cbor_oracle_test.py CBOR_PROGRAM
"""
import random
import subprocess
import sys
import unittest

from fido2 import cbor

PROGRAM = sys.argv.pop(1)


def lines(items):
    """What the program says to each of these byte strings."""
    text = "".join(item.hex() + "\n" for item in items)
    done = subprocess.run([PROGRAM], input=text, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def number(rng):
    size = rng.choice((5, 8, 16, 32, 63))
    return rng.choice((1, -1)) * rng.getrandbits(size)


def text(rng):
    letters = "aZ09é€\U0001f511\0"
    return "".join(rng.choice(letters) for _ in range(rng.choice((0, 1, 3, 23, 24, 300))))


def value(rng, depth=4):
    kind = rng.randrange(4 if depth == 0 else 6)
    if kind == 0:
        return number(rng)
    if kind == 1:
        return rng.random() < 0.5
    if kind == 2:
        return rng.randbytes(rng.choice((0, 1, 23, 24, 255, 256)))
    if kind == 3:
        return text(rng)
    count = rng.randrange(5)
    if kind == 4:
        return [value(rng, depth - 1) for _ in range(count)]
    return {rng.choice((number, text))(rng): value(rng, depth - 1) for _ in range(count)}


class Oracle(unittest.TestCase):
    def setUp(self):
        self.rng = random.Random(8949)

    def test_what_others_write_is_read_and_written_the_same(self):
        items = [cbor.encode(value(self.rng)) for _ in range(3000)]
        self.assertEqual(lines(items), [item.hex() for item in items])

    def test_what_is_accepted_after_damage_means_the_same_to_others(self):
        damaged = []
        for _ in range(3000):
            item = bytearray(cbor.encode(value(self.rng)))
            item[self.rng.randrange(len(item))] ^= 1 << self.rng.randrange(8)
            damaged.append(bytes(item))
        answers = lines(damaged)
        accepted = [item for item, answer in zip(damaged, answers) if item.hex() == answer]
        refused = [answer for answer in answers if answer.startswith("refused: ")]
        self.assertEqual(len(accepted) + len(refused), len(damaged))
        self.assertGreater(len(accepted), 100)
        self.assertGreater(len(refused), 100)
        for item in accepted:
            self.assertEqual(cbor.encode(cbor.decode(item)), item)


if __name__ == "__main__":
    unittest.main()
