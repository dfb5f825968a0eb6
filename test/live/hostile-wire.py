"""
A hostile station on the wire of an attached router: sends what the router must not accept, and says how many frames of each kind it sent.

  hostile-wire.py DEVICE KIND[,KIND...] SECONDS SEED

It listens first, for the packets of the router that the device's own system runs (a real neighbour), and makes its frames from those. Kinds:

  forged      well-formed packets with one thing wrong that RFC 2328 says to look at, checksums right (for a wire without authentication)
  malformed   packets whose lengths, counts and types do not add up, checksums right
  checksums   the neighbour's packets with a wrong checksum, of OSPF or of IP
  truncated   the neighbour's packets cut off at every length
  unauthentic the neighbour's packets without authentication, with a password, with another key, with a digest that is wrong
  replayed    the neighbour's packets of a while ago, as they were (cryptographic authentication)
  mutated     the neighbour's packets with some bytes changed
  random      random frames, from wholly random to OSPF with a random body, for SECONDS, as fast as the device takes them
  storm       who-has for the router, each from another address, likewise
"""
import json
import random
import socket
import struct
import sys
import time

OSPF = 89
PACKET_OUTGOING = 4
ALL_ROUTERS = bytes((224, 0, 0, 5))


def ones(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def fletcher(lsa):
    """Puts in the checksum of an LSA. [2328:12.1.7]"""
    lsa = bytearray(lsa)
    lsa[16:18] = b'\0\0'
    c0 = c1 = 0
    for byte in lsa[2:]:
        c0 = (c0 + byte) % 255
        c1 = (c1 + c0) % 255
    x = ((len(lsa) - 2 - 15) * c0 - c1) % 255
    lsa[16] = x or 255
    lsa[17] = (510 - c0 - x) % 255 or 255
    return bytes(lsa)


class Frame:
    """One of the neighbour's frames, taken apart."""

    def __init__(self, raw):
        self.ethernet = raw[:14]
        header = (raw[14] & 15) * 4
        total = struct.unpack('!H', raw[16:18])[0]
        self.ip = raw[14:14 + header]
        self.ospf = raw[14 + header:14 + total]
        self.raw = raw[:14 + total]

    @property
    def type(self):
        return self.ospf[1]

    def body(self):
        return self.ospf[24:struct.unpack('!H', self.ospf[2:4])[0]]

    def wrapped(self, ospf, source=None, destination=None, ip_fault=None):
        ip = bytearray(self.ip)
        struct.pack_into('!H', ip, 2, len(ip) + len(ospf))
        if source is not None:
            ip[12:16] = source
        if destination is not None:
            ip[16:20] = destination
        ip[10:12] = b'\0\0'
        struct.pack_into('!H', ip, 10, ones(bytes(ip)))
        if ip_fault is not None:
            ip_fault(ip)
        return self.ethernet + bytes(ip) + ospf

    def packet(self, kind=None, body=None, length=None, version=2, router=None, area=None, auth_type=0, auth=b'\0' * 8, spoil=0):
        """An OSPF packet with a right checksum, unless `spoil` is added to it."""
        body = self.body() if body is None else body
        header = bytearray(self.ospf[:24])
        header[0] = version
        header[1] = self.type if kind is None else kind
        struct.pack_into('!H', header, 2, 24 + len(body) if length is None else length)
        if router is not None:
            header[4:8] = router
        if area is not None:
            header[8:12] = area
        struct.pack_into('!H', header, 14, auth_type)
        header[12:14] = b'\0\0'
        header[16:24] = b'\0' * 8
        checksum = ones(bytes(header) + body)
        struct.pack_into('!H', header, 12, (checksum + spoil) & 0xffff)
        header[16:24] = auth
        return bytes(header) + body


def listen(device, seconds):
    """The neighbour's OSPF frames, in order, and the attached router's own."""
    theirs, ours = [], []
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind((device, 0))
    wire.settimeout(0.2)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            raw, address = wire.recvfrom(65536)
        except socket.timeout:
            continue
        if len(raw) < 58 or raw[12:14] != b'\x08\0' or raw[23] != OSPF:
            continue
        (theirs if address[2] == PACKET_OUTGOING else ours).append(Frame(raw))
    wire.close()
    return theirs, ours


def router_lsa(router, sequence, length=None, ls_type=1, links=None, link_state_id=None):
    body = struct.pack('!BBH', 0, 0, 1) + struct.pack('!IIBBH', 0x0a630000, 0xffff0000, 3, 0, 10) if links is None else links
    header = struct.pack('!HBB4s4sIHH', 1, 2, ls_type, link_state_id or router, router, sequence, 0, 20 + len(body) if length is None else length)
    return fletcher(header + body)


def update(*lsas, count=None):
    return struct.pack('!I', len(lsas) if count is None else count) + b''.join(lsas)


def forged(theirs, ours, _rng):
    hello = next(each for each in theirs if each.type == 1)
    own = ours[0]
    body = bytearray(hello.body())

    def changed(offset, form, value):
        other = bytearray(body)
        struct.pack_into(form, other, offset, value)
        return bytes(other)

    neighbour = hello.ospf[4:8]
    yield hello.wrapped(hello.packet(area=bytes((0, 0, 0, 7))))
    yield hello.wrapped(hello.packet(body=changed(0, '!I', 0xfffffc00)))
    yield hello.wrapped(hello.packet(body=changed(4, '!H', 7)))
    yield hello.wrapped(hello.packet(body=changed(8, '!I', 7)))
    yield hello.wrapped(hello.packet(body=changed(6, '!B', 0)))
    yield hello.wrapped(hello.packet(router=own.ospf[4:8]))
    yield hello.wrapped(hello.packet(), source=bytes((10, 55, 0, 1)))
    yield hello.wrapped(hello.packet(), source=own.ip[12:16])
    yield hello.wrapped(hello.packet(), destination=bytes((224, 0, 0, 77)))
    # From routers that have sent no Hello.
    stranger = bytes((10, 66, 6, 6))
    yield hello.wrapped(hello.packet(kind=4, router=stranger, body=update(router_lsa(stranger, 0x80000001))), source=hello.ip[12:15] + bytes((99,)))
    yield hello.wrapped(hello.packet(kind=2, router=stranger, body=struct.pack('!HBBI', 1500, 2, 7, 77)), source=hello.ip[12:15] + bytes((99,)))
    # In the neighbour's name: LSAs that must not be taken.
    bad = bytearray(router_lsa(neighbour, 0x80000fff))
    bad[17] ^= 0x55
    yield hello.wrapped(hello.packet(kind=4, body=update(bytes(bad))))
    yield hello.wrapped(hello.packet(kind=4, body=update(router_lsa(neighbour, 0x80000fff, ls_type=77))))
    yield hello.wrapped(hello.packet(kind=4, body=update(router_lsa(neighbour, 0x80000fff, link_state_id=bytes((10, 66, 6, 7))))))
    # An acknowledgment of what was never sent.
    yield hello.wrapped(hello.packet(kind=5, body=router_lsa(neighbour, 0x80000fff)[:20]))


def malformed(theirs, _ours, _rng):
    hello = next(each for each in theirs if each.type == 1)
    neighbour = hello.ospf[4:8]
    lsa = router_lsa(neighbour, 0x80000fff)
    for version in (0, 1, 3, 255):
        yield hello.wrapped(hello.packet(version=version))
    for kind in (0, 6, 7, 255):
        yield hello.wrapped(hello.packet(kind=kind))
    for length in (0, 1, 23, 43, 9999, 65535):
        yield hello.wrapped(hello.packet(length=length))
    yield hello.wrapped(hello.packet(body=hello.body()[:19]))
    yield hello.wrapped(hello.packet(body=hello.body() + b'\0\0\0'))
    yield hello.wrapped(hello.packet(auth_type=77))
    yield hello.wrapped(hello.packet(kind=2, body=struct.pack('!HBB', 1500, 2, 0)))
    yield hello.wrapped(hello.packet(kind=2, body=struct.pack('!HBBI', 1500, 2, 0, 1) + lsa[:19]))
    yield hello.wrapped(hello.packet(kind=3, body=b'\0\0\0\1' + neighbour))
    for count in (2, 1000, 0xffffffff):
        yield hello.wrapped(hello.packet(kind=4, body=update(lsa, count=count)))
    for length in (0, 19, 20, 21, 37, 65535):
        yield hello.wrapped(hello.packet(kind=4, body=update(router_lsa(neighbour, 0x80000fff, length=length))))
    # A router-LSA that says it has more links than it has; a summary-LSA and an external one without a body.
    yield hello.wrapped(hello.packet(kind=4, body=update(router_lsa(neighbour, 0x80000fff, links=struct.pack('!BBH', 0, 0, 500)))))
    for ls_type in (2, 3, 4, 5):
        yield hello.wrapped(hello.packet(kind=4, body=update(router_lsa(neighbour, 0x80000fff, ls_type=ls_type, links=b''))))
    yield hello.wrapped(hello.packet(kind=4, body=b'\0\0'))
    yield hello.wrapped(hello.packet(kind=5, body=lsa[:19]))
    yield hello.ethernet
    yield hello.raw[:34]

    def version6(ip):
        ip[0] = 0x65

    def short_header(ip):
        ip[0] = 0x42

    def beyond(ip):
        struct.pack_into('!H', ip, 2, 65535)
        ip[10:12] = b'\0\0'
        struct.pack_into('!H', ip, 10, ones(bytes(ip)))

    def fragment(ip):
        ip[6:8] = b'\x20\0'
        ip[10:12] = b'\0\0'
        struct.pack_into('!H', ip, 10, ones(bytes(ip)))

    # The end of a packet that would be longer than packets can be.
    def past_the_end(ip):
        ip[6:8] = b'\x1f\xff'
        ip[10:12] = b'\0\0'
        struct.pack_into('!H', ip, 10, ones(bytes(ip)))

    for fault in (version6, short_header, beyond, fragment, past_the_end):
        yield hello.wrapped(hello.packet(), ip_fault=fault)


def checksums(theirs, _ours, _rng):
    def ip_checksum(ip):
        ip[11] ^= 1

    for frame in theirs:
        yield frame.wrapped(frame.packet(spoil=1))
        yield frame.wrapped(frame.packet(spoil=0x100))
        yield frame.wrapped(frame.ospf, ip_fault=ip_checksum)


def truncated(theirs, _ours, _rng):
    for kind in range(1, 6):
        frame = max((each for each in theirs if each.type == kind), key=lambda each: len(each.raw), default=None)
        if frame is None:
            continue
        for length in range(0, len(frame.ospf)):
            yield frame.wrapped(frame.ospf[:length])
        for length in range(14, len(frame.raw)):
            yield frame.raw[:length]


def unauthentic(theirs, _ours, rng):
    for frame in theirs:
        yield frame.wrapped(frame.packet())
        yield frame.wrapped(frame.packet(auth_type=1, auth=b'secret\0\0'))
        digest = bytearray(frame.ospf)
        digest[-1] ^= 1
        yield frame.wrapped(bytes(digest))
        other_key = bytearray(frame.ospf)
        other_key[18] ^= 0x55
        yield frame.wrapped(bytes(other_key))
        no_digest = bytearray(frame.ospf[:-16])
        no_digest[19] = 0
        yield frame.wrapped(bytes(no_digest))
        newer = bytearray(frame.ospf)
        newer[20:24] = b'\xff\xff\xff\xff'
        yield frame.wrapped(bytes(newer))
        yield frame.wrapped(frame.ospf[:-16] + rng.randbytes(16))


def replayed(theirs, _ours, _rng):
    last = struct.unpack('!I', theirs[-1].ospf[20:24])[0]
    for frame in theirs:
        if struct.unpack('!I', frame.ospf[20:24])[0] < last:
            yield frame.raw


def mutated(theirs, _ours, rng):
    for frame in theirs:
        for _ in range(40):
            raw = bytearray(frame.raw)
            for _ in range(rng.choice((1, 1, 2, 4, 16))):
                # Behind the IP header: what is before is not what authentication is about.
                at = rng.randrange(34, len(raw))
                raw[at] ^= rng.randrange(1, 256)
            yield bytes(raw)


def random_frames(theirs, rng):
    hello = next(each for each in theirs if each.type == 1)
    pool = []
    for i in range(4096):
        length = rng.choice((0, 1, 20, 46, 46, 46, 100, 200, 600, 1486))
        noise = rng.randbytes(length)
        form = i % 5
        if form == 0:
            pool.append(rng.randbytes(14) + noise)
        elif form == 1:
            pool.append(hello.ethernet[:12] + rng.randbytes(2) + noise)
        elif form == 2:
            pool.append(hello.ethernet + noise)
        elif form == 3:
            pool.append(hello.wrapped(noise))
        else:
            # As far as OSPF's own header it is the neighbour's.
            pool.append(hello.wrapped(hello.ospf[:24] + noise))
    return pool


def storm_frames(theirs, ours, rng):
    own = ours[0]
    pool = []
    for _ in range(16384):
        mac = bytes((2,)) + rng.randbytes(5)
        sender = bytes((10, rng.randrange(100, 200))) + rng.randbytes(2)
        pool.append(b'\xff' * 6 + mac + b'\x08\x06\0\1\x08\0\6\4\0\1' + mac + sender + b'\0' * 6 + own.ip[12:16])
    return pool


def main():
    device, kinds, seconds, seed = sys.argv[1], sys.argv[2].split(','), float(sys.argv[3]), int(sys.argv[4])
    rng = random.Random(seed)
    theirs, ours = listen(device, 4)
    if not any(each.type == 1 for each in theirs) or not ours:
        sys.exit('no Hellos on the wire')
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    out.bind((device, 0))
    sent = {}
    for kind in kinds:
        count = 0
        if kind in ('random', 'storm'):
            pool = random_frames(theirs, rng) if kind == 'random' else storm_frames(theirs, ours, rng)
            end = time.monotonic() + seconds
            began = time.monotonic()
            while time.monotonic() < end:
                for raw in pool:
                    try:
                        out.send(raw)
                        count += 1
                    except OSError:
                        pass  # the queue of the device is full
            sent[f'{kind}, a second'] = round(count / (time.monotonic() - began))
        else:
            for raw in globals()[kind](theirs, ours, rng):
                out.send(raw)
                count += 1
                time.sleep(0.0005)
        sent[kind] = count
    print(json.dumps(sent))


main()
