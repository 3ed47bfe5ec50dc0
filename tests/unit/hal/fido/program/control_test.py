#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What latchkey-simulated-key is told on key.sock, and what its hosts see of that."""

import sys
import unittest

from key_clients import CBOR, Host
from program_case import DENIED, OK, SELECTION, ProgramTestCase

FIELDS = ["plugged", "model", "touch", "waiting", "rp_id", "touches_asked", "touches_given",
          "verifications_asked", "verifications_given", "pin_tries", "wrong_pins", "signatures",
          "cancelled", "timed_out", "pin_set", "pin_tries_left", "signature_counter", "credentials",
          "events"]


class Language(ProgramTestCase):
    UNKNOWN = "error: unknown command; known are: plug, unplug, touch yes|no|never|once, state"

    def test_every_command_is_answered(self):
        self.start()
        control = self.control()
        self.assertEqual(control.greeting, "waiting nothing")
        for line in ("touch yes", "touch no", "touch never", "touch once", "unplug", "unplug",
                     "plug", "plug"):
            self.assertEqual(control.do(line), "ok", line)

    def test_nonsense_is_answered_too(self):
        self.start()
        control = self.control()
        for line in ("", "help", "PLUG", "touch", "state now"):
            self.assertEqual(control.do(line), self.UNKNOWN, line)
        self.assertEqual(control.do("touch maybe"), "error: touch takes yes, no, never or once")
        self.assertEqual(control.do("x" * 300), "error: a line is at most 256 bytes long")
        self.assertEqual(control.next_line(), "")

    def test_the_state_has_these_fields(self):
        self.start()
        state = self.control().state()
        self.assertEqual(list(state), FIELDS)
        self.assertEqual(
            {name: state[name] for name in FIELDS if state[name] or state[name] is None},
            {"plugged": True, "model": "fido-2.1", "touch": "never", "waiting": None, "rp_id": None,
             "pin_tries_left": 8})
        self.assertEqual([state[name] for name in ("pin_set", "credentials", "events")],
                         [False, [], []])

    def test_the_standing_answer_is_in_the_state(self):
        self.start("--touch", "no")
        control = self.control()
        self.assertEqual(control.state()["touch"], "no")
        control.do("touch yes")
        self.assertEqual(control.state()["touch"], "yes")
        control.do("touch once")
        self.assertEqual(control.state()["touch"], "yes")

    def test_what_happened_is_in_the_state(self):
        self.start("--touch", "yes")
        self.assertEqual(self.host().ask(CBOR, SELECTION), OK)
        state = self.control().state()
        self.assertEqual((state["touches_asked"], state["touches_given"]), (1, 1))
        event, = state["events"]
        self.assertEqual(list(event), ["at", "what", "status"])
        self.assertEqual((event["what"], event["status"]), ("selection", 0))
        self.assertGreater(event["at"], 0)


class Person(ProgramTestCase):
    def test_everybody_hears_when_the_key_waits(self):
        self.start()
        host, control, other = self.host(), self.control(), self.control()
        host.send(CBOR, SELECTION)
        self.assertEqual(control.next_line(), "waiting touch")
        self.assertEqual(other.next_line(), "waiting touch")
        self.assertEqual(self.control().greeting, "waiting touch")
        state = control.state()
        self.assertEqual((state["waiting"], state["touches_asked"], state["touches_given"]),
                         ("touch", 1, 0))
        self.assertEqual(control.do("touch once"), "ok")
        self.assertEqual(control.next_line(), "waiting nothing")
        self.assertEqual(other.next_line(), "waiting nothing")
        self.assertEqual(host.answer(), OK)
        self.assertEqual(control.state()["touch"], "never")

    def test_a_fingerprint_is_another_thing_to_wait_for(self):
        self.start("--model", "fido-2.1-built-in-uv")
        control, host = self.control(), self.host()
        # getPinUvAuthTokenUsingUvWithPermissions needs an agreement: too much for here. A
        # makeCredential with the option uv asks for the finger.
        host.send(CBOR, b"\x01" + bytes.fromhex(
            "a5" "01" "5820" + "00" * 32 + "02" "a1" "626964" "647373683a"
            "03" "a2" "626964" "4101" "646e616d65" "6173"
            "04" "81" "a2" "63616c67" "26" "6474797065" "6a7075626c69632d6b6579"
            "07" "a1" "627576" "f5"))
        self.assertEqual(control.next_line(), "waiting verification")
        state = control.state()
        self.assertEqual((state["waiting"], state["rp_id"]), ("verification", "ssh:"))
        self.assertEqual(control.do("touch once"), "ok")
        self.assertEqual(host.answer()[:1], OK)
        self.assertEqual(control.state()["verifications_given"], 1)

    def test_a_changed_mind_answers_what_waits(self):
        self.start()
        host, control = self.host(), self.control()
        for words, answer in (("touch yes", OK), ("touch no", DENIED)):
            control.do("touch never")
            host.send(CBOR, SELECTION)
            self.assertEqual(control.next_line(), "waiting touch")
            self.assertEqual(control.do(words), "ok")
            self.assertEqual(control.next_line(), "waiting nothing")
            self.assertEqual(host.answer(), answer)

    def test_one_touch_ahead_is_remembered_for_one_question(self):
        self.start("--touch", "no")
        host, control = self.host(), self.control()
        control.do("touch once")
        self.assertEqual(host.ask(CBOR, SELECTION), OK)
        self.assertEqual(host.ask(CBOR, SELECTION), DENIED)


class Plugging(ProgramTestCase):
    def test_a_key_may_start_pulled_out(self):
        self.start("--unplugged")
        self.assertFalse((self.folder / "hid.sock").exists())
        control = self.control()
        self.assertFalse(control.state()["plugged"])
        self.assertEqual(control.do("plug"), "ok")
        self.assertTrue(control.state()["plugged"])
        self.host()

    def test_a_gadget_that_was_bound_is_pulled_out_too(self):
        self.folder.mkdir(mode=0o700)
        udc = self.folder / "UDC"
        udc.write_text("dummy_udc.0\n")
        self.start("--unplugged", "--hidg", "/dev/null", "--udc", str(udc))
        self.assertEqual(udc.read_text()[:1], "\n")  # the file of a kernel has one line at a time

    def test_every_client_sees_every_report(self):
        self.start("--touch", "yes")
        one, two = self.host(), self.host()
        self.assertEqual(one.ask(CBOR, SELECTION), OK)
        while True:
            report = two.next_report()
            if report[:4] == one.channel and report[4] == CBOR:
                break
        self.assertEqual(report[7:8], OK)

    def test_pulled_out_in_the_middle_it_is_gone_for_everybody(self):
        self.start()
        host, other, control = self.host(), self.host(), self.control()
        host.send(CBOR, SELECTION)
        self.assertEqual(control.next_line(), "waiting touch")
        self.assertEqual(control.do("unplug"), "ok")
        self.assertEqual(control.next_line(), "waiting nothing")
        for client in (host, other):
            with self.assertRaises((EOFError, ConnectionError)):
                while True:
                    client.next_report()
        with self.assertRaises(OSError):
            Host(self.folder)
        self.assertEqual(control.do("plug"), "ok")
        state = control.state()
        self.assertEqual((state["touches_asked"], state["events"]), (0, []))
        self.host()

    def test_a_key_that_disappears_is_pulled_out(self):
        self.start("--touch", "yes", "--set", "disappears_at=4")
        control, host = self.control(), self.host()
        with self.assertRaises((EOFError, ConnectionError)):
            while True:
                host.ask(CBOR, SELECTION)
        self.assertFalse(control.state()["plugged"])
        self.assertFalse((self.folder / "hid.sock").exists())
        self.assertEqual(control.do("plug"), "ok")
        self.host()

    def test_what_cannot_be_plugged_in_says_why_and_leaves_nothing(self):
        self.start("--unplugged", "--hidg", f"{self.folder}/hidg0")
        control = self.control()
        self.assertIn(f"error: opening {self.folder}/hidg0", control.do("plug"))
        self.assertFalse(control.state()["plugged"])
        self.assertFalse((self.folder / "hid.sock").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
