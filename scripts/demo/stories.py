# SPDX-License-Identifier: MIT
"""The stories that the demonstration tells. Each returns what to exit with."""

from world import say


def key_in_laptop(world):
    """A new key on the security key in the laptop: one touch to the written line."""
    world.plug_into_laptop()
    world.trust_its_maker()
    world.introduce("button, the LED and the security key")
    status = world.play("enroll")
    if status != 0:
        return status
    touches = world.key.counters()["touches_given"]
    status = world.log_in()
    if not world.interactive:
        say(f"    key  touched {touches} times for latchkey (to make the key and prove it, and to "
            "log in),\n         once for ssh")
    world.show_line()
    return status


def key_in_pi(world):
    """The security key is touched at the Pi; then the laptop fetches what it needs to use it."""
    world.introduce("button, the LED and the security key")
    world.press()
    world.plug_into_pi()
    world.trust_its_maker()
    say("     Pi  a security key is plugged in")
    world.key.wait_for("touch")
    say("    LED  ●● · ●● · ●●  two quick blinks: touch it")
    world.key.touch("once")
    world.pi.wait_for_phase("done")
    say("    key  touched")
    say("    LED  ━━━━━━━━━  on for three seconds: enrolled")
    world.show_line()
    world.move_to_laptop()
    say("\nThe security key moves to the laptop, which does not know it yet:\n")
    status = world.play("adopt")
    return status or world.log_in()


def software_key(world):
    """A key in a file, with a passphrase if the person wants one."""
    world.introduce("button and the LED")
    status = world.play("enroll", "--software")
    if status != 0:
        return status
    status = world.log_in()
    world.show_line()
    return status
