"""Asks a real kernel's ARP, in network namespaces of its own, what this project's host is asked: one JSON question on standard input, one JSON answer.

{"kind": "matrix", "accept": N, "rows": [{"age": "young"|"old"|"none", "operation", "to", "tha", "tpa"}]} -> ["STATE MAC" | "none", ...]
{"kind": "answers", "sysctl": {...}, "asks": [[target, sender], ...]}                                     -> [["k0", "k1"], ...]
{"kind": "requests", "sysctl": {...}, "sends": [source, ...], "target"}                                   -> [[adapter, sender], ...]
"""
import json, os, socket, struct, subprocess, sys, time

from namespace import inside

K, P = f"proxyarp-k{os.getpid()}", f"proxyarp-p{os.getpid()}"
OTHER = bytes([2, 0, 0, 0, 0, 3])
ALL = b"\xff" * 6


def sh(text):
    subprocess.run(text.split(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def raw(device):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
    s.bind((device, 0))
    s.settimeout(0.02)
    return s


def mac(text):
    return bytes(int(part, 16) for part in text.split(":"))


def ip(text):
    return socket.inet_aton(text)


def arp(operation, to, sha, spa, tha, tpa):
    return to + sha + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, operation) + sha + ip(spa) + tha + ip(tpa)


def heard(s, seconds):
    """Frames that come until then: (operation, sha, spa, tpa)."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            f = s.recv(100)
        except (socket.timeout, TimeoutError):
            continue
        yield struct.unpack("!H", f[20:22])[0], f[22:28], socket.inet_ntoa(f[28:32]), socket.inet_ntoa(f[38:42])


def peer(i):
    return bytes([2, 0, 0, 0, 1, i])


def matrix(question):
    sh(f"ip -n {K} link add k0 type veth peer name p0 netns {P}")
    sh(f"ip -n {K} addr add 10.0.0.1/24 dev k0")
    sh(f"ip -n {K} link set k0 up")
    sh(f"ip -n {P} link set p0 up")
    inside(K)
    open("/proc/sys/net/ipv4/conf/k0/arp_accept", "w").write(str(question["accept"]))
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    links = subprocess.run(f"ip -j -n {K} link show k0".split(), check=True, capture_output=True, text=True).stdout
    own = mac(json.loads(links)[0]["address"])
    inside(P)
    s = raw("p0")
    rows = question["rows"]
    names = [f"10.0.0.{10 + i}" for i in range(len(rows))]
    for name, row in zip(names, rows):
        if row["age"] != "none":
            sender.sendto(b"x", (name, 9))
    waiting = {name: i for i, name in enumerate(names) if rows[i]["age"] != "none"}
    for operation, sha, spa, tpa in heard(s, 0.3):
        if operation == 1 and tpa in waiting:
            i = waiting.pop(tpa)
            s.send(arp(2, own, peer(i), tpa, own, "10.0.0.1"))
    assert not waiting, waiting
    start = time.monotonic()

    def inject(age):
        for i, row in enumerate(rows):
            if row["age"] != age:
                continue
            to = own if row["to"] == "host" else ALL
            tha = {"host": own, "zero": bytes(6), "all": ALL, "sender": OTHER}[row["tha"]]
            tpa = {"host": "10.0.0.1", "self": names[i], "other": "10.0.0.99"}[row["tpa"]]
            s.send(arp(row["operation"], to, OTHER, names[i], tha, tpa))

    inject("young")
    inject("none")
    time.sleep(max(0, start + 1.4 - time.monotonic()))
    inject("old")
    time.sleep(0.1)
    entries = json.loads(subprocess.run(f"ip -j -n {K} neigh show dev k0".split(), check=True, capture_output=True, text=True).stdout)
    found = {e["dst"]: f"{e['state'][0]} {'other' if e.get('lladdr') == '02:00:00:00:00:03' else 'own'}" for e in entries}
    return [found.get(name, "none") for name in names]


def two_adapters(question):
    sh(f"ip -n {P} link add br0 type bridge")
    for i in (0, 1):
        sh(f"ip -n {K} link add k{i} type veth peer name p{i} netns {P}")
        sh(f"ip -n {P} link set p{i} master br0")
        sh(f"ip -n {P} link set p{i} up")
    sh(f"ip -n {P} link set br0 up promisc on")
    sh(f"ip -n {K} link add k2 type veth peer name q2")
    sh(f"ip -n {K} link set q2 up")
    sh(f"ip -n {K} link set lo up")
    sh(f"ip -n {K} addr add 10.1.1.1/32 dev lo")
    for device, address in (("k0", "192.168.1.3/24"), ("k1", "192.168.1.4/24"), ("k2", "10.33.0.254/24")):
        sh(f"ip -n {K} addr add {address} dev {device}")
        sh(f"ip -n {K} link set {device} up")
    for rule in question.get("rules", []):
        sh(f"ip -n {K} rule add from {rule} lookup 100")
    if question.get("rules"):
        sh(f"ip -n {K} route add 192.168.1.0/24 dev k1 table 100")
    inside(K)
    for name, value in {"conf.all.rp_filter": 0, "conf.default.rp_filter": 0, "ip_forward": 1, **question["sysctl"]}.items():
        open(f"/proc/sys/net/ipv4/{name.replace('.', '/')}", "w").write(str(value))
    links = json.loads(subprocess.run(f"ip -j -n {K} link show".split(), check=True, capture_output=True, text=True).stdout)
    return {mac(link["address"]): link["ifname"] for link in links if link["ifname"].startswith("k")}


def answers(question):
    adapters = two_adapters(question)
    inside(P)
    s = raw("br0")
    time.sleep(0.2)
    result = []
    for target, sender in question["asks"]:
        s.send(arp(1, ALL, OTHER, sender, bytes(6), target))
        result.append(sorted(adapters[sha] for operation, sha, spa, tpa in heard(s, question.get("seconds", 0.15)) if operation == 2 and spa == target))
    return result


def requests(question):
    adapters = two_adapters(question)
    senders = []
    for source in question["sends"]:
        c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if source:
            c.bind((source, 0))
        senders.append(c)
    inside(P)
    s = raw("br0")
    time.sleep(0.2)
    result = []
    # A target of its own for each, so that none is known.
    for i, c in enumerate(senders):
        target = f"192.168.1.{100 + i}"
        c.sendto(b"x", (target, 9))
        result.append(next([adapters[sha], spa] for operation, sha, spa, tpa in heard(s, 0.5) if operation == 1 and tpa == target))
    return result


def main():
    question = json.load(sys.stdin)
    for name in (K, P):
        sh(f"ip netns add {name}")
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        print(json.dumps({"matrix": matrix, "answers": answers, "requests": requests}[question["kind"]](question)))
    finally:
        import ctypes
        ctypes.CDLL(None).setns(home, 0x40000000)
        for name in (K, P):
            subprocess.run(["ip", "netns", "del", name], check=False)


main()
