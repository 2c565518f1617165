"""The place of a scenario: client, LAN, NAT and server as network namespaces, and what runs there.

    c1 192.168.11.20  \\
    c2 192.168.11.22  -+- bridge - in [nat] out - srv 192.168.1.10
                          192.168.11.1  192.168.1.30

A box (live.box) may stand between `in` and the NAT, or between the NAT and `out`; captures are
taken at `in` and `out`, so it is part of what is judged. The addresses are those of the classic
article on several PPTP clients behind a NAT (Pouseele, 2007).

SPDX-License-Identifier: GPL-2.0-or-later"""

import json
import pathlib
import shlex
import signal
import subprocess
import sys
import time

CLIENTS = {"c1": "192.168.11.20", "c2": "192.168.11.22"}
SERVER, NAT_IN, NAT_OUT = "192.168.1.10", "192.168.11.1", "192.168.1.30"
SPACES = ("c1", "c2", "nat", "srv")
FILES = {"inside": ("in",), "outside": ("out",), "both": ("in", "out")}
OFFLOADS = "tx off rx off tso off gso off gro off"


class Place:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.begin = time.monotonic()
        self.captures, self.wan, self.lan = [], "out", "in"

    def note(self, text):
        print(f"[{time.monotonic() - self.begin:5.2f}] {text}", flush=True)

    # -- commands

    def enter(self, space, command):
        return [*(["nsenter", f"--net=/run/netns/{space}", "--"] if space else []), *command]

    def run(self, command, space=None, **options):
        """Runs `command` (one line) to its end, which has to be good."""
        words = shlex.split(command)
        subprocess.run(self.enter(space, words), check=True, timeout=30, **options)

    def start(self, command, space=None, ready=None, stream="stdout"):
        """Starts a program (words), and waits for a line with `ready` in `stream`."""
        pipes = {stream: subprocess.PIPE} if ready else {}
        process = subprocess.Popen(self.enter(space, command), text=True, **pipes)
        if ready:
            for line in getattr(process, stream):
                if ready in line:
                    return process
            raise RuntimeError(f"{command[0]} ended before it was ready")
        return process

    def python(self, module, *arguments):
        return [sys.executable, "-u", "-m", f"live.{module}", *map(str, arguments)]

    # -- network

    def build(self, box=None):
        """box: None, "inside" or "outside"."""
        links = [("p1", "c1", "eth0"), ("p2", "c2", "eth0"), ("p3", "nat", "in")]
        self.run("ip link set lo up")
        self.no_ipv6(None)
        for space in SPACES:
            self.run(f"ip netns add {space}")
            self.no_ipv6(space)
        batch = [f"link add {a} type veth peer name {b} netns {space}" for a, space, b in links]
        batch += ["link add br0 type bridge", "link set br0 up"]
        batch += [f"link set {a} master br0 up" for a, _, _ in links]
        self.ip(None, *batch)
        self.ip("nat", "link add out type veth peer name eth0 netns srv")
        self.lan, self.wan = "in", "out"
        if box == "inside":
            self.lan = "inner"
            self.ip("nat", "link add mid type veth peer name inner")
        if box == "outside":
            self.wan = "outer"
            self.ip("nat", "link add mid type veth peer name outer")
        names = {"in", "out", self.lan, self.wan} | ({"mid"} if box else set())
        # The kernel must not answer for the addresses of the NAT at the box's own ports.
        for name in sorted(names - {self.lan, self.wan}):
            self.write("nat", f"ipv4/conf/{name}/arp_ignore", 8)
        self.ip(
            "nat",
            *(f"link set {name} up" for name in sorted(names)),
            f"addr add {NAT_IN}/24 dev {self.lan}",
            f"addr add {NAT_OUT}/24 dev {self.wan}",
        )
        self.write("nat", "ipv4/ip_forward", 1)
        for space, address in (*CLIENTS.items(), ("srv", SERVER)):
            self.ip(space, "link set lo up", f"addr add {address}/24 dev eth0", "link set eth0 up")
        for space in CLIENTS:
            self.ip(space, f"route add default via {NAT_IN}")
        for space, ends in (*((one, ["eth0"]) for one in (*CLIENTS, "srv")), ("nat", names),
                            (None, ["p1", "p2", "p3"])):  # fmt: skip
            for end in ends:
                quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
                self.run(f"ethtool -K {end} {OFFLOADS}", space, **quiet)

    def ip(self, space, *lines):
        self.run("ip -batch -", space, input="\n".join(lines) + "\n", text=True)

    def write(self, space, name, value):
        self.run(f"sh -c 'echo {value} >/proc/sys/net/{name}'", space)

    def no_ipv6(self, space):
        for name in ("all", "default"):
            path = f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6"
            self.run(f"sh -c '[ ! -e {path} ] || echo 1 >{path}'", space)

    def iptables(self, rule, space="nat"):
        self.note(f"{space}: iptables {rule}")
        self.run(f"iptables -w {rule}", space)

    def masquerade(self, helper=True, options=""):
        if helper:
            self.helper()
        self.iptables(f"-t nat -A POSTROUTING -o {self.wan} -j MASQUERADE {options}")

    def guessing_nat(self, guess):
        """live.guessing_nat in the place of the kernel."""
        self.write("nat", "ipv4/ip_forward", 0)
        self.iptables("-A INPUT -p udp -j DROP")
        self.start(self.python("guessing_nat", guess), "nat", ready="ready")

    def route(self):
        """No NAT: the server knows the way to the LAN."""
        self.ip("srv", f"route add 192.168.11.0/24 via {NAT_OUT}")

    def forward_to_inside(self, helper=True):
        """The server is inside: a port forwarding."""
        if helper:
            self.helper()
        to = f"-j DNAT --to-destination {CLIENTS['c1']}"
        self.iptables(f"-t nat -A PREROUTING -i {self.wan} -p tcp --dport 1723 {to}")

    def helper(self):
        self.iptables("-t raw -A PREROUTING -p tcp --dport 1723 -j CT --helper pptp")

    def box(self, where, *rules):
        """Everything between the capture points' own ends goes through the box from now on."""
        ports = ("in", "mid") if where == "inside" else ("mid", "out")
        self.note(f"box {where}: {json.dumps(rules)}")
        command = self.python("box", *ports, json.dumps(rules))
        self.start(command, "nat", ready="ready")

    # -- captures

    def capture(self):
        for name, interfaces in FILES.items():
            words = [word for one in interfaces for word in ("-i", one)]
            path = self.folder / f"{name}.pcapng"
            command = ["dumpcap", "-q", *words, "-w", str(path)]
            self.captures.append(self.start(command, "nat", ready="File:", stream="stderr"))

    def stop_captures(self):
        time.sleep(0.3)  # what the kernel's ring still holds
        for process in self.captures:
            process.send_signal(signal.SIGINT)
        for process in self.captures:
            text = process.stderr.read()
            process.wait(timeout=10)
            dropped = [line for line in text.splitlines() if "dropped" in line]
            self.note(" ".join(dropped) or text.strip())

    # -- programs

    def pptpd(self, space="srv"):
        """pptpd with the stand-in as its pppd."""
        script = pathlib.Path("/run/ppp")
        script.write_text(
            f"#!/bin/sh\nexec {shlex.join(self.python('ppp_stand_in', 'server'))} \"$@\"\n"
        )
        script.chmod(0o755)
        pathlib.Path("/run/pptpd.options").write_text("")
        conf = pathlib.Path("/run/pptpd.conf")
        conf.write_text(
            f"ppp {script}\noption /run/pptpd.options\nlocalip 10.99.0.1\nremoteip 10.99.0.2-20\n"
        )
        self.start(["pptpd", "--fg", "--conf", str(conf)], space)
        self.wait_for_listener(space)

    def wait_for_listener(self, space):
        """State 0A in /proc/net/tcp: listening; 06BB: port 1723."""
        look = self.enter(space, ["cat", "/proc/net/tcp"])
        for _ in range(100):
            text = subprocess.run(look, capture_output=True, text=True, check=True).stdout
            if ":06BB 00000000:0000 0A" in text:
                return
            time.sleep(0.05)
        raise RuntimeError("pptpd does not listen")

    def client(self, space="c1", server=SERVER, call_id=None, pings=8, options=(), ready=None):
        """pptp with the stand-in as its pppd; `ready` as for start(). Its call manager's socket is
        named after the server alone, so it gets a private directory; and it takes its Call ID from
        /dev/random."""
        random = ""
        if call_id is not None:
            source = pathlib.Path(f"/run/random.{space}")
            source.write_bytes(call_id.to_bytes(2, sys.byteorder))
            random = f"mount --bind {source} /dev/random && "
        command = shlex.join(self.python("ppp_stand_in", "client", space, pings, server, *options))
        prepare = f"mount -t tmpfs pptp /run/pptp && {random}exec {command}"
        words = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        return self.start([*words, "sh", "-c", prepare], space, ready)

    def ike_host(self, role, version, *words, space, ready=None):
        """strongSwan on a machine of its own; see live.ike_host."""
        command = self.python("ike_host", role, version, *words)
        return self.start(["unshare", "--mount", "--", *command], space, ready)

    def ike_client(self, version, space, script, server, options=(), ready=None):
        words = (space, server, script, *options)
        return self.ike_host("client", version, *words, space=space, ready=ready)

    def unreachables(self, space):
        """How many ICMP Destination Unreachable the kernel of that namespace has sent."""
        look = self.enter(space, ["cat", "/proc/net/snmp"])
        text = subprocess.run(look, capture_output=True, text=True, check=True).stdout
        names, values = (line.split() for line in text.splitlines() if line.startswith("Icmp:"))
        return int(values[names.index("OutDestUnreachs")])

    def wait_for_unreachable(self, space, seconds=8):
        """Until the kernel of that namespace has refused a packet that comes from now on."""
        before, end = self.unreachables(space), time.monotonic() + seconds
        while self.unreachables(space) == before:
            if time.monotonic() > end:
                raise RuntimeError(f"{space} refused no packet in {seconds} s")
            time.sleep(0.05)

    def tiny_server(self, script, connections=1, space="srv"):
        return self.start(self.python("peer", "server", connections, script), space, ready="ready")

    def tiny_client(self, script, space="c1", port=0, server=SERVER):
        return self.start(self.python("peer", "client", server, port, script), space)

    def finish(self, *processes, seconds=20):
        """Waits for clients to end by themselves."""
        end = time.monotonic() + seconds
        for process in processes:
            process.wait(timeout=max(end - time.monotonic(), 0.1))
        time.sleep(0.4)  # the server's answers
