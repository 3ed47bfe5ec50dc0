#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The include rules find what they are for: each made-up violation, and no more."""
import pathlib
import tempfile
import unittest

import include_rules

SPDX = "// SPDX-License-Identifier: MIT\n"
TREE = {
    "core/bytes.hpp": "#pragma once\n#include <string>\n",
    "core/crypto/hash.hpp": "#pragma once\n",
    "core/crypto/hash.cpp": '#include "core/crypto/hash.hpp"\n#include <mbedtls/md.h>\n',
    "core/crypto/random.cpp": "#include <sys/random.h>\n",
    "core/ssh/key.hpp": '#pragma once\n#include "core/bytes.hpp"\n#include <fmt/format.h>\n',
    "hal/descriptor.hpp": "#pragma once\n#include <unistd.h>\n",
    "hal/clock/clock.hpp": '#pragma once\n#include "core/bytes.hpp"\n',
    "hal/gpio/button.hpp": "#pragma once\n",
    "hal/gpio/linux/button.cpp": '#include "hal/gpio/linux/gpiod_button.hpp"\n#include <gpiod.h>\n',
    "hal/gpio/linux/gpiod_button.hpp": '#pragma once\n#include "hal/gpio/button.hpp"\n',
    "hal/clock/linux/clock.cpp": "void f() { clock_gettime(0, nullptr); }\n",
    "hal/fido/problem.hpp": "#pragma once\n",
    "hal/fido/libfido2/device.hpp": "#pragma once\n#include <fido.h>\n",
    "hal/fido/linux/keys.cpp": '#include "hal/fido/libfido2/device.hpp"\n',
    "hal/fido/sim/socket/keys.cpp": '#include "hal/fido/libfido2/device.hpp"\n',
    "firmware/roles/channel.hpp": "#pragma once\n",
    "firmware/net/session.hpp": '#pragma once\n#include "firmware/roles/channel.hpp"\n',
    "firmware/verify/proof.hpp": "#pragma once\n",
    "firmware/monitor/main.cpp": '#include "hal/gpio/linux/gpiod_button.hpp"\n',
    "host/enroll.cpp": '#include <nlohmann/json.hpp>\n#include "hal/clock/clock.hpp"\n',
    "tests/unit/any_test.cpp": '#include "hal/gpio/linux/gpiod_button.hpp"\n',
}


def violations(changes):
    """What is said about the tree above with these files changed."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in {**TREE, **changes}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text if text.startswith("bare:") else SPDX + text)
        return list(include_rules.check(root))


class IncludeRules(unittest.TestCase):
    def assert_found(self, path, text, words):
        found = violations({path: text})
        self.assertEqual(len(found), 1, found)
        self.assertIn(path, found[0])
        self.assertIn(words, found[0])

    def test_a_tree_that_keeps_the_rules_passes(self):
        self.assertEqual(violations({}), [])

    def test_core_includes_nothing_but_core(self):
        self.assert_found("core/a.cpp", '#include "hal/clock/clock.hpp"\n', "arrows")
        self.assert_found("core/a.cpp", '#include "firmware/roles/channel.hpp"\n', "arrows")

    def test_core_does_no_input_or_output(self):
        for header in ("unistd.h", "sys/random.h", "fstream", "thread", "sys/socket.h", "cstdio"):
            self.assert_found("core/ssh/a.cpp", f"#include <{header}>\n", "pure")

    def test_a_library_stays_in_its_place(self):
        for path, header in (("core/ssh/a.cpp", "mbedtls/md.h"), ("host/a.cpp", "mbedtls/ssl.h"),
                             ("core/channel/a.cpp", "cbor.h"), ("host/a.cpp", "cbor.h"),
                             ("firmware/monitor/a.cpp", "gpiod.h"), ("host/a.cpp", "fido.h"),
                             ("hal/usb/sim/a.cpp", "libusb.h"), ("firmware/net/a.cpp", "seccomp.h"),
                             ("host/a.hpp", "nlohmann/json.hpp"), ("host/a.cpp", "toml++/toml.h"),
                             ("firmware/net/a.hpp", "asio.hpp"), ("host/a.cpp", "openssl/evp.h"),
                             ("firmware/net/a.cpp", "doctest/doctest.h")):
            with self.subTest(path=path, header=header):
                self.assert_found(path, f"#pragma once\n#include <{header}>\n", "is for")

    def test_a_side_of_hal_is_reached_by_composition_roots_alone(self):
        include = '#include "hal/gpio/linux/gpiod_button.hpp"\n'
        for path in ("firmware/monitor/a.cpp", "host/a.cpp", "hal/clock/linux/a.cpp",
                     "hal/gpio/sim/a.cpp", "hal/gpio/a.cpp"):
            with self.subTest(path=path):
                self.assert_found(path, include, "from outside")

    def test_libfido2_is_behind_the_seam(self):
        include = '#include "hal/fido/libfido2/device.hpp"\n'
        for path in ("host/a.cpp", "firmware/token/a.cpp", "hal/fido/a.cpp",
                     "hal/gpio/linux/a.cpp"):
            with self.subTest(path=path):
                self.assert_found(path, include, "from outside")
        self.assert_found("hal/fido/libfido2/a.cpp", '#include "hal/fido/sim/a.hpp"\n', "not a file")

    def test_firmware_and_host_do_not_meet(self):
        self.assert_found("host/main.cpp", '#include "firmware/roles/channel.hpp"\n', "arrows")
        self.assert_found("firmware/net/main.cpp", '#include "host/enroll.hpp"\n', "not a file")

    def test_one_role_does_not_include_another(self):
        self.assert_found("firmware/net/a.cpp", '#include "firmware/verify/proof.hpp"\n', "arrows")
        self.assert_found("firmware/roles/a.cpp", '#include "firmware/net/session.hpp"\n', "arrows")

    def test_hal_includes_neither_program(self):
        self.assert_found("hal/net/a.cpp", '#include "firmware/roles/channel.hpp"\n', "arrows")

    def test_includes_begin_at_the_root(self):
        self.assert_found("core/crypto/a.cpp", '#include "hash.hpp"\n', "not a file")

    def test_no_file_includes_a_cpp(self):
        self.assert_found("tests/unit/a.cpp", '#include "core/crypto/hash.cpp"\n', ".cpp")

    def test_a_header_has_pragma_once(self):
        self.assert_found("core/a.hpp", "#include <string>\n", "pragma")

    def test_a_source_names_its_licence(self):
        found = violations({"core/a.cpp": "bare: int x;\n"})
        self.assertEqual(found, ["core/a.cpp:1: no line SPDX-License-Identifier: MIT"])

    def test_only_hal_reads_a_clock(self):
        for call in ("std::chrono::steady_clock::now()", "clock_gettime(0, &t)",
                     "std::this_thread::sleep_for(1ms)"):
            self.assert_found("firmware/net/a.cpp", f"auto x = {call};\n", "clock")
        for harmless in ("// unlike steady_clock::now", 'allow("clock_gettime");'):
            self.assertEqual(violations({"core/a.cpp": harmless + "\n"}), [])

    def test_a_folder_without_sources_is_no_success(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(list(include_rules.files(pathlib.Path(folder))), [])


if __name__ == "__main__":
    unittest.main()
