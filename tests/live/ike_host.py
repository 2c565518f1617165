"""A host with strongSwan, as packaged: IKEv1 main mode or IKEv2 with a shared key, and ESP in UDP.

    python3 -m live.ike_host server VERSION
    python3 -m live.ike_host client VERSION NAME ADDRESS SCRIPT [OPTION=VALUE...]

To be started by `unshare --mount`: it is a machine of its own, whose strongSwan finds /run,
/etc/strongswan.conf and /etc/swanctl where it was built to find them (AppArmor on Debian confines
it to these). ESP is strongSwan's kernel-libipsec, in user space: /dev/net/tun is everywhere, ESP in
the kernel is not. It asks for encapsulation in UDP in any case, so that the source hash of NAT-D
fits nowhere, as with "encap = yes" of other servers.

The tunnel carries UDP on port 1701, as that of L2TP/IPsec does, between addresses of its own.

A client's script, word by word:

    up          IKE SA and child SA; if that fails the script ends
    rekey       new SAs, of both kinds, in the place of those that there are
    talk=12     sends 12 datagrams, one each 0.1 s, which the server sends back
    feed=30     has the server send 30 datagrams, one each 0.1 s
    wait=2      seconds
    down        deletes the SAs
    die         strongSwan ends at once and says nothing; a new one starts

Options are those of a connection in swanctl.conf, and `id`, `psk`, `inner` (the client's address in
the tunnel), `keep_alive` (seconds; 0: never).

SPDX-License-Identifier: GPL-2.0-or-later"""

import contextlib
import pathlib
import socket
import subprocess
import sys
import threading
import time

from live import OPEN

INNER = {"c1": "10.99.0.1", "c2": "10.99.0.2"}
INNER_ALL, INNER_SERVER = "10.99.0.0/24", "10.99.9.1"
CHARON, L2TP, FEED = "/usr/lib/ipsec/charon", 1701, "feed"
STEP = 0.1
UP_SECONDS = 5  # what works takes a fraction of one, and a message is sent four times

# What a path may lose is repeated soon; a keepalive goes out after each second of silence.
STRONGSWAN = """
charon {{
    load = random nonce aes sha1 sha2 hmac kdf gmp kernel-libipsec kernel-netlink \
        socket-default vici
    retransmit_timeout = 1
    retransmit_base = 1.3
    retransmit_tries = 4
    keep_alive = {keep_alive}
    filelog {{
        stdout {{
            default = 0
            ike = 1
        }}
    }}
}}
swanctl {{
    load = random
}}
"""
CONNECTION = """
connections {{
    tunnel {{
        {options}
        fragmentation = no
        mobike = no
        local {{
            auth = psk
            id = {own_id}
        }}
        remote {{
            auth = psk
        }}
        children {{
            tunnel {{
                local_ts = {own_inner}
                remote_ts = {peer_inner}
                esp_proposals = aes128-sha1
            }}
        }}
    }}
}}
secrets {{
    ike {{
        secret = {psk}
    }}
}}
"""


class NoTunnel(Exception):
    pass


class Host:
    def __init__(self, name, inner, peer_inner, options):
        self.name, self.inner, self.charon = name, inner, None
        subprocess.run(["mount", "-t", "tmpfs", "run", "/run"], check=True)
        options = {"proposals": "aes128-sha1-modp2048", **options}
        own_id = options.pop("id", f"{name}.example")
        psk, keep_alive = options.pop("psk", "known to all"), options.pop("keep_alive", 1)
        lines = "\n        ".join(f"{key} = {value}" for key, value in options.items())
        connection = CONNECTION.format(
            options=lines, own_id=own_id, own_inner=f"{inner}/32", peer_inner=peer_inner, psk=psk
        )
        self.place("/etc/strongswan.conf", STRONGSWAN.format(keep_alive=keep_alive))
        self.place("/etc/swanctl/swanctl.conf", connection)
        subprocess.run(["ip", "addr", "add", inner, "dev", "lo"], check=True)
        self.start()

    def place(self, path, text):
        """A file of this mount namespace alone."""
        source = pathlib.Path("/run", pathlib.Path(path).name)
        source.write_text(text)
        subprocess.run(["mount", "--bind", source, path], check=True)

    def start(self):
        asks = pathlib.Path("/run/charon.vici")
        asks.unlink(missing_ok=True)
        self.charon = subprocess.Popen([CHARON])
        while not asks.exists():
            if self.charon.poll() is not None:
                raise RuntimeError("strongSwan does not start")
            time.sleep(0.02)
        if not self.swanctl("--load-all"):
            raise RuntimeError("swanctl does not load its configuration")

    def swanctl(self, *words):
        done = subprocess.run(["swanctl", *words], capture_output=True, text=True, check=False)
        said = (done.stdout + done.stderr).strip().splitlines()
        print(f"{self.name}: {' '.join(words)}: {said[-1:]}", flush=True)
        return done.returncode == 0

    def die(self):
        self.charon.kill()
        self.charon.wait()
        pathlib.Path("/run/charon.pid").unlink(missing_ok=True)
        self.start()

    def talk(self, count):
        answers = 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.bind((self.inner, L2TP))
            end.settimeout(STEP)
            for number in range(count):
                next_at = time.monotonic() + STEP
                text = f"{self.name} {number}".encode().ljust(64, b".")
                with contextlib.suppress(OSError):  # no answer, or no way there
                    end.sendto(text, (INNER_SERVER, L2TP))
                    end.recv(2048)
                    answers += 1
                time.sleep(max(0, next_at - time.monotonic()))
        print(f"{self.name}: {answers} of {count} answered", flush=True)

    def feed(self, count):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.bind((self.inner, L2TP))
            end.sendto(f"{FEED} {count}".encode(), (INNER_SERVER, L2TP))
            time.sleep(count * STEP)

    def answer(self):
        """What comes in goes back, or is what feed() asks for."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.bind((self.inner, L2TP))
            while True:
                data, client = end.recvfrom(2048)
                word, _, count = data.partition(b" ")
                for _ in range(int(count) if word == FEED.encode() else 1):
                    with contextlib.suppress(OSError):
                        end.sendto(data, client)
                    time.sleep(STEP if word == FEED.encode() else 0)

    def up(self):
        if not self.swanctl("--initiate", "--child", "tunnel", "--timeout", str(UP_SECONDS)):
            raise NoTunnel
        print(OPEN, flush=True)

    def run(self, script):
        words = {
            "up": lambda _: self.up(),
            "rekey": lambda _: [self.swanctl("--rekey", kind, "tunnel")
                                for kind in ("--child", "--ike")],
            "talk": lambda text: self.talk(int(text)),
            "feed": lambda text: self.feed(int(text)),
            "wait": lambda text: time.sleep(float(text)),
            "down": lambda _: self.swanctl("--terminate", "--ike", "tunnel", "--timeout", "3"),
            "die": lambda _: self.die(),
        }  # fmt: skip
        for word in script.split():
            name, _, text = word.partition("=")
            words[name](text)


def server(version):
    options = {"version": version, "local_addrs": "%any", "remote_addrs": "%any"}
    host = Host("server", INNER_SERVER, INNER_ALL, options)
    threading.Thread(target=host.answer, daemon=True).start()
    print("ready", flush=True)
    host.charon.wait()


def client(version, name, address, script, *options):
    options = dict(option.split("=", 1) for option in options)
    inner = options.pop("inner", None) or INNER[name]
    options = {"version": version, "remote_addrs": address, **options}
    host = Host(name, inner, f"{INNER_SERVER}/32", options)
    with contextlib.suppress(NoTunnel):
        host.run(script)
    host.charon.terminate()
    host.charon.wait()


if __name__ == "__main__":
    {"server": server, "client": client}[sys.argv[1]](*sys.argv[2:])
