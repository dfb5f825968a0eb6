/**
 * Authentication: simple [2328:D.4.2], MD5 [2328:D.4.3], HMAC-SHA [5709] with BIRD (FRR 8.4.4 has no key-chains for OSPF yet), changes of key
 * while the adjacency stays up, and a wrong key.
 */
import { QUICK_BIRD, QUICK_FRR, record, sleep } from './lab.mjs';

const PASSWORD = 'takeover';

const frr = (id, lines) => `
interface eth0
 ip ospf network point-to-point
${QUICK_FRR}${lines.map((line) => ` ${line}\n`).join('')}router ospf
 ospf router-id ${id}
 network 10.1.0.0/16 area 0
`;
const bird = (id, options) => `
router id ${id};
protocol device {}
protocol kernel { ipv4 { export all; import none; }; }
protocol ospf v2 {
  ipv4 { import all; };
  area 0 { interface "eth0" { type ptp; ${QUICK_BIRD} ${options} }; interface "net0" { stub; }; };
}
`;

async function two(lab, file, about) {
  const [r1, r2] = [lab.node('r1'), lab.node('r2')];
  lab.wire([r1, 'eth0', '10.1.12.1/24'], [r2, 'eth0', '10.1.12.2/24']);
  await lab.capture(file, [r1, 'eth0'], { notes: 'hello 2, dead 8', ...about });
  r1.stub('net0', '10.1.1.1/24');
  r2.stub('net0', '10.1.2.2/24');
  lab.up();
  return [r1, r2];
}

async function untilUp(r1, r2) {
  await Promise.all([r1.untilFull(1), r2.untilFull(1), r1.untilRoute('10.1.2.0/24'), r2.untilRoute('10.1.1.0/24')]);
  await sleep(5);
}

const recordings = [
  record(async (lab) => {
    const [r1, r2] = await two(lab, 'ospf-auth-simple.pcap', {
      shows: 'FRR and BIRD up to Full with a simple password',
      software: ['frr', 'bird'],
      keys: [{ protocol: 'ospf', algorithm: 'simple', key: PASSWORD }],
    });
    await Promise.all([
      r1.frr({ ospfd: frr('10.0.0.1', ['ip ospf authentication', `ip ospf authentication-key ${PASSWORD}`]) }),
      r2.bird(bird('10.0.0.2', `authentication simple; password "${PASSWORD}";`)),
    ]);
    await untilUp(r1, r2);
  }),
  record(async (lab) => {
    const [r1, r2] = await two(lab, 'ospf-auth-md5.pcap', {
      shows: 'FRR and BIRD up to Full with MD5',
      software: ['frr', 'bird'],
      keys: [{ protocol: 'ospf', algorithm: 'md5', id: 7, key: PASSWORD }],
    });
    await Promise.all([
      r1.frr({ ospfd: frr('10.0.0.1', ['ip ospf authentication message-digest', `ip ospf message-digest-key 7 md5 ${PASSWORD}`]) }),
      r2.bird(bird('10.0.0.2', `authentication cryptographic; password "${PASSWORD}" { id 7; };`)),
    ]);
    await untilUp(r1, r2);
  }),
  ...[['sha1'], ['sha256'], ['sha384'], ['sha512'], ['sha1', '-long-key', 'a key that is longer than the digest of SHA-1']].map(([hash, suffix = '', key = PASSWORD]) => record(async (lab) => {
    const [r1, r2] = await two(lab, `ospf-auth-hmac-${hash}${suffix}.pcap`, {
      shows: `Two BIRD routers up to Full with HMAC-${hash.toUpperCase().replace('SHA', 'SHA-')}${suffix && ' and a key of 44 bytes'}`,
      software: ['bird'],
      keys: [{ protocol: 'ospf', algorithm: `hmac-${hash.replace('sha', 'sha-')}`, id: 11, key }],
      ...(suffix ? { notes: 'hello 2, dead 8. A key longer than the digest and shorter than the block: BIRD uses it as it is [2104:2], where [5709:3.3] would hash it first' } : {}),
    });
    const options = `authentication cryptographic; password "${key}" { id 11; algorithm hmac ${hash}; };`;
    await Promise.all([r1.bird(bird('10.0.0.1', options)), r2.bird(bird('10.0.0.2', options))]);
    await untilUp(r1, r2);
  })),
  record(async (lab) => {
    const [r1, r2] = await two(lab, 'ospf-key-change-md5.pcap', {
      shows: 'Two FRR routers change from MD5 key 1 to key 2: both keys on both, each sends with the one added last; then key 1 goes. The adjacency stays Full',
      software: ['frr'],
      keys: [{ protocol: 'ospf', algorithm: 'md5', id: 1, key: 'first' }, { protocol: 'ospf', algorithm: 'md5', id: 2, key: 'second' }],
    });
    const first = ['ip ospf authentication message-digest', 'ip ospf message-digest-key 1 md5 first'];
    await Promise.all([r1.frr({ ospfd: frr('10.0.0.1', first) }), r2.frr({ ospfd: frr('10.0.0.2', first) })]);
    await untilUp(r1, r2);
    for (const node of [r1, r2]) {
      node.configure('ospfd', 'interface eth0', 'ip ospf message-digest-key 2 md5 second');
      await sleep(5);
    }
    for (const node of [r1, r2]) {
      node.configure('ospfd', 'interface eth0', 'no ip ospf message-digest-key 1');
      await sleep(5);
    }
    await untilUp(r1, r2);
  }),
  record(async (lab) => {
    const [r1, r2] = await two(lab, 'ospf-key-change-hmac.pcap', {
      shows: 'Two BIRD routers change from HMAC-SHA-1 key 1 to HMAC-SHA-256 key 2 while the adjacency stays Full',
      software: ['bird'],
      keys: [{ protocol: 'ospf', algorithm: 'hmac-sha-1', id: 1, key: 'first' }, { protocol: 'ospf', algorithm: 'hmac-sha-256', id: 2, key: 'second' }],
    });
    // BIRD sends with the first listed key that is valid and accepts every listed one.
    const old = 'password "first" { id 1; algorithm hmac sha1; };';
    const young = 'password "second" { id 2; algorithm hmac sha256; };';
    const nodes = [r1, r2];
    const configure = (i, ...passwords) => nodes[i].reconfigure(bird(`10.0.0.${i + 1}`, `authentication cryptographic; ${passwords.join(' ')}`));
    await Promise.all(nodes.map((node, i) => node.bird(bird(`10.0.0.${i + 1}`, `authentication cryptographic; ${old}`))));
    await untilUp(r1, r2);
    for (const i of [0, 1]) configure(i, old, young);
    await sleep(3);
    for (const i of [0, 1]) {
      configure(i, young, old);
      await sleep(4);
    }
    for (const i of [0, 1]) configure(i, young);
    await untilUp(r1, r2);
  }),
  record(async (lab) => {
    const [r1, r2] = await two(lab, 'ospf-auth-wrong-key.pcap', {
      shows: 'Two FRR routers with different MD5 keys under one key id refuse each other; after 10 s the second gets the right key and they become Full',
      software: ['frr'],
      keys: [{ protocol: 'ospf', algorithm: 'md5', id: 7, key: PASSWORD }],
      notes: 'hello 2, dead 8. The first Hellos of 10.0.0.2 are digested with `mistaken` and must not verify',
    });
    const lines = (key) => ['ip ospf authentication message-digest', `ip ospf message-digest-key 7 md5 ${key}`];
    await Promise.all([r1.frr({ ospfd: frr('10.0.0.1', lines(PASSWORD)) }), r2.frr({ ospfd: frr('10.0.0.2', lines('mistaken')) })]);
    await sleep(10);
    r2.configure('ospfd', 'interface eth0', 'no ip ospf message-digest-key 7', `ip ospf message-digest-key 7 md5 ${PASSWORD}`);
    await untilUp(r1, r2);
  }),
];
await Promise.all(recordings);
