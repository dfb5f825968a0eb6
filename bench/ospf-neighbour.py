"""A neighbour that is nothing but a link state database: it brings a real OSPF router on the other end of a link to Full, gives it what it asks
for, acknowledges what it floods, and floods new instances when told to.

    python3 ospf-neighbour.py INTERFACE LSA-FILE

The file holds LSAs one behind the other. The first one is this neighbour's own router-LSA: its router id is taken from there; it must be larger than
the other side's, so that this side is master. Prints "full" when the other side has asked for everything. After that each line on the standard
input is the hexadecimal bytes of an LSA to flood; "flooded" is printed when it has been acknowledged. Hello 2 s, dead 60 s, point-to-point, no
authentication, MTU 1500. Needs the right to open raw sockets.
"""
import os
import select
import socket
import struct
import sys
import time

ALL_SPF_ROUTERS = "224.0.0.5"
HELLO, DATABASE_DESCRIPTION, REQUEST, UPDATE, ACKNOWLEDGMENT = 1, 2, 3, 4, 5
INIT, MORE, MASTER = 4, 2, 1
HEADERS_A_PACKET = 70
UPDATE_LENGTH = 1400


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Neighbour:
    def __init__(self, interface, lsas):
        self.lsas = {lsa[3:12]: lsa for lsa in lsas}  # type, id, advertising router
        self.order = [lsa[3:12] for lsa in lsas]
        self.router_id = lsas[0][4:8]
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, 89)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        index = socket.if_nametoindex(interface)
        membership = struct.pack("4s4si", socket.inet_aton(ALL_SPF_ROUTERS), b"\0" * 4, index)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, membership)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0xC0)
        self.peer = None
        self.sequence = int(time.time()) & 0x7FFFFFFF
        self.described = -1  # packets of descriptions sent; -1: the exchange has not begun
        self.last = None
        self.last_at = 0.0
        self.requested = set()
        self.is_exchange_done = False
        self.is_full = False
        self.waiting = {}  # flooded and not acknowledged

    def send(self, kind, body):
        length = 24 + len(body)
        head = struct.pack("!BBH4s4s", 2, kind, length, self.router_id, b"\0" * 4)
        total = checksum(head + b"\0\0" + b"\0\0" + body)
        packet = head + struct.pack("!HH", total, 0) + b"\0" * 8 + body
        self.socket.sendto(packet, (ALL_SPF_ROUTERS, 0))

    def hello(self):
        body = struct.pack("!4sHBBI4s4s", b"\xff\xff\xff\0", 2, 2, 1, 60, b"\0" * 4, b"\0" * 4)
        self.send(HELLO, body + (self.peer or b""))

    def describe(self, flags, headers=b""):
        self.last = (struct.pack("!HBBI", 1500, 2, flags, self.sequence) + headers)
        self.last_at = time.time()
        self.send(DATABASE_DESCRIPTION, self.last)

    def describe_next(self):
        chunk = self.order[self.described * HEADERS_A_PACKET:(self.described + 1) * HEADERS_A_PACKET]
        self.described += 1
        has_more = self.described * HEADERS_A_PACKET < len(self.order)
        self.sequence += 1
        self.describe(MASTER | (MORE if has_more else 0), b"".join(self.lsas[key][:20] for key in chunk))

    def take_description(self, body):
        flags, sequence = body[3], struct.unpack("!I", body[4:8])[0]
        if flags & INIT:
            # A new beginning; its own claim to be master is answered with ours.
            self.described = -1
            self.is_exchange_done = False
            self.requested.clear()
            self.describe(INIT | MORE | MASTER)
            return
        if sequence != self.sequence or self.is_exchange_done:
            return
        if self.described < 0:
            self.described = 0
        elif self.described * HEADERS_A_PACKET >= len(self.order) and not flags & MORE:
            self.is_exchange_done = True
            self.last = None
            return
        self.describe_next()

    def take_request(self, body):
        answer, count, length = [], 0, 0
        for at in range(0, len(body), 12):
            key = body[at + 3:at + 12]
            lsa = self.lsas[key]
            if length + len(lsa) > UPDATE_LENGTH and count > 0:
                self.send(UPDATE, struct.pack("!I", count) + b"".join(answer))
                answer, count, length = [], 0, 0
            answer.append(lsa)
            count += 1
            length += len(lsa)
            self.requested.add(key)
        if count > 0:
            self.send(UPDATE, struct.pack("!I", count) + b"".join(answer))
        if not self.is_full and len(self.requested) == len(self.order):
            self.is_full = True
            print("full", flush=True)

    def take_update(self, body):
        headers, at = [], 4
        for _ in range(struct.unpack("!I", body[:4])[0]):
            length = struct.unpack("!H", body[at + 18:at + 20])[0]
            headers.append(body[at:at + 20])
            if body[at + 3:at + 12] in self.waiting:
                pass  # ours comes back: no acknowledgment of it
            at += length
        self.send(ACKNOWLEDGMENT, b"".join(headers))

    def take_acknowledgment(self, body):
        for at in range(0, len(body), 20):
            lsa = self.waiting.get(body[at + 3:at + 12])
            if lsa is not None and lsa[12:16] == body[at + 12:at + 16]:
                del self.waiting[body[at + 3:at + 12]]
                print("flooded", flush=True)

    def flood(self, lsa):
        self.lsas[lsa[3:12]] = lsa
        self.waiting[lsa[3:12]] = lsa
        self.send(UPDATE, struct.pack("!I", 1) + lsa)

    def take(self, packet):
        packet = packet[(packet[0] & 15) * 4:]
        if len(packet) < 24 or packet[4:8] == self.router_id:
            return
        length = struct.unpack("!H", packet[2:4])[0]
        kind, body = packet[1], packet[24:length]
        if kind == HELLO:
            is_new = self.peer != packet[4:8]
            self.peer = packet[4:8]
            if is_new:
                self.hello()
        elif kind == DATABASE_DESCRIPTION:
            self.take_description(body)
        elif kind == REQUEST:
            self.take_request(body)
        elif kind == UPDATE:
            self.take_update(body)
        elif kind == ACKNOWLEDGMENT:
            self.take_acknowledgment(body)

    def run(self):
        next_hello, text = 0.0, b""
        while True:
            now = time.time()
            if now >= next_hello:
                self.hello()
                next_hello = now + 2
            if self.last is not None and now - self.last_at > 3:
                self.last_at = now
                self.send(DATABASE_DESCRIPTION, self.last)
            ready, _, _ = select.select([self.socket, sys.stdin], [], [], max(0.0, min(0.5, next_hello - now)))
            if self.socket in ready:
                self.take(self.socket.recv(65535))
            if sys.stdin in ready:
                got = os.read(0, 1 << 16)
                if not got:
                    return
                text += got
                while b"\n" in text:
                    line, text = text.split(b"\n", 1)
                    self.flood(bytes.fromhex(line.decode()))


def read_lsas(name):
    with open(name, "rb") as file:
        data = file.read()
    lsas, at = [], 0
    while at < len(data):
        length = struct.unpack("!H", data[at + 18:at + 20])[0]
        lsas.append(data[at:at + length])
        at += length
    return lsas


if __name__ == "__main__":
    Neighbour(sys.argv[1], read_lsas(sys.argv[2])).run()
