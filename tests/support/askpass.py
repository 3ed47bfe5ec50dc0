# SPDX-License-Identifier: MIT
"""The person whom OpenSSH asks for PINs, through SSH_ASKPASS."""

import os

# A prompt of the kind "none" is a notice: it is shown until ssh ends it.
SCRIPT = """#!/bin/sh
printf '%s\\n' "$1" | tr '\\n' ' ' >> "$0.asked"
echo >> "$0.asked"
[ "$SSH_ASKPASS_PROMPT" = none ] && exit 0
read -r answer < "$0.answers" || exit 1
sed -i 1d "$0.answers"
printf '%s\\n' "$answer"
"""


class Askpass:
    def __init__(self, path):
        self.path = path
        path.write_text(SCRIPT)
        os.chmod(path, 0o700)
        self.asked_file = path.with_name(path.name + ".asked")
        self.answers_file = path.with_name(path.name + ".answers")
        self.answer()

    def answer(self, *answers):
        """What is answered from now on, in this order; then nothing."""
        self.answers_file.write_text("".join(f"{answer}\n" for answer in answers))
        self.asked_file.write_text("")

    def asked(self, about="PIN"):
        """The questions since then."""
        return [line for line in self.asked_file.read_text().splitlines() if about in line]

    def environment(self):
        return {"SSH_ASKPASS": str(self.path), "SSH_ASKPASS_REQUIRE": "force"}
