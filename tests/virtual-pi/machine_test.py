# SPDX-License-Identifier: MIT
"""The machine proves itself, with programs that know nothing of it: gpiod's, fido2-token, OpenSSH
with its own way to security keys."""

import os
import pathlib
import socket
import subprocess
import time
import unittest

import usb_key
from gpio_sim import BUTTON, LABEL, LED, ON_CHIP, VERSION, GpioSim
from kernel_trace import KernelTrace
from pi_test_case import PiTestCase
from world import DEADLINE, wait_until


class GpioLines(PiTestCase):
    EVENTS = {"irq/irq_handler_entry": 'name == "gpiomon"'}

    def gpiomon(self, *options):
        """Watching the button, pulled up as the daemon does."""
        process = subprocess.Popen(
            ["gpiomon", "--bias=pull-up", *options, *ON_CHIP, self.chip.name, str(BUTTON)],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until(lambda: self.holds_line("gpiomon", BUTTON), "gpiomon holds the line")
        return process

    def holds_line(self, consumer, offset):
        info = self.run_tool("gpioinfo", *ON_CHIP, self.chip.name)
        (line,) = [line for line in info.splitlines() if f"line {offset:3}:" in line]
        return consumer in line

    def test_gpiodetect_lists_the_chip_by_the_label_of_a_pi(self):
        self.assertIn(f"{self.chip.name} [{LABEL}] (54 lines)", self.run_tool("gpiodetect"))

    def test_gpiofind_knows_the_lines_by_name(self):
        info = self.run_tool("gpioinfo", *ON_CHIP, self.chip.name)
        self.assertRegex(info, r'line +17:\s+"GPIO17"')
        self.assertRegex(info, r'line +27:\s+"GPIO27"')

    def test_gpiomon_sees_a_press_and_a_release(self):
        monitor = self.gpiomon("--num-events=2")
        self.button.tap()
        output, _ = monitor.communicate(timeout=DEADLINE)
        first, second = output.lower().splitlines()
        self.assertIn("falling", first)
        self.assertIn("rising", second)

    def test_a_bounce_is_edges_within_milliseconds(self):
        """How many of them somebody sees depends on how fast he looks."""
        monitor = self.gpiomon("--falling-edge" if VERSION < 2 else "--edges=falling",
                               "--num-events=1")
        self.button.bounce(900, 700, 1100, 800)
        output, _ = monitor.communicate(timeout=DEADLINE)
        self.assertIn("falling", output.lower())
        self.trace.wait_for(lambda event: event.name == "irq_handler_entry")
        self.assertEqual(self.chip.value(BUTTON), 0)

    def test_gpioset_switches_the_led_and_the_trace_says_when(self):
        stay = [] if VERSION >= 2 else ["--mode=signal"]
        process = subprocess.Popen(["gpioset", *stay, *ON_CHIP, self.chip.name, f"{LED}=1"])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        seconds = self.led.wait_for_change(on=True)
        self.assertTrue(self.led.lit())
        self.assertLess(seconds, float(pathlib.Path("/proc/uptime").read_text().split()[0]) + 0.01)

    def test_two_chips_at_once_have_names_and_labels_of_their_own(self):
        with GpioSim("other", label="raspberrypi-exp-gpio", count=8, lines={}) as other:
            self.assertNotEqual(other.name, self.chip.name)
            self.assertIn(f"{other.name} [raspberrypi-exp-gpio] (8 lines)",
                          self.run_tool("gpiodetect"))
        self.assertNotIn("raspberrypi-exp-gpio", self.run_tool("gpiodetect"))


class SecurityKeys(PiTestCase):
    def listed(self):
        return self.run_tool("fido2-token", "-L").splitlines()

    def test_a_key_that_is_plugged_in_is_listed_and_one_that_is_pulled_is_not(self):
        self.assertEqual(self.listed(), [])
        key = self.key()
        self.assertEqual(self.listed(), [f"{key.hidraw}: vendor=0x1209, product=0x0001 "
                                         "(latchkey SIMULATED security key)"])
        key.leave()
        self.assertEqual(self.listed(), [])
        key.arrive()
        self.assertEqual(len(self.listed()), 1)

    def test_two_keys_at_once_are_two_devices(self):
        keys = [self.key(usb_key.PI), self.key(usb_key.LAPTOP)]
        self.assertEqual({line.split(":")[0] for line in self.listed()},
                         {key.hidraw for key in keys})

    def test_the_laptop_may_open_its_own_key_alone(self):
        at_pi, at_laptop = self.key(usb_key.PI), self.key(usb_key.LAPTOP)
        self.assertIn("FIDO_2_1", self.succeed(self.laptop.run("fido2-token", "-I",
                                                               at_laptop.hidraw)))
        refused = self.laptop.run("fido2-token", "-I", at_pi.hidraw)
        self.assertNotEqual(refused.returncode, 0)

    def test_a_key_moves_from_one_port_to_the_other(self):
        key = self.key(usb_key.PI)
        key.move_to(usb_key.LAPTOP)
        self.succeed(self.laptop.run("fido2-token", "-I", key.hidraw))


class OpenSsh(PiTestCase):
    """Unmodified on both sides, with its own internal provider on hidraw."""

    START = ("sshd",)

    def make_key_and_log_in(self, kind):
        key = self.key(usb_key.LAPTOP)
        path, made = self.laptop.keygen(kind)
        self.succeed(made)
        self.assertIn(f"sk-{'ssh-ed25519' if kind == 'ed25519-sk' else 'ecdsa-sha2-nistp256'}"
                      "@openssh.com", path.with_suffix(".pub").read_text())
        self.pi.allow(path.with_suffix(".pub"))
        self.assertEqual(self.succeed(self.laptop.ssh(options=["-i", path])), "logged in\n")
        return key, path

    def test_an_ed25519_sk_key_is_made_and_logs_in(self):
        key, _ = self.make_key_and_log_in("ed25519-sk")
        self.assertGreaterEqual(key.counters()["touches_given"], 2)

    def test_an_ecdsa_sk_key_is_made_and_logs_in(self):
        self.make_key_and_log_in("ecdsa-sk")

    def test_nobody_logs_in_without_the_key(self):
        key, path = self.make_key_and_log_in("ed25519-sk")
        key.leave()
        refused = self.laptop.ssh(options=["-i", path])
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("device not found", refused.stderr)


class Trace(unittest.TestCase):
    def test_marks_are_stamped_with_the_clock_of_boot(self):
        with KernelTrace("marks") as trace:
            before = time.clock_gettime(time.CLOCK_BOOTTIME)
            trace.mark("here")
            after = time.clock_gettime(time.CLOCK_BOOTTIME)
            self.assertGreaterEqual(trace.last_mark("here"), before - 0.001)
            self.assertLessEqual(trace.last_mark("here"), after + 0.001)

    def test_a_socket_that_begins_to_listen_is_in_it(self):
        with KernelTrace("listen") as trace, socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            self.assertEqual(trace.wait_for_listener()[1], listener.getsockname()[1])


class Itself(unittest.TestCase):
    def test_the_files_of_the_computer_cannot_be_changed(self):
        with self.assertRaises(OSError):
            pathlib.Path("/latchkey/repository/README.md").write_text("")

    def test_homes_are_on_the_disk_and_belong_to_their_users(self):
        for user in ("pi", "anna", "sam"):
            home = pathlib.Path("/home", user)
            self.assertEqual(home.owner(), user)
            self.assertEqual(os.stat(home).st_dev, os.stat("/disk").st_dev)


if __name__ == "__main__":
    unittest.main()
