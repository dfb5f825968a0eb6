"""A wire between a program and a real heartbeat in a network namespace of its own. Frames go over standard input and output, each behind its length in two bytes;
commands come on descriptor 3, a line each: "start" the daemon, "kill" every process of the namespace and take its alias addresses, "stop" it in good order, "end".
On descriptor 4 comes a line for each: what it was, and the alias addresses that are there.

Arguments: a prefix for names, a folder with ha.d in it, the name and address/length of the node.
"""
import os, select, shutil, signal, socket, subprocess, sys, time

from namespace import inside

prefix, home, node, address = sys.argv[1:5]
real = f"{prefix}-r"
names = [real, f"{prefix}-w"]
own = address.split("/")[0]


def sh(*command, check=True):
    return subprocess.run(command, check=check, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def aliases():
    lines = [line.split() for line in sh("ip", "-n", real, "-o", "-4", "addr", "show", "dev", "eth0", check=False).splitlines()]
    return sorted(words[3] for words in lines if words[3].split("/")[0] != own)


MOUNTS = f"mount --bind {home}/ha.d /etc/ha.d && mount --bind {home}/lib /var/lib/heartbeat && mount --bind {home}/run /run"


def run(command):
    return subprocess.Popen(["ip", "netns", "exec", real, "unshare", "--mount", "--uts", "sh", "-c", f"hostname {node}; {MOUNTS} || exit 1; {command}"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_all():
    for pid in sh("ip", "netns", "pids", real, check=False).split():
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass


def command(word):
    if word == "start":
        run("exec /usr/libexec/heartbeat/heartbeat")
    elif word == "stop":
        run("exec /usr/libexec/heartbeat/heartbeat -k")
    elif word == "kill":
        kill_all()
        for each in aliases():
            sh("ip", "-n", real, "addr", "del", each, "dev", "eth0", check=False)


try:
    for name in names:
        sh("ip", "netns", "add", name)
        sh("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
    sh("ip", "link", "add", "eth0", "netns", real, "type", "veth", "peer", "name", "wire", "netns", names[1])
    sh("ip", "-n", real, "link", "set", "lo", "up")
    # Without checksums of the kernel's own a receiver would see none at all.
    sh("ip", "netns", "exec", real, "perl", "-e", 'use Socket; socket(my $s, PF_INET, SOCK_DGRAM, 0) or die; my $v = pack("LL", 0x17, 0); ioctl($s, 0x8946, pack("a16Px16", "eth0", $v)) or die $!')
    sh("ip", "-n", real, "addr", "add", address, "broadcast", "+", "dev", "eth0")
    sh("ip", "-n", real, "link", "set", "eth0", "up")
    sh("ip", "-n", names[1], "link", "set", "wire", "up")
    shutil.copytree("/var/lib/heartbeat", f"{home}/lib", symlinks=True, ignore=lambda folder, found: [each for each in found if not os.path.isdir(os.path.join(folder, each))])
    sh("cp", "-a", "--no-preserve=links", "/var/lib/heartbeat/.", f"{home}/lib/", check=False)
    os.makedirs(f"{home}/run/heartbeat", exist_ok=True)
    os.chmod(f"{home}/run", 0o755)
    os.chmod(f"{home}/lib", 0o755)
    sh("chown", "hacluster:haclient", f"{home}/run/heartbeat", check=False)
    inside(names[1])
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind(("wire", 0))
    os.write(4, b"ready\n")
    waiting, deadline = b"", time.monotonic() + 240
    isOpen = True
    while isOpen and time.monotonic() < deadline:
        ready, _, _ = select.select([wire, 0, 3], [], [], 1)
        for each in ready:
            if each is wire:
                frame, sender = wire.recvfrom(2048)
                if sender[2] != socket.PACKET_OUTGOING:
                    os.write(1, len(frame).to_bytes(2, "big") + frame)
            elif each == 0:
                data = os.read(0, 65536)
                if not data:
                    isOpen = False
                waiting += data
                while len(waiting) >= 2 and len(waiting) >= 2 + int.from_bytes(waiting[:2], "big"):
                    length = int.from_bytes(waiting[:2], "big")
                    wire.send(waiting[2:2 + length])
                    waiting = waiting[2 + length:]
            else:
                for word in os.read(3, 1000).decode().split():
                    if word == "end":
                        isOpen = False
                    else:
                        command(word)
                        os.write(4, f"{word} {' '.join(aliases())}\n".encode())
finally:
    kill_all()
    for name in names:
        sh("ip", "netns", "del", name, check=False)
