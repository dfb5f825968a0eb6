/** ha.cf, haresources, authkeys, mon.cf: what is wrong with each is named with its file, line and column; what has no bearing is listed. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ConfigErrors } from '../../src/config/config-error.js';
import { loadTopology } from '../../src/config/topology/topology.js';

const TOPOLOGY = 'topologies/web-takeover.yaml';
const readFile = (path: string): string => readFileSync(path, 'utf8');

/** Loads the shipped scenario with a file changed; the errors, or none. */
function errorsOf(file: string, from: string | RegExp, to: string, overrides: string[] = []): string[] {
  const read = (path: string): string => {
    const text = readFile(path);
    if (!path.endsWith(`/${file}`)) return text;
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    return changed;
  };
  try {
    loadTopology(TOPOLOGY, { readFile: read, overrides: ['expect=[]', ...overrides] });
  } catch (failure) {
    if (failure instanceof ConfigErrors) return failure.errors.map((error) => error.toString());
    throw failure;
  }
  return [];
}

describe('one mistake, one line', () => {
  test.each([
    ['a misspelt directive', 'ha.cf', 'keepalive 2', 'keepalife 2', '3:1: unknown directive "keepalife"; did you mean "keepalive"?'],
    ['no duration', 'ha.cf', 'deadtime 10', 'deadtime soon', '4:10: "deadtime" must be whole seconds, more than 0, not "soon"'],
    ['milliseconds in 0.4.9.1', 'ha.cf', 'keepalive 2', 'keepalive 500ms', '3:11: "keepalive" must be whole seconds, more than 0, not "500ms"'],
    ['deadtime shorter than keepalive', 'ha.cf', 'deadtime 10', 'deadtime 2', '4:10: deadtime must be longer than keepalive, 2 s'],
    ['initdead shorter than deadtime', 'ha.cf', 'initdead 120', 'initdead 5', '5:10: initdead must not be shorter than deadtime, 10 s'],
    ['a directive of the other generation', 'ha.cf', 'udp eth0', 'udp eth0\nauto_failback on', '9:1: heartbeat 0.4.9.1 does not know "auto_failback", which is 3.0.6\'s; it has nice_failback'],
    ['an interface that is not there', 'ha.cf', 'udp eth0', 'udp eth3', '8:5: lnx31 has no interface "eth3"; did you mean "eth0"?'],
    ['a device that is not there', 'ha.cf', '/dev/ttyZ0', '/dev/ttyZ9', '6:8: lnx31 has no device "/dev/ttyZ9": a ctc link ends at lnx31:ttyZ9'],
    ['a serial link with an address', 'ha.cf', '/dev/ttyZ0', '/dev/eth0', '6:8: /dev/eth0 must be a ctc link without an address: it carries no IP'],
    ['no port', 'ha.cf', 'udpport 694', 'udpport 70000', '7:9: the UDP port must be a number from 1 to 65535, not "70000"'],
    ['a node twice', 'ha.cf', 'node lnx41', 'node lnx31\nnode lnx41', '10:6: the node lnx31 is named already, in line 9'],
    ['the resource manager', 'ha.cf', 'udpport 694', 'udpport 694\ncrm on', '8:1: "crm": the cluster resource manager (Pacemaker) is not there'],
    ['an unknown way to shoot', 'ha.cf', 'udpport 694', 'udpport 694\nstonith_host * apc 10.0.0.1', '8:16: unknown STONITH type "apc"; the Redpaper\'s are ssh CONTROL-GUEST'],
    ['too many words', 'ha.cf', 'logfile /var/log/ha-log', 'logfile /var/log/ha-log now', '1:25: the form is: logfile FILE'],
    ['a multicast group that is none', 'ha.cf', 'udp eth0', 'udp eth0\nmcast eth0 10.0.0.1 694 1 0', '9:12: 10.0.0.1 is no multicast group'],
    ['a node that is not in the cluster', 'haresources', 'lnx31', 'lnx32', '1:1: there is no node "lnx32" in ha.cf; did you mean "lnx31"?'],
    ['a bad address', 'haresources', '10.1.1.1', '10.1.1', '1:7: an address resource must be A.B.C.D, A.B.C.D/LENGTH or A.B.C.D/LENGTH/INTERFACE, not "10.1.1"'],
    ['a group without resources', 'haresources', ' 10.1.1.1 apache', '', '1:1: a group needs at least one resource'],
    ['a file system without a directory', 'haresources', 'apache', 'apache Filesystem::/dev/vg00/rw', '1:23: a file system must be Filesystem::DEVICE::DIRECTORY[::TYPE[::OPTIONS]]'],
    ['two groups with one key', 'haresources', 'apache', 'apache\nlnx41 10.1.1.1 smb', '2:7: a group is known by its first resource'],
    ['a key that is not there', 'authkeys', 'auth 1', 'auth 2', '1:6: there is no key 2; the file has 1'],
    ['a method that is none', 'authkeys', '1 crc', '1 sha256 secret', '2:3: the method must be crc, md5 or sha1, not "sha256"'],
    ['a secret that is not there', 'authkeys', '1 crc', '1 md5', '2:3: md5 needs a secret: 1 md5 SECRET'],
    ['no auth', 'authkeys', 'auth 1', '', '1:1: there is no "auth NUMBER"'],
    ['a monitor that is not there', 'mon.cf', 'fping.monitor', 'http.monitor', '20:13: of the monitors only fping.monitor is there, not "http.monitor"'],
    ['a group that is not there', 'mon.cf', 'watch tirnanog', 'watch tirnanok', '17:7: there is no hostgroup "tirnanok"; did you mean "tirnanog"?'],
    ['a misspelt statement', 'mon.cf', 'numalerts 1', 'numalert 1', '23:5: unknown statement "numalert"; did you mean "numalerts"?'],
    ['a period that is not always', 'mon.cf', 'Mon-Sun', 'Mon-Fri', '21:12: a period that is not always, wd {Mon-Sun}, is not there: "wd {Mon-Fri}"'],
    ['a host by its name', 'mon.cf', '192.168.1.254', 'gateway', '15:20: a host must be an address A.B.C.D, not "gateway"'],
    ['a service without an interval', 'mon.cf', 'interval 2s', '', '18:3: service "fping" needs "interval"'],
    ['an option that is none', 'mon.cf', 'maxprocs', 'maxprocesses', '7:1: unknown option "maxprocesses"'],
    ['no time', 'mon.cf', 'interval 2s', 'interval often', '19:14: the time must be a number with s, m, h or d, as 30s, not "often"'],
  ])('%s', (_what, file, from, to, error) => {
    // Both nodes have the file: each says it once.
    const errors = errorsOf(file, from, to);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0].startsWith(`topologies/web-takeover/${file}:${error}`), errors[0]).toBe(true);
    expect(new Set(errors.map((each) => each.slice(0, each.indexOf(': ')))).size).toBe(1);
  });

  test.each([
    ['a version', 'topology.nodes.lnx31.heartbeat=2.1.4', 'the version of heartbeat must be 0.4.9.1 or 3.0.6, not "2.1.4"'],
    ['a script that haresources has not', 'topology.nodes.lnx31.scripts.samba={start: 1s}', 'haresources has no script "samba"; it has IPaddr and apache'],
    ['a file that is missing', 'topology.nodes.lnx31.config=[web-takeover/ha.cf]', 'topologies/web-takeover/ha.cf: heartbeat of lnx31 needs haresources and authkeys, too'],
    ['a daemon that is not there', 'events.0.do=freeze ospfd', 'behind "freeze" may stand a daemon of lnx31 that is to be frozen alone, heartbeat or mon, not "ospfd"'],
    ['a hand-over without nice_failback', 'events.0.do=hb_standby all', 'hb_standby needs "nice_failback on" in ha.cf'],
  ])('%s in the topology', (_what, override, error) => {
    expect(() => loadTopology(TOPOLOGY, { readFile, overrides: ['expect=[]', override] })).toThrow(error);
  });
});

test('what has no bearing is listed with its place', () => {
  const { notes } = loadTopology(TOPOLOGY, { readFile });
  expect(notes.filter(({ kind, file }) => kind === 'without-bearing' && file.endsWith('ha.cf')).map(({ line, message }) => [line, message])[0]).toEqual([2, '"logfacility" has no bearing on the emulation']);
});

test('no text crashes the readers', () => {
  for (const file of ['ha.cf', 'haresources', 'authkeys', 'mon.cf']) {
    const text = readFile(`topologies/web-takeover/${file}`);
    for (let at = 0; at < text.length; at += 3) for (const junk of ['\0', ' ', '=', '::', '{', '\\\n']) {
      const read = (path: string): string => (path.endsWith(`/${file}`) ? text.slice(0, at) + junk + text.slice(at + 1) : readFile(path));
      try {
        loadTopology(TOPOLOGY, { readFile: read, overrides: ['expect=[]'] });
      } catch (failure) {
        expect(failure).toBeInstanceOf(ConfigErrors);
      }
    }
  }
});
