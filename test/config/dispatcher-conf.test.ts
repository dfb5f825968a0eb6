/**
 * ndcontrol commands: what they come to, the dispatcher's defaults, and every mistake with its place.
 */
import { describe, expect, it } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import { SECOND } from '../../src/base/micros.js';
import { Findings } from '../../src/config/config-error.js';
import { DispatcherDraft } from '../../src/config/takeover/dispatcher-conf.js';
import type { InterfacePlan } from '../../src/config/plan.js';
import type { DispatcherConfiguration } from '../../src/takeover/dispatcher.js';

const LAN: InterfacePlan = { name: 'eth0', index: 2, port: 0, medium: 'ethernet', mac: new Uint8Array(6), mtu: 1500, bandwidthMbps: 1000, addresses: [{ address: 0x0a010101, prefixLength: 24 }] };

const COMMANDS = `# the executor
ndcontrol executor start
ndcontrol cluster add 10.1.1.7
ndcontrol port add 10.1.1.7:80+7 stickytime 60 protocol tcp   # two ports
ndcontrol server add 10.1.1.7:80:10.1.1.4+10.1.1.5 weight 20
ndcontrol server add 10.1.1.7:7:10.1.1.4
ndcontrol server set 10.1.1.7:80:10.1.1.5 weight 5
ndcontrol manager start
ndcontrol advisor start http 80
ndcontrol advisor start connect 7
ndcontrol advisor interval connect 7 3
ndcontrol advisor connecttimeout connect 7 4
`;

function read(text: string): { configuration: DispatcherConfiguration; errors: string[]; notes: string[] } {
  const findings = new Findings();
  const draft = new DispatcherDraft();
  draft.read(text, 'N', findings);
  const configuration = draft.configuration([LAN], findings);
  return { configuration, errors: findings.errors.map(String), notes: findings.notes.map((n) => `${n.line}:${n.column} ${n.kind}: ${n.message}`) };
}

describe('ndcontrol', () => {
  it('clusters, ports, servers, advisors, with the guide\'s defaults', () => {
    const { configuration, errors, notes } = read(COMMANDS);
    expect(errors).toEqual([]);
    expect(notes).toEqual(['4:48 without-bearing: protocol has no bearing on the emulation']);
    expect(configuration.clusters.map(({ address, ports }) => [formatIpv4(address), ports.map(({ port, stickyMicros, staleMicros, servers }) =>
      [port, stickyMicros / SECOND, staleMicros / SECOND, servers.map((each) => `${formatIpv4(each.address)} ${each.weight}`)])])).toEqual([
      ['10.1.1.7', [[80, 60, 300, ['10.1.1.4 20', '10.1.1.5 5']], [7, 60, 300, ['10.1.1.4 10']]]]]);
    expect(configuration.managerIntervalMicros).toBe(2 * SECOND);
    expect(configuration.advisors).toEqual([
      { port: 80, intervalMicros: 7 * SECOND, connectTimeoutMicros: 21 * SECOND }, { port: 7, intervalMicros: 3 * SECOND, connectTimeoutMicros: 4 * SECOND }]);
    expect(read(COMMANDS.replaceAll('ndcontrol', 'dscontrol')).configuration).toEqual(configuration);
  });

  it('advisors without a manager change nothing, and that is said', () => {
    const { configuration, notes } = read(COMMANDS.replace('ndcontrol manager start\n', ''));
    expect(configuration.advisors).toEqual([]);
    expect(notes.at(-1)).toBe('8:25 attention: the manager is not started: what advisors find changes nothing');
  });

  it.each([
    ['another program', 'ndcontrol executor start', 'ifconfig lo', 'N:2:1: a line is an ndcontrol command, not "ifconfig"'],
    ['an unknown object', 'cluster add', 'claster add', 'N:3:11: unknown object "claster"; did you mean "cluster"?'],
    ['an unknown verb', 'manager start', 'manager run', 'N:8:19: "manager run" is not emulated; allowed: start or interval'],
    ['a cluster that is not there', 'port add 10.1.1.7', 'port add 10.1.1.8', 'N:4:20: there is no cluster "10.1.1.8"; did you mean "10.1.1.7"?'],
    ['a port that is none', ':80+7', ':80+x', 'N:4:20: a port must be a number from 0 to 65535, not "x"'],
    ['a port that is not there', '10.1.1.7:7:10.1.1.4', '10.1.1.7:8:10.1.1.4', 'N:6:22: the cluster has no port 8; ports: 80 and 7'],
    ['a server that is none', '10.1.1.4+10.1.1.5', '10.1.1.4+10.1.1', 'N:5:22: an address must be A.B.C.D, not "10.1.1"'],
    ['a server that is elsewhere', '10.1.1.7:7:10.1.1.4', '10.1.1.7:7:10.1.2.4', 'N:6:22: the server 10.1.2.4 is on no network of the dispatcher, which forwards by hardware address'],
    ['a server twice', 'server set', 'server add', 'N:7:22: the port has the server 10.1.1.5 already'],
    ['a weight out of its range', 'weight 20', 'weight 200', 'N:5:59: weight must be a number from 0 to 100, not "200"'],
    ['an unknown option', 'stickytime 60', 'stickitime 60', 'N:4:34: unknown option "stickitime"; did you mean "stickytime"?'],
    ['an unknown advisor', 'start http 80', 'start htpp 80', 'N:9:25: unknown advisor "htpp"; did you mean "http"?'],
    ['an advisor that is not started', 'interval connect 7', 'interval connect 8', 'N:11:36: no advisor is started on port 8 above'],
    ['a value that is missing', 'connecttimeout connect 7 4', 'connecttimeout connect 7', 'N:12:42: the timeout in seconds is missing'],
  ])('%s', (_name, from, to, error) => {
    expect(COMMANDS).toContain(from);
    expect(read(COMMANDS.replace(from, to)).errors.join('\n')).toContain(error);
  });

  it('no text whatever ends in anything but findings', () => {
    for (let length = 0; length < COMMANDS.length; length++) read(COMMANDS.slice(0, length));
  });
});
