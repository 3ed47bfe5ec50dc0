#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What bad input gets: a sentence of its own on the laptop, and nothing written on the Pi."""

import os
import socket
import unittest

from simulated_pi import free_port
from world_test_case import WorldTestCase, another_code


class Refusals(WorldTestCase):
    def refused(self, process, error, code=None):
        """Ends with that error, a message and a next step; returns the object."""
        status, result, errors = self.finish(process, code)
        self.assertNotEqual(status, 0)
        self.assertEqual(result.get("error"), error, f"{result} {errors}")
        self.assertTrue(result["message"])
        self.assertEqual(result["exit"], status)
        return result

    def test_a_wrong_code_is_said_at_once_with_the_tries_left(self):
        before = None
        for left in (2, 1):
            if left == 2:
                board, port = self.open_window()
            process = self.start_enrol(port, "--key", str(self.laptop.make_key(f"key{left}")))
            code = board.read_code()
            result = self.refused(process, "code-wrong", another_code(code))
            self.assertEqual(result["tries_left"], left)
            self.assert_untouched(before)
        process = self.start_enrol(port, "--key", str(self.laptop.make_key("key0")))
        self.refused(process, "too-many-codes", another_code(board.read_code()))
        self.assertEqual(self.pi.wait_for_phase("idle")["last_ending"], "too_many_codes")
        self.assert_untouched(before)

    def test_a_misread_code_spends_no_guess(self):
        board, port = self.open_window()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        code = board.read_code()
        misread = str(int(code[0]) % 5 + 1) + code[1:]
        self.refused(process, "code-misread", misread)
        self.assertEqual(self.pi.wait_for_phase("open", "idle")["failed_windows"], 0)

    def test_three_failed_windows_lock_pairing_over_a_restart(self):
        for _ in range(3):
            board, port = self.open_window()
            process = self.start_enrol(port, "--key", str(self.laptop.make_key(f"k{port}")))
            self.refused(process, "code-wrong", another_code(board.read_code()))
            board.command("tap")
            self.pi.wait_for_phase("idle", "locked")
            board.close()
        self.pi.wait_for_phase("locked")
        self.pi.stop_daemon()
        self.pi.start_daemon()
        self.assertEqual(self.pi.status()["phase"], "locked")
        board = self.pi.board()
        self.addCleanup(board.close)
        board.command("tap")
        self.assertEqual(self.pi.status()["phase"], "locked")
        self.assert_untouched(None)

    def test_a_closed_window(self):
        self.refused(self.start_enrol(free_port(), "--key", str(self.laptop.make_key())),
                     "port-closed")

    def test_a_name_that_does_not_resolve(self):
        self.refused(self.start_enrol(7822, "--key", str(self.laptop.make_key()),
                                      host="no-such-host.invalid"), "name-unknown")

    def test_something_that_never_answers_the_greeting(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.refused(self.start_enrol(silent.getsockname()[1], "--key",
                                          str(self.laptop.make_key())), "silent")

    def test_something_else_than_latchkey(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            process = self.start_enrol(other.getsockname()[1], "--key",
                                       str(self.laptop.make_key()))
            connection, _ = other.accept()
            connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
            self.refused(process, "not-latchkey")
            connection.close()

    def test_a_proxy_jump_is_refused_with_a_sentence(self):
        ssh = self.laptop.household.home / ".ssh"
        ssh.mkdir(mode=0o700)
        (ssh / "config").write_text("Host 127.0.0.1\n  ProxyJump bastion.example\n")
        self.refused(self.start_enrol(7822, "--key", str(self.laptop.make_key())), "proxied")

    def test_two_laptops_at_once_end_everything(self):
        board, port = self.open_window()
        first = self.start_enrol(port, "--key", str(self.laptop.make_key("one")))
        self.pi.wait_for_phase("code_shown")
        second = self.start_enrol(port, "--key", str(self.laptop.make_key("two")))
        self.refused(second, "overlap")
        self.refused(first, "overlap")
        self.assertEqual(self.pi.wait_for_phase("idle")["last_ending"], "overlap")
        self.assert_untouched(None)

    def test_a_connection_that_never_greets_is_no_peer(self):
        board, port = self.open_window()
        scanner = socket.create_connection(("127.0.0.1", port))
        self.addCleanup(scanner.close)
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        status, _, errors = self.finish(process, board.read_code())
        self.assertEqual(status, 0, errors)

    def test_a_second_press_closes_and_the_laptop_hears_it(self):
        board, port = self.open_window()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        self.pi.wait_for_phase("code_shown")
        board.command("tap")
        self.refused(process, "window-closed")

    def test_a_home_that_sshd_would_not_accept_is_told_not_mended(self):
        os.chmod(self.pi.household.home, 0o777)
        board, port = self.open_window()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        result = self.refused(process, "sshd-would-refuse", board.read_code())
        self.assertIn("bad ownership or modes", result["message"])
        self.assertEqual(self.pi.household.home.stat().st_mode & 0o777, 0o777)
        self.assert_untouched(None)

    def test_an_authorized_keys_that_is_a_symbolic_link_is_left_alone(self):
        ssh = self.pi.household.home / ".ssh"
        ssh.mkdir(mode=0o700)
        target = self.pi.folder / "target"
        target.write_text("mine\n")
        (ssh / "authorized_keys").symlink_to(target)
        board, port = self.open_window()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        self.refused(process, "file-unsuitable", board.read_code())
        self.assertEqual(target.read_text(), "mine\n")

    def test_an_account_that_may_not_be_enrolled(self):
        board, port = self.open_window()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()), user="root")
        result = self.refused(process, "account-not-allowed", board.read_code())
        self.assertIn("pi", result["message"])

    def test_a_failed_login_takes_the_key_out_again(self):
        board, port = self.open_window()
        self.pi.stop_sshd()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        status, result, errors = self.finish(process, board.read_code())
        self.assertEqual(status, 1, errors)
        self.assertEqual(result["error"], "login-failed")
        self.assertEqual(result["result"], "taken-out")
        self.assertEqual(self.pi.authorized_keys.read_bytes(), b"")

    def test_a_changed_host_key_is_not_replaced_unasked(self):
        ssh = self.laptop.household.home / ".ssh"
        key = self.laptop.make_key()
        self.laptop.make_key("other_host")
        other = (ssh / "other_host.pub").read_text()
        known = ssh / "known_hosts"
        known.write_text(f"[127.0.0.1]:{self.pi.ssh_port} {other}")
        before = known.read_bytes()
        board, port = self.open_window()
        process = self.start_enrol(port, "--key", str(key))
        self.refused(process, "host-key-changed", board.read_code())
        self.assertEqual(known.read_bytes(), before)

    def test_without_a_terminal_and_without_a_code_nothing_hangs(self):
        _, port = self.open_window()
        done = self.laptop.run("latchkey", "enroll", "--json", "--yes", "--key",
                               str(self.laptop.make_key()), f"pi@127.0.0.1:{port}")
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertIn("--code", done.stdout)

    def test_a_dry_run_connects_to_nobody(self):
        done = self.laptop.run("latchkey", "enroll", "--json", "--dry-run", "--key",
                               str(self.laptop.make_key()), f"pi@127.0.0.1:{free_port()}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"dry_run":true', done.stdout)
        self.assertFalse((self.laptop.household.home / ".ssh" / "known_hosts").exists())


class NarrowPolicy(WorldTestCase):
    CONFIG = 'policy.key_types = ["ssh-ed25519"]'

    def test_a_key_type_that_policy_refuses(self):
        board, port = self.open_window()
        key = self.laptop.make_key("id_rsa", "-t", "rsa", "-b", "2048")
        process = self.start_enrol(port, "--key", str(key))
        status, result, errors = self.finish(process, board.read_code())
        self.assertEqual(result.get("error"), "key-type-refused", f"{result} {errors}")
        self.assert_untouched(None)


class StrangeSshd(WorldTestCase):
    SSHD_CONFIG = "AuthorizedKeysFile none"

    def test_an_sshd_without_authorized_keys(self):
        board, port = self.open_window()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        status, result, errors = self.finish(process, board.read_code())
        self.assertEqual(result.get("error"), "sshd-would-refuse", f"{result} {errors}")
        self.assert_untouched(None)


if __name__ == "__main__":
    unittest.main()
