#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""latchkey enroll with a security key in the laptop: what it asks of the person, and what it leaves
behind when it ends early."""

import unittest

from fido2_client import set_pin
from security_key_world import PIN, WRONG_PIN, SecurityKeyWorld


class KeyInLaptop(SecurityKeyWorld):
    def enrol_on_terminal(self, *arguments, behind=""):
        """latchkey enroll as a person runs it, the code typed, and this right behind it."""
        board, port = self.open_window()
        session = self.latchkey("enroll", "--no-host-block", *arguments,
                                f"pi@127.0.0.1:{port}")
        session.expect("> ")
        session.type(board.read_code() + behind)
        return session

    def test_one_touch_to_the_written_line_and_one_to_log_in(self):
        key = self.key_in_laptop()
        self.pi.trust(key)
        status, result, errors = self.enrol()
        self.assertEqual((status, result["login"]), (0, "ok"), errors)
        self.assertEqual(result["key_type"], "sk-ssh-ed25519@openssh.com")
        self.assertEqual(key.counters()["touches_given"], 2)
        self.assertEqual(key.counters()["pin_tries"], 0)
        done = self.log_in()
        self.assertEqual(done.stdout, "logged in\n", done.stderr)
        self.assertEqual(key.counters()["touches_given"], 3)
        self.assertIn("ED25519-SK", (self.pi.folder / "sshd.log").read_text())

    def test_a_key_without_ed25519_or_ctap2_gets_ecdsa_by_itself(self):
        for model in ("no-ed25519", "u2f-only"):
            with self.subTest(model):
                key = self.key_in_laptop(model, name=model)
                status, result, errors = self.enrol("--new")
                self.assertEqual((status, result["login"]), (0, "ok"), errors)
                self.assertEqual(result["key_type"], "sk-ecdsa-sha2-nistp256@openssh.com")
                key.stop()

    def test_a_key_that_lies_about_ed25519_gets_ecdsa_all_the_same(self):
        self.key_in_laptop("no-ed25519", claims_ed25519="true")
        status, result, errors = self.enrol("--no-verify")
        self.assertEqual((status, result["key_type"]),
                         (0, "sk-ecdsa-sha2-nistp256@openssh.com"), errors)

    def test_a_pin_is_asked_on_the_terminal_and_tried_once(self):
        key = self.key_in_laptop("fido-2.0")
        set_pin(key.folder, PIN)
        key.plug_again()
        session = self.enrol_on_terminal("--no-verify")
        session.expect_match(r"PIN.*8.*: ?")
        session.type(PIN + "\n")
        self.assertEqual(session.finish(), 0, session.screen)
        self.assertNotIn(PIN, session.screen)
        self.assertEqual((key.counters()["pin_tries"], key.counters()["wrong_pins"]), (1, 0))

    def test_enter_behind_the_code_is_no_pin(self):
        key = self.key_in_laptop("fido-2.0")
        set_pin(key.folder, PIN)
        key.plug_again()
        session = self.enrol_on_terminal("--no-verify", behind="\n")
        session.expect_match(r"PIN.*: ?")
        session.type(PIN + "\n")
        self.assertEqual(session.finish(), 0, session.screen)

    def test_after_two_wrong_pins_no_other_is_tried(self):
        key = self.key_in_laptop("fido-2.0")
        set_pin(key.folder, PIN)
        key.plug_again()
        session = self.enrol_on_terminal()
        for _ in range(2):
            session.expect_match(r"PIN.*: ?")
            session.type(WRONG_PIN + "\n")
        self.assertNotEqual(session.finish(), 0)
        self.assert_counted(key, pin_tries=2, wrong_pins=2)
        self.assertEqual(self.ssh_files(), [])
        self.assert_untouched(None)

    def test_where_nobody_can_type_a_pin_none_is_tried(self):
        key = self.key_in_laptop("fido-2.0")
        set_pin(key.folder, PIN)
        key.plug_again()
        _, port = self.open_window()
        # Before anybody is connected to: no code is blinked.
        status, result, errors = self.finish(self.start_enrol(port))
        self.assertEqual(result.get("error"), "needs-terminal", errors)
        self.assert_counted(key)
        self.assertEqual(self.ssh_files(), [])

    def test_declined_or_pulled_out_it_ends_with_its_own_word_and_leaves_nothing(self):
        for name, answer, error in (("no", lambda key: key.touch("no"), "declined"),
                                    ("out", lambda key: key.unplug(), "security-key-removed")):
            with self.subTest(error):
                key = self.key_in_laptop(touch="never", name=name)
                board, port = self.open_window()
                process = self.start_enrol(port, "--new")
                process.stdin.write(f"{board.read_code()}\n")
                process.stdin.flush()
                key.wait_for("touch")
                answer(key)
                status, result, errors = self.finish(process)
                self.assertEqual(result.get("error"), error, errors)
                self.assertEqual(self.ssh_files(), [])
                self.assert_untouched(None)
                key.stop()
                self.pi.wait_for_phase("idle")

    def test_of_two_keys_the_one_that_is_touched_is_taken(self):
        first = self.key_in_laptop(touch="never", name="first")
        second = self.key_in_laptop(touch="never", name="second")
        self.laptop.household.own["LATCHKEY_SIMULATED_KEY"] = f"{first.folder}:{second.folder}"
        self.pi.trust(second)  # so that ssh-keygen, which finds the first alone, need not sign
        board, port = self.open_window()
        process = self.start_enrol(port, "--no-verify")
        process.stdin.write(f"{board.read_code()}\n")
        process.stdin.flush()
        second.wait_for("touch")
        second.touch("yes")
        status, _, errors = self.finish(process)
        self.assertEqual(status, 0, errors)
        self.assertEqual(first.counters()["touches_given"], 0)

    def test_a_failed_login_takes_the_line_out_again(self):
        key = self.key_in_laptop()
        self.pi.trust(key)
        self.pi.stop_sshd()
        status, result, errors = self.enrol()
        self.assertEqual((status, result.get("error")), (1, "login-failed"), errors)
        self.assertNotIn("sk-ssh", self.pi.authorized_keys.read_text())


if __name__ == "__main__":
    unittest.main()
