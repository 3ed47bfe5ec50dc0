#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A security key that is plugged into the Pi: touched there, used from the laptop."""

import json
import unittest

from fido2_client import set_pin
from security_key_world import PIN, WRONG_PIN, SecurityKeyWorld


class NobodyWaits(SecurityKeyWorld):
    """Press, plug in, touch."""

    def lines(self):
        path = self.pi.authorized_keys
        return path.read_text().splitlines() if path.exists() else []

    def touch_at_pi(self, model="fido-2.1", **knobs):
        board, _ = self.open_window()
        key = self.key_in_pi(model, **knobs)
        self.pi.wait_for_phase("done")
        return board, key

    def start_adopt(self):
        """A new window, and latchkey adopt in it."""
        port, read_code = self.open_at_terminal()
        process = self.laptop.popen("adopt", "--json", "--yes", "--code", "-",
                                    f"pi@127.0.0.1:{port}", stdin=-1, stdout=-1, stderr=-1)
        return process, read_code()

    def test_it_is_enrolled_by_one_touch_and_adopted_by_the_laptop(self):
        self.open_window()
        key = self.key_in_pi(touch="never")
        self.pi.trust(key)
        key.wait_for("touch")
        self.assertEqual(self.pi.status()["led"], "touch")
        self.assertEqual(self.pi.status()["phase"], "key_plugged")
        key.touch("once")
        self.pi.wait_for_phase("done")
        self.assert_counted(key, touches_asked=1, touches_given=1, signatures=1)
        self.assertEqual(len(self.lines()), 1)
        self.assertTrue(self.lines()[0].startswith("sk-ssh-ed25519@openssh.com "))
        handles = json.loads(self.pi.ctl("handles", "--json").stdout)
        self.assertEqual(len(handles), 1)

        key = self.move_to_laptop(key)
        status, result, errors = self.finish(*self.start_adopt())
        self.assertEqual((status, result["login"]), (0, "ok"), errors)
        self.assertEqual(key.counters()["touches_given"], 1)
        self.assertEqual(self.log_in().stdout, "logged in\n")
        self.assertIn(handles[0]["fingerprint"],
                      self.laptop.run("ssh-keygen", "-l", "-f", result["key_file"]).stdout)

    def test_without_a_trusted_root_it_is_touched_twice(self):
        _, key = self.touch_at_pi(attestation="self")
        self.assert_counted(key, touches_asked=2, touches_given=2, signatures=3)
        self.assertEqual(len(self.lines()), 1)

    def test_with_a_pin_set_no_try_is_used(self):
        for number, (model, kind) in enumerate((("fido-2.1", "sk-ssh-ed25519"),
                                                ("fido-2.0", "sk-ecdsa"))):
            with self.subTest(model):
                slot = self.pi.security_key_slot(number + 1)
                outside = self.start_key(self.laptop.folder / model, model, "yes", {})
                set_pin(outside.folder, PIN)
                outside.stop()
                outside.folder.rename(slot)
                board, _ = self.open_window()
                key = self.key_in_pi(model, slot=number + 1)
                self.pi.wait_for_phase("done")
                self.assertEqual(key.counters()["pin_tries"], 0)
                self.assertTrue(self.lines()[-1].startswith(kind))
                key.stop()
                board.close()

    def test_one_that_always_wants_its_pin_is_refused_and_the_window_goes_on(self):
        self.open_window()
        key = self.key_in_pi("fido-2.1-always-uv")
        entry = self.pi.wait_for_entry(event="fault", reason="token_failed")
        self.assertIn("--on-pi", entry["text"])
        self.assertEqual(key.counters()["pin_tries"], 0)
        self.assertEqual(self.lines(), [])
        self.pi.wait_for_phase("open")

    def test_pulled_out_the_window_stays_open_for_another_try(self):
        self.open_window()
        key = self.key_in_pi(touch="never")
        key.wait_for("touch")
        key.unplug()
        self.pi.wait_for_phase("open")
        key.touch("yes")
        key.plug()
        self.pi.wait_for_phase("done")
        self.assertEqual(len(self.lines()), 1)

    def test_two_keys_are_an_overlap(self):
        self.open_window()
        first = self.key_in_pi(touch="never")
        first.wait_for("touch")
        second = self.key_in_pi(touch="yes", slot=2)
        self.assertEqual(self.pi.wait_for_phase("idle")["last_ending"], "overlap")
        self.assertEqual(self.lines(), [])
        self.assertEqual(first.counters()["signatures"] + second.counters()["signatures"], 0)
        first.wait_for("nothing")

    def test_one_that_is_there_when_the_window_opens_counts_as_plugged_in(self):
        key = self.key_in_pi(touch="yes")
        board = self.pi.board()
        self.addCleanup(board.close)
        board.command("tap")
        self.pi.wait_for_phase("done")
        self.assertEqual(len(self.lines()), 1)
        self.assertEqual(key.counters()["pin_tries"], 0)

    def test_it_wins_over_a_peer_that_has_not_proved_its_code(self):
        _, port = self.open_window()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        self.pi.wait_for_phase("code_shown")
        self.key_in_pi()
        status, result, errors = self.finish(process)
        self.assertEqual(result.get("error"), "key-in-pi", errors)
        self.pi.wait_for_phase("done")
        self.assertTrue(self.lines()[0].startswith("sk-ssh"))

    def test_holding_the_button_undoes_it_and_drops_the_handle(self):
        board, key = self.touch_at_pi()
        board.command("hold 3200")
        self.assertEqual(self.pi.wait_for_phase("idle")["last_ending"], "undone")
        self.assertEqual(self.lines(), [])
        self.assertEqual(json.loads(self.pi.ctl("handles", "--json").stdout), [])

    def test_the_handle_of_another_key_is_not_adopted(self):
        _, key = self.touch_at_pi()
        key.stop()
        other = self.key_in_laptop(name="other")
        status, result, errors = self.finish(*self.start_adopt())
        self.assertEqual(result.get("error"), "not-its-key", errors)
        self.assertEqual(self.ssh_files(), [])
        self.assert_counted(other)

    def test_handles_are_listed_and_dropped(self):
        _, key = self.touch_at_pi()
        fingerprint = json.loads(self.pi.ctl("handles", "--json").stdout)[0]["fingerprint"]
        self.assertIn(fingerprint, self.pi.ctl("handles").stdout)
        self.assertEqual(self.pi.ctl("handles", "--drop", fingerprint).returncode, 0)
        self.assertNotEqual(self.pi.ctl("handles", "--drop", fingerprint).returncode, 0)
        self.assertNotIn(fingerprint, self.pi.ctl("handles").stdout)


class SwitchedOff(SecurityKeyWorld):
    CONFIG = "policy.key_in_pi = false"

    def test_nobody_touches_a_key_into_this_pi(self):
        port, read_code = self.open_at_terminal()
        key = self.key_in_pi()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()), "--no-verify")
        status, _, errors = self.finish(process, read_code())
        self.assertEqual(status, 0, errors)
        self.assert_counted(key)


class HostWaits(SecurityKeyWorld):
    """latchkey enroll --on-pi: the PIN is typed at the laptop, the key is touched at the Pi."""

    def start(self, *arguments):
        port, read_code = self.open_at_terminal()
        session = self.latchkey("enroll", "--on-pi", "--no-verify", "--no-host-block", *arguments,
                                f"pi@127.0.0.1:{port}")
        session.expect("> ")
        session.type(read_code())
        session.expect_match("(?i)plug")
        return session

    def key_with_pin(self):
        """It got its PIN elsewhere: in the Pi somebody else is talking to it."""
        outside = self.start_key(self.laptop.folder / "outside", "fido-2.1", "never", {})
        set_pin(outside.folder, PIN)
        outside.stop()
        outside.folder.rename(self.pi.security_key_slot(1))
        return self.key_in_pi(touch="never")

    def test_the_handle_comes_home_at_once(self):
        session = self.start()
        key = self.key_in_pi()
        self.assertEqual(session.finish(), 0, session.screen)
        key = self.move_to_laptop(key)
        self.assertEqual(self.log_in().stdout, "logged in\n")
        self.assertEqual(json.loads(self.pi.ctl("handles", "--json").stdout), [])

    def test_a_resident_one_takes_the_pin_that_is_typed_at_the_laptop(self):
        session = self.start("--resident")
        key = self.key_with_pin()
        session.expect_match(r"PIN.*: ?")
        session.type(WRONG_PIN + "\n")
        session.expect_match(r"PIN.*7.*: ?")
        session.type(PIN + "\n")
        key.wait_for("touch")
        key.touch("yes")
        self.assertEqual(session.finish(), 0, session.screen)
        self.assertEqual(key.counters()["wrong_pins"], 1)
        self.assertEqual(len(key.state()["credentials"]), 1)
        for text in (session.screen, self.pi.daemon_log(), str(self.pi.log_entries())):
            self.assertNotIn(PIN, text)

    def test_after_two_wrong_pins_it_ends_and_nothing_is_written(self):
        session = self.start("--resident")
        key = self.key_with_pin()
        for _ in range(2):
            session.expect_match(r"PIN.*: ?")
            session.type(WRONG_PIN + "\n")
        self.assertNotEqual(session.finish(), 0)
        self.assertEqual(key.counters()["wrong_pins"], 2)
        self.assert_untouched(None)
        self.assertEqual(self.ssh_files(), [])

    def test_an_existing_resident_credential_is_enrolled_instead_of_a_new_one(self):
        key = self.key_in_laptop()
        set_pin(key.folder, PIN)
        session = self.latchkey("keygen", "--resident", "--user", "sam")
        session.expect_match(r"PIN.*: ?")
        session.type(PIN + "\n")
        self.assertEqual(session.finish(), 0, session.screen)
        for file in (self.laptop.household.home / ".ssh").glob("id_*"):
            file.unlink()
        key.stop()
        session = self.start("--existing", "--user", "sam")
        key.folder.rename(self.pi.security_key_slot(1))
        key = self.key_in_pi()
        session.expect_match(r"PIN.*: ?")
        session.type(PIN + "\n")
        self.assertEqual(session.finish(), 0, session.screen)
        self.assertEqual(len(key.state()["credentials"]), 1)
        self.move_to_laptop(key)
        self.assertEqual(self.log_in().stdout, "logged in\n")

    def test_pulled_out_and_in_again_it_goes_on(self):
        session = self.start()
        key = self.key_in_pi(touch="never")
        key.wait_for("touch")
        key.unplug()
        session.expect_match("(?i)pulled out")
        key.touch("yes")
        key.plug()
        self.assertEqual(session.finish(), 0, session.screen)


if __name__ == "__main__":
    unittest.main()
