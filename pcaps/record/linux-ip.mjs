/**
 * IPv4 as the Linux kernel speaks it: ICMP errors [792, 1812], IGMP [2236, 3376] with a querier, TCP and UDP with options and fragments.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { record, sleep } from './lab.mjs';

/** A program for Python's standard library: sockets that ping does not open. */
async function python(lab, node, text, ...args) {
  const path = join(lab.folder, 'program.py');
  writeFileSync(path, text);
  const said = node.run('/usr/bin/python3', path, ...args);
  if (/Traceback/.test(said)) throw new Error(said);
}

const JOIN = `
import socket, struct, sys, time
# joins groups on an address, stays, leaves
own, seconds, groups = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for g in groups:
    if '@' in g:  # group@source: IP_ADD_SOURCE_MEMBERSHIP
        group, source = g.split('@')
        s.setsockopt(socket.IPPROTO_IP, 39, socket.inet_aton(group) + socket.inet_aton(own) + socket.inet_aton(source))
    else:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(g) + socket.inet_aton(own))
    time.sleep(0.3)
time.sleep(seconds)
s.close()
time.sleep(2)
`;

await Promise.all([
  record(async (lab) => {
    const [h1, router, h2] = ['h1', 'router', 'h2'].map((name) => lab.node(name, { 'net.ipv4.icmp_ratelimit': 0 }));
    const lan = lab.segment('lan', [h1, 'eth0', '10.9.0.1/24'], [router, 'eth0', '10.9.0.254/24'], [h2, 'eth0', '10.9.0.2/24']);
    lab.wire([router, 'eth1', '10.8.0.254/24'], [h2, 'eth1', '10.8.0.2/24']);
    await lab.capture('icmp-errors.pcap', lan, {
      shows: 'ICMP from a Linux router and host: echo, time exceeded, network, host, port and protocol unreachable, administratively prohibited, fragmentation needed, redirect, timestamp, parameter problem',
      software: ['linux', 'iputils'],
    });
    lab.up();
    router.ip('link', 'set', 'eth1', 'mtu', '1000');
    router.sysctl({ 'net.ipv4.conf.all.send_redirects': 1, 'net.ipv4.conf.eth0.send_redirects': 1 });
    h1.ip('route', 'add', 'default', 'via', '10.9.0.254');
    h2.ip('route', 'add', 'default', 'via', '10.8.0.254');
    router.ip('route', 'add', 'unreachable', '198.51.100.0/25');
    router.ip('route', 'add', 'prohibit', '198.51.100.128/25');
    router.ip('route', 'add', '203.0.113.0/24', 'via', '10.9.0.2');
    h2.address('lo', '203.0.113.1/32');
    await sleep(0.5);
    // The kernel sends at most one such error a second to one address.
    const ping = async (...args) => {
      h1.run('ping', '-c', '1', '-W', '4', ...args);
      await sleep(1.2);
    };
    await ping('10.8.0.2');
    await ping('-t', '1', '10.8.0.2'); // time exceeded
    await ping('192.0.2.1'); // no route: network unreachable
    await ping('198.51.100.1'); // host unreachable
    await ping('198.51.100.129'); // prohibited
    await ping('-M', 'do', '-s', '1400', '10.8.0.2'); // fragmentation needed, MTU 1000
    await ping('10.8.0.3'); // nobody there: host unreachable from the router, after three requests of its own
    await ping('203.0.113.1'); // the way is on this very segment: redirect
    await ping('-T', 'tsandaddr', '10.8.0.2'); // IP options: timestamps
    await ping('-R', '10.8.0.2'); // and record route
    await ping('-s', '4000', '10.9.0.254'); // fragments both ways
    await python(lab, h1, `
import socket, struct, os
def checksum(b):
    s = sum(struct.unpack('!%dH' % (len(b) // 2), b)); s = (s >> 16) + (s & 0xffff); s += s >> 16; return ~s & 0xffff
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.sendto(b'nobody listens', ('10.9.0.254', 33434))  # port unreachable
p = socket.socket(socket.AF_INET, socket.SOCK_RAW, 253); p.sendto(b'experiment', ('10.9.0.254', 0))  # protocol unreachable
i = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
m = bytearray(struct.pack('!BBHHHIII', 13, 0, 0, 7, 1, 3600000, 0, 0)); m[2:4] = struct.pack('!H', checksum(bytes(m)))
i.sendto(bytes(m), ('10.9.0.254', 0))  # timestamp request
t = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
option = bytes([7, 7, 3, 0, 0, 0, 0, 0])  # a record-route option with a pointer below 4: parameter problem
payload = struct.pack('!HHHH', 5000, 5000, 16, 0) + b'8 octets'
t.sendto(struct.pack('!BBHHHBBH4s4s', 0x47, 0, 28 + len(payload), 0, 0, 64, 17, 0, socket.inet_aton('10.9.0.1'), socket.inet_aton('10.9.0.254')) + option + payload, ('10.9.0.254', 0))
`);
    await sleep(1);
  }),
  record(async (lab) => {
    const [h1, h2] = [lab.node('h1'), lab.node('h2')];
    const lan = lab.segment('lan', [h1, 'eth0', '10.9.0.1/24'], [h2, 'eth0', '10.9.0.2/24']);
    await lab.capture('igmp-joins.pcap', lan, {
      shows: 'IGMP joins and leaves without a querier: version 3 (any source, and one source), then the same in version 2 and version 1',
      software: ['linux'],
    });
    lab.up();
    await sleep(0.5);
    for (const version of [3, 2, 1]) {
      h1.sysctl({ 'net.ipv4.conf.all.force_igmp_version': version });
      await python(lab, h1, JOIN, '10.9.0.1', '1.5', '224.0.0.5', '239.1.2.3', ...(version === 3 ? ['232.1.1.1@10.9.0.2'] : []));
    }
  }),
  record(async (lab) => {
    const [h1, h2] = [lab.node('h1'), lab.node('h2')];
    const lan = lab.segment('lan', [h1, 'eth0', '10.9.0.1/24'], [h2, 'eth0', '10.9.0.2/24']);
    await lab.capture('igmp-querier.pcap', lan, {
      shows: 'A querier (the Linux bridge, 10.9.0.254) asks in version 3, then in version 2; two hosts report their groups, and a leave is answered by group-specific queries',
      software: ['linux'],
      notes: 'query interval 4 s, response interval 1 s',
    });
    lan.sw.ip('addr', 'add', '10.9.0.254/24', 'dev', 'lan');
    lan.sw.ip('link', 'set', 'lan', 'type', 'bridge', 'mcast_query_interval', '400', 'mcast_query_response_interval', '100', 'mcast_startup_query_interval', '200',
      'mcast_query_use_ifaddr', '1', 'mcast_igmp_version', '3', 'mcast_snooping', '1', 'mcast_querier', '1');
    lab.up();
    lab.start(h2, 'h2-join', ['/usr/bin/python3', '-c', JOIN, '10.9.0.2', '60', '239.1.2.3', '239.7.7.7']);
    await sleep(4);
    await python(lab, h1, JOIN, '10.9.0.1', '5', '239.1.2.3', '232.1.1.1@10.9.0.2');
    lan.sw.ip('link', 'set', 'lan', 'type', 'bridge', 'mcast_igmp_version', '2');
    await sleep(1);
    await python(lab, h1, JOIN, '10.9.0.1', '8', '239.1.2.3', '239.9.9.9');
    await sleep(4);
  }),
  record(async (lab) => {
    const [h1, h2] = [lab.node('h1'), lab.node('h2')];
    lab.wire([h1, 'eth0', '10.9.0.1/24'], [h2, 'eth0', '10.9.0.2/24']);
    await lab.capture('tcp-and-udp.pcap', [h1, 'eth0'], {
      shows: 'TCP with its options (MSS, SACK permitted, timestamps, window scale) from SYN to FIN, a refused connection, urgent data, a reset; UDP with and without checksum, empty, and in fragments',
      software: ['linux'],
    }, { precision: 'nano' });
    lab.up();
    await sleep(0.5);
    lab.start(h2, 'server', ['/usr/bin/python3', '-c', `
import socket
s = socket.create_server(('10.9.0.2', 8080))
while True:
    c, _ = s.accept()
    while True:
        d = c.recv(4096)
        if not d: break
        c.sendall(d.upper())
    c.close()
`]);
    lab.start(h2, 'sink', ['/usr/bin/python3', '-c', "import socket\nu = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('10.9.0.2', 40404))\nwhile True: u.recv(65535)"]);
    await sleep(0.7);
    await python(lab, h1, `
import socket, struct, time
c = socket.create_connection(('10.9.0.2', 8080))
for text in (b'one', b'two' * 500, b'three' * 800):
    c.sendall(text)
    got = 0
    while got < len(text): got += len(c.recv(65535))
c.send(b'!', socket.MSG_OOB); time.sleep(0.2)
c.close()
try: socket.create_connection(('10.9.0.2', 8081))
except ConnectionRefusedError: pass
r = socket.create_connection(('10.9.0.2', 8080)); r.sendall(b'gone'); time.sleep(0.2)
r.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); r.close()
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for data in (b'odd', b'even', b'', b'x' * 4000): u.sendto(data, ('10.9.0.2', 40404))
u.setsockopt(socket.SOL_SOCKET, 11, 1)  # SO_NO_CHECK
u.sendto(b'no checksum', ('10.9.0.2', 40404))
time.sleep(0.3)
`);
    await sleep(0.5);
  }),
]);
