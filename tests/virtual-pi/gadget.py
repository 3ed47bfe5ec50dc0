# SPDX-License-Identifier: MIT
"""HID devices in the machine's USB ports: gadgets of configfs
(Documentation/usb/gadget_configfs.rst)."""

import glob
import os
import pathlib

GADGETS = pathlib.Path("/sys/kernel/config/usb_gadget")
PI, LAPTOP, PI_TOO = 0, 1, 2  # the ports: dummy_udc.0 and so on
REPORT_LENGTH = 64
# A FIDO device in the words of USB: usage page 0xF1D0, a report in and one out.
SECURITY_KEY = bytes((
    0x06, 0xD0, 0xF1, 0x09, 0x01, 0xA1, 0x01,
    0x09, 0x20, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, 0x40, 0x81, 0x02,
    0x09, 0x21, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, 0x40, 0x91, 0x02,
    0xC0))
# A keyboard of the boot kind with its five lights (HID 1.11, appendix B.1).
KEYBOARD = bytes((
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01,
    0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02,
    0x95, 0x01, 0x75, 0x08, 0x81, 0x03,
    0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02,
    0x95, 0x01, 0x75, 0x03, 0x91, 0x03,
    0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00,
    0xC0))


class HidGadget:
    """Made, and in none of the ports; what it is and says is somebody else's to do."""

    def __init__(self, name, descriptor, product, manufacturer="latchkey", number=0x0001,
                 report_length=REPORT_LENGTH):
        self.folder = GADGETS / name
        self.function = self.folder / "functions" / "hid.it"
        self.configuration = self.folder / "configs" / "c.1"
        self.strings = self.folder / "strings" / "0x409"
        for folder in (self.folder, self.function, self.configuration, self.strings):
            folder.mkdir(parents=True)
        (self.folder / "idVendor").write_text("0x1209")
        (self.folder / "idProduct").write_text(f"{number:#06x}")
        (self.strings / "manufacturer").write_text(manufacturer)
        (self.strings / "product").write_text(product)
        (self.strings / "serialnumber").write_text(name)
        if descriptor == KEYBOARD:
            (self.function / "protocol").write_text("1")
            (self.function / "subclass").write_text("1")
        (self.function / "report_length").write_text(str(report_length))
        (self.function / "report_desc").write_bytes(descriptor)
        (self.configuration / "hid.it").symlink_to(self.function)

    @property
    def udc(self):
        """The file that says which port it is in."""
        return self.folder / "UDC"

    def bind(self, port):
        self.udc.write_text(f"dummy_udc.{port}")

    def device_file(self):
        """/dev/hidgN: the device's own end."""
        _, minor = (self.function / "dev").read_text().split(":")
        return f"/dev/hidg{minor.strip()}"

    def remove(self):
        """configfs takes back in this order alone."""
        if self.udc.read_text().strip():
            self.udc.write_text("\n")
        (self.configuration / "hid.it").unlink()
        for folder in (self.configuration, self.function, self.strings, self.folder):
            folder.rmdir()


def bus_of(port):
    """Where the kernel has what is plugged in there."""
    return pathlib.Path(f"/sys/devices/platform/dummy_hcd.{port}")


def hidraw_at(port):
    """/dev/hidrawN of what is plugged in there, or None as long as the kernel has not found it."""
    # Not pathlib's glob(): it fails where a folder goes away meanwhile.
    found = sorted(glob.glob(f"{bus_of(port)}/usb*/*/*/*/hidraw/hidraw*"))
    return f"/dev/{os.path.basename(found[0])}" if found else None


class Gadget:
    """No security key, or a false one, whose other end is nobody, or the test. Plugged in from the
    start until it is closed. A context manager."""

    def __init__(self, descriptor, port=PI, name="gadget"):
        self.port = port
        self.gadget = HidGadget(name, descriptor, name, number=0x0002,
                                report_length=8 if descriptor == KEYBOARD else REPORT_LENGTH)
        self.gadget.bind(port)
        self.file = os.open(self.gadget.device_file(), os.O_RDWR | os.O_NONBLOCK)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        os.close(self.file)
        self.gadget.remove()

    @property
    def bus(self):
        return bus_of(self.port)

    @property
    def hidraw(self):
        return hidraw_at(self.port)
