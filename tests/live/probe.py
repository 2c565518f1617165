"""What this machine can do for the live lab. Run as a module inside throw-away namespaces it prints
{need: reason why it is not met} as JSON; `missing()` starts it there.

SPDX-License-Identifier: GPL-2.0-or-later"""

import functools
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
PROGRAMS = {
    "ip": "iproute2",
    "iptables": "iptables",
    "ethtool": "ethtool",
    "dumpcap": "wireshark-common",
    "nsenter": "util-linux",
    "pptpd": "pptpd",
    "pptp": "pptp-linux",
}
STRONGSWAN = {
    "/usr/lib/ipsec/charon": "strongswan-charon",
    "/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so": "libcharon-extra-plugins",
    "swanctl": "strongswan-swanctl",
}
HELPER_RULE = "-t raw -A PREROUTING -p tcp --dport 1723 -j CT --helper pptp"


# --kill-child: if unshare ends, so does the scene; and when the scene's first process ends the
# kernel ends all others of its process namespace and takes the networks away.
UNSHARE = [
    "unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child",
    "--mount-proc",
]  # fmt: skip


def environment():
    return {
        "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin",
        "LC_ALL": "C.UTF-8",
        "HOME": "/nonexistent",
        "PYTHONPATH": f"{TESTS}:{TESTS.parent / 'captures' / 'make'}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def in_namespaces(command, timeout):
    """Runs a command as the first process of new namespaces."""
    process = subprocess.Popen(
        [*UNSHARE, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=timeout)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def _try(*command):
    """Why a command did not work, or None."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    last = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
    return f"{' '.join(command)}: {last}"


def _network():
    return (
        _try("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1")
        or _try("ip", "link", "add", "b0", "type", "bridge")
        or _try("ip", "link", "set", "v0", "master", "b0")
        or _try("mount", "-t", "tmpfs", "probe", "/run")
    )


def _raw_sockets():
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, 47).close()
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)).close()
    except OSError as error:
        return f"no raw GRE or packet sockets: {error}"
    return None


def _nat():
    problem = _try(
        "iptables", *"-t nat -A POSTROUTING -o v0 -j MASQUERADE".split()
    )  # fmt: skip
    return problem and f"this kernel has no NAT for iptables ({problem})"


def _helper():
    """The rule is accepted without the half that edits Call IDs, which nothing but a module
    loads; its functions are then missing among the kernel's symbols."""
    hint = "this kernel has no pptp conntrack helper (modprobe nf_nat_pptp?)"
    if _try("iptables", *HELPER_RULE.split()):
        return hint
    try:
        with open("/proc/kallsyms", encoding="ascii", errors="replace") as symbols:
            lines = symbols.readlines()
    except OSError:
        return None
    return None if not lines or any("pptp_outbound_pkt" in line for line in lines) else hint


def _tunnel():
    return _try("ip", "tuntap", "add", "tun0", "mode", "tun")


def _absent(programs):
    path = environment()["PATH"]
    absent = [
        f"{name} ({package})"
        for name, package in programs.items()
        if not (shutil.which(name, path=path) or os.path.exists(name))
    ]
    return f"programs are missing: {', '.join(absent)}" if absent else None


def inside():
    """{need: reason}, only of needs that are not met."""
    found = {"namespaces": _network(), "raw sockets": _raw_sockets()}
    if not found["namespaces"]:
        found["nat"] = _nat()
        found["helper"] = found["nat"] or _helper()
        found["strongswan"] = _absent(STRONGSWAN) or _tunnel()
    return {need: reason for need, reason in found.items() if reason}


@functools.lru_cache(maxsize=None)
def missing():
    """{need: reason}. Without root, programs or namespaces everything is missing: "namespaces"."""
    if os.geteuid() != 0:
        return {"namespaces": "the live lab needs root"}
    absent = _absent(PROGRAMS)
    if absent:
        return {"namespaces": absent}
    done = in_namespaces([sys.executable, "-m", "live.probe"], timeout=30)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        return {"namespaces": f"no namespaces can be made here: {last}"}
    return json.loads(done.stdout)


def reason_to_skip(needs):
    """Why a scenario that needs this cannot run here, or None."""
    found = missing()
    for need in ("namespaces", "raw sockets", "nat", *needs):
        if need in found:
            return found[need]
    return None


if __name__ == "__main__":
    print(json.dumps(inside()))
