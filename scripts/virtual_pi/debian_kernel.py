# SPDX-License-Identifier: MIT
"""Debian's own kernel, unpacked and not installed, with gpio-sim, which Debian does not build."""

import pathlib
import re
import shutil
import subprocess
import tempfile

from cache import made_once

# The machine has nothing of the kind, and they are most of the package.
LEFT_OUT = ("./usr/share/*", "*/kernel/sound/*", "*/kernel/drivers/gpu/*",
            "*/kernel/drivers/media/*",
            "*/kernel/drivers/infiniband/*", "*/kernel/drivers/net/ethernet/*",
            "*/kernel/drivers/net/wireless/*", "*/kernel/drivers/scsi/*")
SOURCES = ("drivers/gpio/gpio-sim.c", "drivers/gpio/gpiolib.h", "drivers/gpio/dev-sync-probe.c",
           "drivers/gpio/dev-sync-probe.h", "kernel/irq/irq_sim.c")
# irq_sim is part of the kernel where that is configured; here it is part of the module, so that
# nothing is exported, and what the kernel does not export is put otherwise.
NOT_EXPORTED = {"irq_to_desc": ("handle_simple_irq(irq_to_desc(irqnum))",
                                "generic_handle_irq(irqnum)")}


class Kernel:
    """`release` as uname says it; `folder` holds boot/ and lib/modules/."""

    def __init__(self, release, folder):
        self.release = release
        self.folder = folder

    @property
    def image(self):
        return self.folder / "boot" / f"vmlinuz-{self.release}"

    def module_files(self, *names):
        """The files of these modules and of those they need, in the order of loading."""
        files = []
        for name in names:
            shown = run("modprobe", "-d", str(self.folder), "-S", self.release, "--show-depends",
                        name).splitlines()
            files += [words[1] for words in map(str.split, shown) if words[0] == "insmod"]
        return [pathlib.Path(file) for file in dict.fromkeys(files)]


def run(*command, **options):
    """What the program printed."""
    try:
        return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                              **options).stdout
    except FileNotFoundError:
        raise SystemExit(f"virtual-pi: {command[0]} is missing; its Debian package is in "
                         "scripts/packages.txt") from None
    except subprocess.CalledProcessError as failed:
        print(failed.stdout, end="", flush=True)
        raise SystemExit(f"virtual-pi: {' '.join(map(str, command))} ended with "
                         f"{failed.returncode}") from None


def release_of_headers():
    """The kernel that linux-headers-amd64 stands for: a module can be built for that one alone."""
    depends = run("dpkg-query", "-W", "-f", "${Depends}", "linux-headers-amd64")
    found = re.search(r"linux-headers-([0-9][^ ,]*-amd64)", depends)
    if not found:
        raise SystemExit(f"virtual-pi: linux-headers-amd64 depends on {depends!r}, which names no "
                         "kernel")
    return found[1]


def make_kernel(build):
    """Unpacked below `build`, with the module; what is there already is used."""
    release = release_of_headers()

    def make(target):
        unpack(build, release, target)
        if next(target.rglob("gpio-sim.ko*"), None) is None:
            extra = target / "lib" / "modules" / release / "extra"
            extra.mkdir()
            with tempfile.TemporaryDirectory(dir=build) as folder:
                shutil.copy(build_gpio_sim(release, pathlib.Path(folder)), extra)
        run("depmod", "-b", str(target), release)

    inputs = [release, LEFT_OUT, SOURCES, NOT_EXPORTED, KBUILD]
    return Kernel(release, made_once(build / "kernel", inputs, make))


def unpack(build, release, target):
    package = f"linux-image-{release}"
    downloads = build / "downloads"
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    print(f"virtual-pi: fetching {package}", flush=True)
    if not download(package, downloads):
        lists = own_package_lists(build)
        if not download(package, downloads, *lists):
            raise SystemExit(
                f"virtual-pi: Debian's archive has no {package}, which the installed kernel "
                "headers are for. Bring them up to date: apt-get update && apt-get install "
                "linux-headers-amd64 linux-source")
    (deb,) = downloads.glob("*.deb")
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as tar:
        run("tar", "-x", "-C", str(target), *(f"--exclude={what}" for what in LEFT_OUT),
            stdin=tar.stdout)
    shutil.rmtree(downloads)
    if not (target / "lib").exists():  # modules moved below /usr
        (target / "lib").symlink_to("usr/lib")


def download(package, folder, *options):
    """apt-get download, which needs no root."""
    done = subprocess.run(["apt-get", *options, "-qq", "download", package], cwd=folder,
                          capture_output=True, text=True)
    return done.returncode == 0


def own_package_lists(build):
    """Fetches Debian's lists of today into a folder of our own, without root: the options that
    make apt-get use them."""
    apt = build / "apt"
    (apt / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    options = ["-o", f"Dir::State::Lists={apt}/lists", "-o", f"Dir::Cache={apt}",
               "-o", "Debug::NoLocking=1"]
    subprocess.run(["apt-get", *options, "-qq", "update"], check=False)
    return options


KBUILD = """\
obj-m := gpio-sim.o
gpio-sim-y := {}
ccflags-y := -I$(src)
"""


def build_gpio_sim(release, target):
    """Builds in `target`; the module's path."""
    version = re.match(r"[0-9]+\.[0-9]+", release)[0]
    tarball = pathlib.Path(f"/usr/src/linux-source-{version}.tar.xz")
    if not tarball.exists():
        raise SystemExit(f"virtual-pi: {tarball} is missing: apt-get install "
                         f"linux-source-{version}")
    headers = pathlib.Path(f"/usr/src/linux-headers-{release}")
    print(f"virtual-pi: building gpio-sim for {release}", flush=True)
    # Not every version has every file, which tar calls an error; gpio-sim.c has to be there.
    wanted = [f"linux-source-{version}/{name}" for name in SOURCES]
    subprocess.run(["tar", "-x", "-f", tarball, "-C", target, "--strip-components=1", *wanted],
                   stderr=subprocess.DEVNULL, check=False)
    exported = set(re.findall(r"^\S+\t(\S+)\t", (headers / "Module.symvers").read_text(), re.M))
    objects = []
    for name in SOURCES:
        source = target / name
        if not source.exists():
            continue
        copy = target / source.name.replace("gpio-sim.c", "gpio-sim-main.c")
        copy.write_text(fit(source.read_text(), exported))
        objects += [f"{copy.stem}.o"] if copy.suffix == ".c" else []
    (target / "Kbuild").write_text(KBUILD.format(" ".join(objects)))
    run("make", "-s", "-C", str(headers), f"M={target}", "modules", stderr=subprocess.STDOUT)
    return target / "gpio-sim.ko"


def fit(text, exported):
    """The source as it can be built outside of the kernel."""
    text = re.sub(r"^EXPORT_SYMBOL(_GPL)?\(.*\);$", "", text, flags=re.M)
    for symbol, (call, instead) in NOT_EXPORTED.items():
        if symbol not in exported:
            text = text.replace(call, instead)
    return text
