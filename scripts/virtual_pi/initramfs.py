# SPDX-License-Identifier: MIT
"""The first user space of the machine: loads modules, puts a tmpfs over the computer's files."""

import pathlib
import shutil
import subprocess

from cache import content, made_once
from debian_kernel import run

# The root of the machine first; what can be plugged in and pressed, behind it.
MODULES = ("virtio_pci", "9p", "9pnet_virtio", "overlay", "virtio_net", "virtio_blk", "ext4",
           "veth", "gpio-sim", "uhid", "usbhid", "hid-generic", "dummy_hcd", "libcomposite",
           "usb_f_hid", "usb_f_fs")
NOT_HERE = ("crc32c-intel",)  # QEMU's plain processor has no such instruction; ext4 asks for either
PARAMETERS = {"dummy_hcd": "num=3"}  # USB device ports, each with a host port at its other end
APPLETS = ("sh", "mount", "umount", "insmod", "mkdir", "switch_root", "ln")

# Mounting is done here, where programs are in memory: each that is started later comes over 9p.
INIT = """\
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
{insmod}
share() {{ mount -t 9p -o "trans=virtio,version=9p2000.L,msize=262144,$3" "$1" "$2"; }}
share root /lower ro,cache=loose
mount -t tmpfs -o mode=0755 over /over
mkdir /over/upper /over/work
mount -t overlay -o lowerdir=/lower,upperdir=/over/upper,workdir=/over/work root /root
cd /root
mkdir -p latchkey/repository latchkey/build latchkey/kernel latchkey/results disk \\
  usr/lib/modules home etc/ssh etc/latchkey var/lib/latchkey
share repository latchkey/repository ro,cache=loose
share build latchkey/build ro,cache=loose
share kernel latchkey/kernel ro,cache=loose
share results latchkey/results rw,cache=none
mount -o bind latchkey/kernel/lib/modules usr/lib/modules
mount -t ext4 /dev/vda disk
for place in home etc/ssh etc/latchkey var/lib/latchkey; do
  mkdir -p disk/$place
  mount -o bind disk/$place $place
done
mount -t tmpfs -o mode=0755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mkdir -p /dev/pts /dev/shm run/lock run/sshd
mount -t devpts -o gid=5,mode=0620,ptmxmode=0666 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t configfs configfs /sys/kernel/config
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
for folder in proc sys dev; do mount --move /$folder /root/$folder; done
exec switch_root /root /bin/bash /latchkey/repository/tests/virtual-pi/init
"""


def make_initramfs(build, kernel):
    """The path of the archive: not compressed, since unpacking it costs the machine more than
    reading it."""
    files = [file for file in kernel.module_files(*MODULES)
             if file.name.split(".ko")[0] not in NOT_HERE]
    folder = made_once(build / "initramfs", [INIT, PARAMETERS, APPLETS, content(*files)],
                       lambda target: fill(target, files))
    return folder / "initramfs.cpio"


def fill(target, files):
    tree = target / "tree"
    for name in ("bin", "proc", "sys", "dev", "lower", "over", "root", "modules"):
        (tree / name).mkdir(parents=True)
    shutil.copy(find_busybox(), tree / "bin" / "busybox")
    for applet in APPLETS:
        (tree / "bin" / applet).symlink_to("busybox")
    lines = []
    for file in files:
        name = file.name.split(".ko")[0]
        module = tree / "modules" / f"{name}.ko"
        module.write_bytes(unpacked(file))
        run("strip", "--strip-debug", str(module))
        lines.append(f"insmod /modules/{module.name} {PARAMETERS.get(name, '')}".rstrip())
    init = tree / "init"
    init.write_text(INIT.format(insmod="\n".join(lines)))
    init.chmod(0o755)
    names = sorted(str(path.relative_to(tree)) for path in tree.rglob("*"))
    with open(target / "initramfs.cpio", "wb") as archive:
        subprocess.run(["cpio", "--create", "--format=newc", "--quiet", "--owner=0:0"], cwd=tree,
                       input="\n".join(names).encode(), stdout=archive, check=True)
    shutil.rmtree(tree)


def find_busybox():
    for path in map(pathlib.Path, ("/bin/busybox", "/usr/bin/busybox")):
        if path.exists():
            return path
    raise SystemExit("virtual-pi: there is no busybox: apt-get install busybox-static")


def unpacked(file):
    """A module's bytes; newer kernels keep them compressed."""
    if file.suffix == ".xz":
        return subprocess.run(["xz", "-dc", file], check=True, stdout=subprocess.PIPE).stdout
    return file.read_bytes()
