/**
 * Takeover daemons: keepalived (VRRP 2 [3768] and 3 [5798]) and heartbeat 3 with its three authentication methods.
 *
 * heartbeat 3.0.6 always writes netstrings on the wire (`###`, `%%%`); `msgfmt classic` does not bring back `>>>` and `<<<`.
 *
 * heartbeat has fixed paths: each node gets a mount namespace with its own /etc/ha.d, /var/lib/heartbeat and /run, and a host name of
 * its own.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { record, sleep } from './lab.mjs';

const keepalived = (state, priority, version, more = '') => `
global_defs {
  vrrp_version ${version}
  vrrp_garp_master_delay 2
}
vrrp_instance failover {
  state ${state}
  interface eth0
  virtual_router_id 51
  priority ${priority}
  advert_int ${version === 3 ? 0.5 : 1}
  virtual_ipaddress {
    10.9.0.100/24
    10.9.0.101/24
  }
${more}}
`;

/** `more`: further lines of the instance, for both, or for each of r1 and r2. */
async function vrrp(lab, file, about, version, more = '') {
  const [moreOfR1, moreOfR2] = Array.isArray(more) ? more : [more, more];
  const [r1, r2, client] = ['r1', 'r2', 'client'].map((name) => lab.node(name, { 'net.ipv4.ip_forward': 0 }));
  const lan = lab.segment('lan', [r1, 'eth0', '10.9.0.1/24'], [r2, 'eth0', '10.9.0.2/24'], [client, 'eth0', '10.9.0.9/24']);
  await lab.capture(file, lan, { software: ['keepalived', 'linux'], ...about });
  lab.up();
  for (const node of [r1, r2]) writeFileSync(join(node.home, 'keepalived.conf'), node === r1 ? keepalived(moreOfR1.includes('preempt') ? 'BACKUP' : 'MASTER', 150, version, moreOfR1) : keepalived('BACKUP', 100, version, moreOfR2));
  const start = (node) => lab.start(node, `${node.name}-keepalived`, ['keepalived', '-n', '-l', '-P', '-f', join(node.home, 'keepalived.conf'),
    '-p', join(node.home, 'keepalived.pid'), '-r', join(node.home, 'vrrp.pid')]);
  const has = (node) => node.ip('-4', 'addr', 'show', 'dev', 'eth0').includes('10.9.0.100/');
  const second = start(r2);
  await sleep(1);
  const first = start(r1);
  // Who must not preempt stays what it is.
  const [master, backup] = moreOfR1.includes('nopreempt') ? [r2, r1] : [r1, r2];
  await lab.until(`${master.name} is master`, () => has(master) && !has(backup), 20);
  const pinging = lab.start(client, 'ping', ['ping', '-i', '1', '-c', '60', '10.9.0.100']);
  await sleep(6);
  return { lan, r1, r2, has, pinging, first, second, start };
}

/** The process id file is in /run itself. */
const mounts = ({ home }) => `mount --bind ${home}/ha.d /etc/ha.d && mount --bind ${home}/lib /var/lib/heartbeat && mount --bind ${home}/run /run`;

/** heartbeat: `ha`: more lines of ha.cf; `auth`: the line behind `1 ` in authkeys. */
async function heartbeat(lab, file, about, { ha = '', auth }) {
  const [lnx31, lnx41, client] = ['lnx31', 'lnx41', 'client'].map((name) => lab.node(name, { 'net.ipv4.ip_forward': 0 }));
  const lan = lab.segment('lan', [lnx31, 'eth0', '192.168.1.3/24'], [lnx41, 'eth0', '192.168.1.4/24'], [client, 'eth0', '192.168.1.254/24']);
  await lab.capture(file, lan, { software: ['heartbeat', 'linux'], ...about }, { filter: 'arp or udp port 694 or icmp' });
  lab.up();
  const start = (node) => {
    const etc = join(node.home, 'ha.d');
    if (!node.isReady) {
      cpSync('/etc/ha.d', etc, { recursive: true, dereference: true });
      for (const name of ['lib', 'run', 'run/heartbeat']) mkdirSync(join(node.home, name));
      writeFileSync(join(etc, 'ha.cf'), `logfile ${node.home}/ha-log\nlogfacility none\nkeepalive 1\ndeadtime 5\ninitdead 8\nudpport 694\nbcast eth0\nauto_failback on\n${ha}node lnx31 lnx41\n`);
      writeFileSync(join(etc, 'haresources'), 'lnx31 IPaddr2::192.168.1.100/24/eth0\n');
      writeFileSync(join(etc, 'authkeys'), `auth 1\n1 ${auth}\n`);
      chmodSync(join(etc, 'authkeys'), 0o600);
      node.isReady = true;
    }
    return lab.start(node, `${node.name}-heartbeat`, ['unshare', '--mount', '--uts', 'sh', '-c', `
      hostname ${node.name}
      cp -a /var/lib/heartbeat/. ${node.home}/lib/
      chmod 755 ${node.home}/lib ${node.home}/run; chown hacluster:haclient ${node.home}/run/heartbeat
      ${mounts(node)} || exit 1
      exec /usr/libexec/heartbeat/heartbeat`]);
  };
  const has = (node) => node.ip('-4', 'addr', 'show').includes('192.168.1.100/');
  start(lnx31);
  start(lnx41);
  await lab.until('lnx31 has the address', () => has(lnx31), 60);
  await sleep(8);
  return { lan, lnx31, lnx41, client, has, start };
}

await Promise.all([
  record(async (lab) => {
    const { lan, r1, r2, has } = await vrrp(lab, 'vrrp-v2-failover.pcap', {
      shows: 'VRRP 2: a backup (priority 100), a master of priority 150 preempts it, falls silent, the backup takes over after 3.61 s with gratuitous ARP; the old master comes back: two masters for a moment, then it again',
      notes: 'advert 1 s, two addresses; each side 5 gratuitous ARP at once and 5 more after 2 s',
    }, 2);
    lan.silence(r1);
    await lab.until('r2 is master', () => has(r2), 20);
    await sleep(5);
    lan.heal(r1);
    await lab.until('r2 is backup', () => !has(r2), 20);
    await sleep(5);
  }),
  record(async (lab) => {
    const { r1, r2, has, first } = await vrrp(lab, 'vrrp-v2-password-stop.pcap', {
      shows: 'VRRP 2 with a password; the master is stopped in good order, says so with priority 0, and the backup takes over after the skew time',
      keys: [{ protocol: 'vrrp', algorithm: 'simple', key: 'takeover' }],
    }, 2, '  authentication {\n    auth_type PASS\n    auth_pass takeover\n  }\n');
    first.kill('SIGTERM');
    await lab.until('r2 is master', () => has(r2) && !has(r1), 20);
    await sleep(4);
  }),
  record(async (lab) => {
    const { r1, has } = await vrrp(lab, 'vrrp-v2-authentication-header.pcap', {
      shows: 'VRRP 2 with auth_type AH: IP authentication headers (HMAC-MD5-96) in front of the advertisements; keepalived counts the TTL in, which [2402:3.3.3.1.1.1] leaves out',
      keys: [{ protocol: 'ah', algorithm: 'hmac-md5-96', key: 'takeover' }],
    }, 2, '  authentication {\n    auth_type AH\n    auth_pass takeover\n  }\n');
    await lab.until('r1 is master', () => has(r1), 20);
    await sleep(2);
  }),
  record(async (lab) => {
    const { lan, r1, r2, has } = await vrrp(lab, 'vrrp-v3-failover.pcap', {
      shows: 'VRRP 3: advertisements every 0.5 s with a checksum over the pseudo-header; silence, take-over, return',
      notes: 'advert 0.5 s, two addresses',
    }, 3);
    lan.silence(r1);
    await lab.until('r2 is master', () => has(r2), 20);
    await sleep(4);
    lan.heal(r1);
    await lab.until('r2 is backup', () => !has(r2), 20);
    await sleep(4);
  }),
  record(async (lab) => {
    const { lan, r1, r2, has } = await vrrp(lab, 'vrrp-v2-two-masters.pcap', {
      shows: 'VRRP 2: a silent master is heard again just before its backup, by now master too, advertises: it hears a lower priority, and says so at once; both with gratuitous ARP',
      notes: 'advert 1 s, two addresses',
    }, 2);
    lan.silence(r1);
    await lab.until('r2 is master', () => has(r2), 20);
    await sleep(5.6);
    lan.heal(r1);
    await lab.until('r2 is backup', () => !has(r2), 20);
    await sleep(5);
  }),
  record(async (lab) => {
    const { lan, r1, r2, has } = await vrrp(lab, 'vrrp-v2-frozen.pcap', {
      shows: 'VRRP 2: the master stands still (its processes, and its port), the backup takes over; the master wakes, goes on as one, and the backup yields before it has said anything',
      notes: 'advert 1 s, two addresses; a client pings all the time',
    }, 2);
    const all = (signal) => {
      for (const pid of readFileSync(join(r1.home, 'keepalived.pid'), 'utf8').split(/\s+/).concat(readFileSync(join(r1.home, 'vrrp.pid'), 'utf8').split(/\s+/))) if (pid !== '') process.kill(Number(pid), signal);
    };
    lan.silence(r1);
    all('SIGSTOP');
    await lab.until('r2 is master', () => has(r2), 20);
    await sleep(6);
    lan.heal(r1);
    all('SIGCONT');
    await lab.until('r2 is backup', () => !has(r2), 20);
    await sleep(25);
  }),
  record(async (lab) => {
    const { lan, r1, r2, has } = await vrrp(lab, 'vrrp-v2-cable.pcap', {
      shows: 'VRRP 2: the master loses its carrier and its addresses with it; the backup takes over after 3.61 s; the carrier comes back, and the old master waits as a backup does before it preempts',
      notes: 'advert 1 s, two addresses',
    }, 2);
    lan.plug(r1, false);
    await lab.until('r2 is master', () => has(r2) && !has(r1), 20);
    await sleep(3);
    lan.plug(r1, true);
    await lab.until('r1 is master', () => has(r1) && !has(r2), 20);
    await sleep(3);
  }),
  record(async (lab) => {
    const { r1, r2, has, first, start } = await vrrp(lab, 'vrrp-v2-preempt-delay.pcap', {
      shows: 'VRRP 2 with preempt_delay 4: the better router, started again, lets the other be master for that long',
      notes: 'advert 1 s, two addresses, r1: state BACKUP, preempt_delay 4',
    }, 2, ['  preempt_delay 4\n', '']);
    first.kill('SIGTERM');
    await lab.until('r2 is master', () => has(r2) && !has(r1), 20);
    await sleep(2);
    start(r1);
    await lab.until('r1 is master', () => has(r1) && !has(r2), 30);
    await sleep(3);
  }),
  record(async (lab) => {
    const { r1, r2, has, second, start } = await vrrp(lab, 'vrrp-v2-nopreempt.pcap', {
      shows: 'VRRP 2 with nopreempt: the better router comes later and stays backup until the other one stops; that one, started again, stays backup, too',
      notes: 'advert 1 s, two addresses, both: state BACKUP, nopreempt',
    }, 2, ['  nopreempt\n', '  nopreempt\n']);
    second.kill('SIGTERM');
    await lab.until('r1 is master', () => has(r1) && !has(r2), 20);
    start(r2);
    await sleep(6);
  }),
  record(async (lab) => {
    const { lnx31, lnx41, client, has, start } = await heartbeat(lab, 'heartbeat-takeover-and-failback.pcap', {
      shows: 'A heartbeat pair (crc): every process of the owner of 192.168.1.100 is killed and its address taken from it, a crash; the other takes the address over (gratuitous ARP, announcement and reply in turn); the owner starts again and gets it back by resource messages; a client pings all the time',
      notes: 'keepalive 1, deadtime 5, initdead 8, bcast eth0, auto_failback on',
      keys: [{ protocol: 'heartbeat', algorithm: 'crc', id: 1 }],
    }, { auth: 'crc' });
    lab.start(client, 'ping', ['ping', '-i', '1', '-c', '60', '192.168.1.100']);
    await sleep(4);
    for (const pid of execFileSync('ip', ['netns', 'pids', lnx31.namespace], { encoding: 'utf8' }).split('\n').filter(Boolean).map(Number)) process.kill(pid, 'SIGKILL');
    lnx31.run('ip', 'addr', 'del', '192.168.1.100/24', 'dev', 'eth0');
    await lab.until('lnx41 has the address', () => has(lnx41), 30);
    await sleep(6);
    start(lnx31);
    await lab.until('lnx41 has given it back', () => !has(lnx41) && has(lnx31), 60);
    await sleep(6);
  }),
  record(async (lab) => {
    const { lan, lnx31, lnx41, client, has } = await heartbeat(lab, 'heartbeat-partition.pcap', {
      shows: 'A heartbeat pair (md5) that cannot hear each other for a while: both have the address. When they can again, both give everything back and start anew: nobody has it for some seconds, then the owner',
      notes: 'keepalive 1, deadtime 5, initdead 8, bcast eth0, auto_failback on',
      keys: [{ protocol: 'heartbeat', algorithm: 'md5', id: 1, key: 'takeover' }],
    }, { auth: 'md5 takeover' });
    lab.start(client, 'ping', ['ping', '-i', '1', '-c', '60', '192.168.1.100']);
    await sleep(2);
    lan.silence(lnx31);
    await lab.until('lnx41 has the address', () => has(lnx41), 30);
    await sleep(6);
    lan.heal(lnx31);
    await lab.until('lnx41 has given it back', () => !has(lnx41) && has(lnx31), 60);
    await sleep(5);
  }),
  record(async (lab) => {
    const { lnx31, lnx41, has, start } = await heartbeat(lab, 'heartbeat-standby.pcap', {
      shows: 'A heartbeat pair (crc) from its start on: the owner goes to standby (hb_standby all) and takes its resources back (hb_takeover local); the other one is stopped and started, then the owner, which gets its resources back',
      notes: 'keepalive 1, deadtime 5, initdead 8, bcast eth0, auto_failback on',
      keys: [{ protocol: 'heartbeat', algorithm: 'crc', id: 1 }],
    }, { auth: 'crc' });
    const inside = (node, command) => node.run('unshare', '--uts', '--mount', 'sh', '-c', `hostname ${node.name}; ${mounts(node)} && ${command}`);
    inside(lnx31, '/usr/share/heartbeat/hb_standby all');
    await lab.until('lnx41 has the address', () => has(lnx41) && !has(lnx31), 40);
    await sleep(6);
    inside(lnx31, '/usr/share/heartbeat/hb_takeover local');
    await lab.until('lnx31 has the address', () => has(lnx31) && !has(lnx41), 40);
    await sleep(6);
    inside(lnx41, '/usr/libexec/heartbeat/heartbeat -k');
    await sleep(4);
    start(lnx41);
    await sleep(8);
    inside(lnx31, '/usr/libexec/heartbeat/heartbeat -k');
    await lab.until('lnx41 has the address', () => has(lnx41), 40);
    await sleep(6);
    start(lnx31);
    await lab.until('lnx31 has the address', () => has(lnx31) && !has(lnx41), 40);
    await sleep(5);
    if (process.env.PCAPS_VERBOSE) for (const node of [lnx31, lnx41]) console.error(`--- ${node.name} ha-log\n${node.run('cat', join(node.home, 'ha-log'))}`);
  }),
  record(async (lab) => {
    const { lnx31, lnx41, has } = await heartbeat(lab, 'heartbeat-stop.pcap', {
      shows: 'A heartbeat pair (sha1): the owner is stopped in good order and hands over. With `msgfmt netstring` there is no auth field inside the message, only the one behind it',
      notes: 'keepalive 1, deadtime 5, initdead 8, bcast eth0, msgfmt netstring',
      keys: [{ protocol: 'heartbeat', algorithm: 'sha1', id: 1, key: 'takeover' }],
    }, { auth: 'sha1 takeover', ha: 'msgfmt netstring\n' });
    lnx31.run('unshare', '--uts', '--mount', 'sh', '-c', `hostname lnx31; ${mounts(lnx31)} && /usr/libexec/heartbeat/heartbeat -k`);
    await lab.until('lnx41 has the address', () => has(lnx41), 40);
    await sleep(6);
  }),
]);
