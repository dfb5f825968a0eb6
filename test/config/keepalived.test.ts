/**
 * keepalived.conf: what each statement becomes, and that each kind of mistake is named with its place.
 */
import { describe, expect, test } from 'vitest';
import { Findings } from '../../src/config/config-error.js';
import { parseKeepalivedConf, type KeepalivedConfiguration } from '../../src/config/takeover/keepalived-conf.js';

function read(text: string, files: Readonly<Record<string, string>> = {}): { configuration: KeepalivedConfiguration; errors: string[]; notes: string[] } {
  const findings = new Findings();
  const configuration = parseKeepalivedConf(text, 'keepalived.conf', (name) => (files[name] === undefined ? `there is no file ${name}` : { path: name, text: files[name] }), findings);
  return { configuration, errors: findings.errors.map(String), notes: findings.notes.map((each) => `${each.line}:${each.column} ${each.kind}: ${each.message}`) };
}

const instance = (more = '', name = 'web'): string => `vrrp_instance ${name} {\n  interface eth0\n  virtual_router_id 51\n  virtual_ipaddress {\n    192.168.1.100/24\n  }\n${more}\n}\n`;

describe('what it becomes', () => {
  test("keepalived's defaults", () => {
    const { configuration, errors } = read(instance());
    expect(errors).toEqual([]);
    const garp = { masterDelayMicros: 5_000_000, masterRepeat: 5, lowerPriorityDelayMicros: 5_000_000, lowerPriorityRepeat: 5, refreshMicros: 0, refreshRepeat: 1, spacingMicros: 0 };
    expect(configuration.vrrp).toEqual({ startupDelayMicros: 0, scripts: [], syncGroups: [], instances: [{
      name: 'web', version: 2, interfaceName: 'eth0', virtualRouterId: 51, priority: 100, isMasterAtStart: false, advertisementIntervalMicros: 1_000_000, downTimerAdvertisements: 3,
      isPreempting: true, preemptDelayMicros: 0, addresses: [{ address: 0xc0a80164, prefixLength: 24 }], excludedAddresses: [], source: 0, unicastPeers: [], unicastTimeToLive: 255, gratuitousArp: garp,
      isLowerPriorityAnswered: true, isHigherPriorityAnswered: false, isOwnInterfaceIgnored: false, watchedInterfaces: [], watchedScripts: [] }] });
  });

  test('global settings hold for instances before them, and an instance has the last word', () => {
    const { configuration } = read(`${instance('  garp_master_repeat 2')}global_defs {\n  vrrp_version 3\n  vrrp_garp_master_delay 1.5\n  vrrp_garp_master_repeat 7\n  vrrp_garp_lower_prio_delay 9\n}\n`);
    const [{ version, gratuitousArp }] = configuration.vrrp.instances;
    expect([version, gratuitousArp.masterDelayMicros, gratuitousArp.masterRepeat, gratuitousArp.lowerPriorityDelayMicros, gratuitousArp.lowerPriorityRepeat]).toEqual([3, 1_500_000, 2, 9_000_000, 2]);
  });

  test('comments, quotation marks, definitions, braces on a line of their own, includes', () => {
    const { configuration, errors } = read('! a comment\n$ID=77\n$IF=eth1\ninclude more.conf\nvrrp_instance "web server" # another\n{\n  interface $IF\n  virtual_router_id ${ID}\n  virtual_ipaddress { 10.0.0.1 }\n}\n',
      { 'more.conf': instance('', 'other') });
    expect(errors).toEqual([]);
    expect(configuration.vrrp.instances.map((each) => [each.name, each.interfaceName, each.virtualRouterId, each.addresses[0].prefixLength])).toEqual([['other', 'eth0', 51, 24], ['web server', 'eth1', 77, 32]]);
  });

  test('checks with their weights, the one at the instance before the one at the script', () => {
    const script = 'vrrp_script up {\n  script "/bin/true"\n  interval 2\n  fall 3\n  rise 4\n  weight -20\n  init_fail\n}\n';
    const { configuration } = read(`${script}${instance('  track_script {\n    up\n    up weight 5 reverse\n  }\n  track_interface {\n    eth1\n    eth2 weight 10\n  }')}`);
    expect(configuration.vrrp.scripts).toEqual([{ name: 'up', intervalMicros: 2_000_000, rise: 4, fall: 3, isFailedAtStart: true }]);
    const [{ watchedScripts, watchedInterfaces }] = configuration.vrrp.instances;
    expect(watchedScripts).toEqual([{ name: 'up', weight: -20, isReverse: false }, { name: 'up', weight: 5, isReverse: true }]);
    expect(watchedInterfaces).toEqual([{ name: 'eth1', weight: 0, isReverse: false }, { name: 'eth2', weight: 10, isReverse: false }]);
    expect(configuration.interfaces.map((each) => each.name)).toEqual(['eth0', 'eth1', 'eth2']);
  });

  test('what has no bearing, what is not acted on, and what keepalived itself overrides, is noted', () => {
    const { errors, notes } = read(`global_defs {\n  router_id x\n  vrrp_strict\n}\nvirtual_server 1.2.3.4 80 {\n  delay_loop 6\n}\n${instance('  state MASTER\n  nopreempt\n  notify "/bin/x"\n  use_vmac')}`);
    expect(errors).toEqual([]);
    expect(notes).toEqual([
      '2:3 without-bearing: "router_id" has no bearing on the network',
      '3:3 not-acted-on: "vrrp_strict" is not acted on',
      '5:1 not-acted-on: "virtual_server" is not acted on',
      '16:3 without-bearing: "notify" has no bearing on the network',
      '17:3 not-acted-on: "use_vmac" is not acted on',
      '15:3 attention: nopreempt does not work with the initial state MASTER: keepalived clears it',
    ]);
  });
});

describe('mistakes, each with its place', () => {
  test.each<readonly [string, string, string]>([
    ['an unknown keyword', instance('  priorty 100'), 'keepalived.conf:7:3: unknown keyword "priorty" in vrrp_instance'],
    ['a number out of range', instance('  priority 256'), 'keepalived.conf:7:12: "priority" must be a whole number from 1 to 255, not "256"'],
    ['no number', instance('  priority high'), 'keepalived.conf:7:12: "priority" must be a whole number from 1 to 255, not "high"'],
    ['a value too many', instance('  priority 1 2'), 'keepalived.conf:7:14: nothing may follow the value of "priority", but there is "2"'],
    ['no value', instance('  priority'), 'keepalived.conf:7:3: "priority" needs a value'],
    ['a state', instance('  state SLAVE'), 'keepalived.conf:7:9: "state" must be MASTER or BACKUP, not "SLAVE"'],
    ['an address', 'vrrp_instance a {\n  interface eth0\n  virtual_router_id 1\n  virtual_ipaddress {\n    300.1.1.1\n  }\n}\n', 'keepalived.conf:5:5: a virtual address must be A.B.C.D or A.B.C.D/M, not "300.1.1.1"'],
    ['nothing that it must have', 'vrrp_instance a {\n}\n', 'keepalived.conf:1:1: the vrrp_instance "a" needs interface, virtual_router_id, virtual_ipaddress'],
    ['fractions in version 2', instance('  advert_int 0.5'), 'keepalived.conf:7:14: VRRP version 2 counts advertisements in whole seconds'],
    ['too long for version 3', instance('  version 3\n  advert_int 41'), 'keepalived.conf:8:14: VRRP version 3 has room for 40.95 seconds'],
    ['IPsec', instance('  authentication {\n    auth_type AH\n  }'), 'keepalived.conf:8:15: auth_type AH (an IPsec authentication header) is not emulated: PASS'],
    ['a script that is not there', instance('  track_script {\n    chek\n  }'), 'keepalived.conf:8:5: there is no vrrp_script "chek"'],
    ['a group without such a member', `${instance()}vrrp_sync_group g {\n  group {\n    web\n    wbe\n  }\n}\n`, 'keepalived.conf:12:5: there is no vrrp_instance "wbe"; did you mean "web"?'],
    ['a name twice', instance() + instance(), 'keepalived.conf:9:15: there is a vrrp_instance "web" already'],
    ['a block that is not closed', 'vrrp_instance a {\n  interface eth0\n', 'keepalived.conf:1:17: this block is not closed: "}" is missing'],
    ['a brace too many', `${instance()}}\n`, 'keepalived.conf:9:1: there is no block to close'],
    ['a quotation mark', `${instance()}router "x\n`, 'keepalived.conf:9:8: this quotation mark is not closed in its line'],
    ['a file that is not there', `include other.conf\n${instance()}`, 'keepalived.conf:1:9: there is no file other.conf'],
    ['nothing in it', '\n', 'keepalived.conf:1:1: there is no vrrp_instance in it: nothing would follow'],
  ])('%s', (_what, text, error) => {
    expect(read(text).errors.some((each) => each.startsWith(error)), read(text).errors.join('\n')).toBe(true);
  });

  test('a file that includes itself ends', () => {
    expect(read('include a.conf\n', { 'a.conf': 'include a.conf\n' }).errors[0]).toContain('deep');
  });
});
