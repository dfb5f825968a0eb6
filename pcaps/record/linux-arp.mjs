/**
 * ARP as the Linux kernel speaks it [826, 5227]: resolution and its failure, confirmation by unicast, gratuitous forms, announcements,
 * duplicate address probes, proxy ARP, and the weak host that answers from both adapters. Takes about 40 s.
 *
 * arping: of iputils or of BusyBox, whichever is on the path.
 */
import { execFileSync } from 'node:child_process';
import { record, sleep } from './lab.mjs';

const ARPING = onPath('busybox') ? ['busybox', 'arping'] : ['arping'];
const TOOL = ARPING[0] === 'busybox' ? 'busybox' : 'iputils';

function onPath(name) {
  try {
    execFileSync('which', [name]);
    return true;
  } catch {
    return false;
  }
}

/** Two hosts on a segment. */
async function two(lab, file, about, sysctl = {}, precision = 'nano') {
  const [h1, h2] = [lab.node('h1', sysctl), lab.node('h2', sysctl)];
  const lan = lab.segment('lan', [h1, 'eth0', '10.9.0.1/24'], [h2, 'eth0', '10.9.0.2/24']);
  await lab.capture(file, lan, about, { precision });
  lab.up();
  await sleep(0.5);
  return { h1, h2, lan };
}

await Promise.all([
  record(async (lab) => {
    const { h1, h2 } = await two(lab, 'arp-resolution.pcap', {
      shows: 'A ping resolves a neighbour: request, reply, echoes; DELAY and the unicast probes that confirm the entry on both sides; a second ping after the entry is STALE; a neighbour deleted and resolved anew',
      software: ['linux', 'iputils'],
      notes: 'base_reachable_time 4 s instead of 30 s',
    });
    h1.sysctl({ 'net.ipv4.neigh.eth0.base_reachable_time_ms': 4000 });
    h1.run('ping', '-c', '3', '-i', '0.5', '10.9.0.2');
    await sleep(9);
    h1.run('ping', '-c', '14', '-i', '0.5', '10.9.0.2');
    h2.ip('neigh', 'flush', 'all');
    h2.run('ping', '-c', '2', '-i', '0.5', '10.9.0.1');
    await sleep(7);
  }),
  record(async (lab) => {
    const { h1 } = await two(lab, 'arp-failure.pcap', {
      shows: 'Nobody has 10.9.0.99: three broadcast requests a second apart, then none (the host tells itself unreachable)',
      software: ['linux', 'iputils'],
    });
    h1.run('ping', '-c', '2', '-W', '1', '10.9.0.99');
    await sleep(4);
  }),
  record(async (lab) => {
    const { h1, h2, lan } = await two(lab, 'arp-neighbor-lost.pcap', {
      shows: 'The neighbour falls silent under traffic: REACHABLE ends, 5 s of DELAY, three unicast requests, then a broadcast one a second as long as there is traffic; then it is back',
      software: ['linux', 'iputils'],
      notes: 'base_reachable_time 4 s instead of 30 s',
    });
    h1.sysctl({ 'net.ipv4.neigh.eth0.base_reachable_time_ms': 4000 });
    h1.run('ping', '-c', '2', '10.9.0.2');
    lan.silence(h2);
    const pinging = lab.start(h1, 'ping', ['ping', '-i', '1', '-c', '24', '10.9.0.2']);
    await sleep(20);
    lan.heal(h2);
    await new Promise((resolve) => pinging.once('exit', resolve));
    await sleep(1);
  }),
  record(async (lab) => {
    const { h1, h2 } = await two(lab, 'arp-gratuitous-request.pcap', {
      shows: 'Gratuitous ARP as requests (arping -U): sender and target address are the same; the neighbour uses the new MAC at once',
      software: ['linux', TOOL, ...(TOOL === 'iputils' ? [] : ['iputils'])],
    });
    h2.run('ping', '-c', '1', '10.9.0.1');
    h1.ip('link', 'set', 'eth0', 'address', '02:00:00:00:aa:01');
    await sleep(1.5);
    h1.run(...ARPING, '-U', '-c', '3', '-I', 'eth0', '10.9.0.1');
    h2.run('ping', '-c', '2', '10.9.0.1');
  }),
  record(async (lab) => {
    const { h1, h2 } = await two(lab, 'arp-gratuitous-reply.pcap', {
      shows: 'Gratuitous ARP as replies (arping -A); the neighbour uses the new MAC at once',
      software: ['linux', TOOL, ...(TOOL === 'iputils' ? [] : ['iputils'])],
    });
    h2.run('ping', '-c', '1', '10.9.0.1');
    h1.ip('link', 'set', 'eth0', 'address', '02:00:00:00:aa:01');
    await sleep(1.5);
    h1.run(...ARPING, '-A', '-c', '3', '-I', 'eth0', '10.9.0.1');
    h2.run('ping', '-c', '2', '10.9.0.1');
  }),
  record(async (lab) => {
    const { h1 } = await two(lab, 'arp-announcement-by-kernel.pcap', {
      shows: 'arp_notify 1: the kernel announces its addresses itself when the device comes up and when its MAC changes',
      software: ['linux'],
    }, { 'net.ipv4.conf.all.arp_notify': 1, 'net.ipv4.conf.default.arp_notify': 1 });
    h1.sysctl({ 'net.ipv4.conf.eth0.arp_notify': 1 });
    h1.address('eth0', '10.9.0.7/24');
    h1.ip('link', 'set', 'eth0', 'address', '02:00:00:00:aa:01');
    await sleep(1);
    h1.down('eth0');
    await sleep(0.5);
    h1.up('eth0');
    await sleep(2);
  }),
  record(async (lab) => {
    const { h2 } = await two(lab, 'arp-duplicate-address-probe.pcap', {
      shows: 'Duplicate address probes (arping -D), sender address 0.0.0.0: for an address that is in use, and answered, and for one that is free',
      software: ['linux', TOOL],
    });
    h2.run(...ARPING, '-D', '-c', '2', '-w', '3', '-I', 'eth0', '10.9.0.1');
    h2.run(...ARPING, '-D', '-c', '3', '-w', '4', '-I', 'eth0', '10.9.0.77');
  }),
  record(async (lab) => {
    const [h1, router, h2] = ['h1', 'router', 'h2'].map((name) => lab.node(name));
    const lan = lab.segment('lan', [h1, 'eth0', '10.9.0.1/16'], [router, 'eth0', '10.9.0.254/24']);
    lab.segment('far', [router, 'eth1', '10.9.1.254/24'], [h2, 'eth0', '10.9.1.1/24']);
    await lab.capture('arp-proxy.pcap', lan, {
      shows: 'Proxy ARP: h1 (/16) asks for 10.9.1.1 on its own segment and the router, whose route goes elsewhere, answers with its own MAC, at once and after a random delay',
      software: ['linux', 'iputils'],
      notes: 'proxy_delay 0 for the first ping, then 0.8 s, the default',
    }, { precision: 'nano' });
    lab.up();
    h2.ip('route', 'add', 'default', 'via', '10.9.1.254');
    router.sysctl({ 'net.ipv4.conf.eth0.proxy_arp': 1, 'net.ipv4.neigh.eth0.proxy_delay': 0 });
    await sleep(0.5);
    h1.run('ping', '-c', '2', '10.9.1.1');
    router.sysctl({ 'net.ipv4.neigh.eth0.proxy_delay': 80 });
    for (let i = 0; i < 3; i++) {
      h1.ip('neigh', 'flush', 'all');
      h1.run('ping', '-c', '1', '10.9.1.1');
      await sleep(0.5);
    }
    // Another host's address on this very segment is not answered for, nor one without a route.
    h1.run('ping', '-c', '1', '-W', '1', '10.9.0.50');
  }),
  record(async (lab) => {
    const [h1, h2] = [lab.node('h1'), lab.node('h2')];
    const lan = lab.segment('lan', [h1, 'eth0', '10.9.0.1/24'], [h2, 'eth0', '10.9.0.2/24']);
    // The second adapter on the same segment.
    lan.sw.ip('link', 'add', 'lan.h2b', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', h2.namespace);
    lan.sw.ip('link', 'set', 'lan.h2b', 'address', '02:00:00:00:fe:f0', 'master', 'lan', 'up');
    h2.adopt('eth1', ['10.9.0.3/24']);
    await lab.capture('arp-weak-host-double-reply.pcap', lan, {
      shows: 'A weak host with two adapters on one segment answers a request for either address, and for one on lo, from both, microseconds apart; with arp_ignore 1 only from the adapter that has it, and not at all for the one on lo; with arp_filter 1 from the one on the way back',
      software: ['linux', 'iputils'],
    }, { precision: 'nano' });
    h2.address('lo', '10.1.1.1/32');
    lab.up();
    await sleep(0.5);
    h1.ip('route', 'add', '10.1.1.1/32', 'dev', 'eth0');
    const ask = async () => {
      for (const target of ['10.9.0.2', '10.9.0.3', '10.1.1.1']) {
        h1.ip('neigh', 'flush', 'all');
        h1.run('ping', '-c', '1', '-W', '1', target);
        await sleep(0.5);
      }
    };
    await ask();
    h2.sysctl({ 'net.ipv4.conf.all.arp_ignore': 1 });
    await ask();
    h2.sysctl({ 'net.ipv4.conf.all.arp_ignore': 0, 'net.ipv4.conf.all.arp_filter': 1 });
    await ask();
  }),
  record(async (lab) => {
    const { h1, h2 } = await two(lab, 'arp-announce-source.pcap', {
      shows: 'Which source a request carries: arp_announce 0 the packet\'s own, here an address of lo, 2 always the interface\'s',
      software: ['linux', 'iputils'],
    });
    h1.address('lo', '10.1.1.1/32');
    h2.ip('route', 'add', '10.1.1.1/32', 'via', '10.9.0.1');
    h1.run('ping', '-c', '1', '-I', '10.1.1.1', '10.9.0.2');
    h1.sysctl({ 'net.ipv4.conf.all.arp_announce': 2 });
    h1.ip('neigh', 'flush', 'all');
    await sleep(1.2);
    h1.run('ping', '-c', '1', '-I', '10.1.1.1', '10.9.0.2');
    await sleep(6);
  }),
]);
