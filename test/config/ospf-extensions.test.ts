/** What `router ospf` says about stub routers, opaque LSAs, router information and graceful restart, and what is said about mistakes in it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/config/system-configuration.js';
import { parseOspfdConf } from '../../src/config/topology/system-file.js';
import { parseEventAction } from '../../src/config/topology/event-action.js';
import { loadTopology } from '../../src/config/topology/topology.js';

const said = (...lines: string[]) => {
  const parsed = parseOspfdConf(['router ospf', ...lines.map((line) => ` ${line}`)].join('\n'), 'ospfd.conf', 'frr');
  expect(parsed.errors.map(String)).toEqual([]);
  const { stubRouter, isOpaqueCapable, routerInformation, gracefulRestart, gracefulRestartHelper } = parsed.system.ospf.build([], undefined);
  return { notes: parsed.notes.map(String), stubRouter, isOpaqueCapable, routerInformation, gracefulRestart, gracefulRestartHelper };
};
const errorsOf = (line: string, dialect: Dialect = 'frr'): string[] =>
  parseOspfdConf(line.startsWith(' ip ') ? `interface eth0\n${line}` : `router ospf\n${line}`, 'ospfd.conf', dialect).errors.map(String);

describe('statements', () => {
  it('the stub router, three ways, and taken back', () => {
    expect(said('max-metric router-lsa administrative').stubRouter).toEqual({ isAdministrative: true });
    expect(said('max-metric router-lsa on-startup 86400', 'max-metric router-lsa on-shutdown 5').stubRouter)
      .toEqual({ isAdministrative: false, onStartupSeconds: 86400, onShutdownSeconds: 5 });
    expect(said('max-metric router-lsa administrative', 'max-metric router-lsa on-startup 9', 'no max-metric router-lsa administrative',
      'no max-metric router-lsa on-startup', 'no max-metric router-lsa on-shutdown 7').stubRouter).toBeUndefined();
  });

  it('opaque LSAs in both spellings, router information with the first scope that is said', () => {
    expect(said('capability opaque').isOpaqueCapable).toBe(true);
    expect(said('ospf opaque-lsa', 'no capability opaque').isOpaqueCapable).toBe(false);
    expect(said('router-info as').routerInformation).toBe('as');
    const twice = said('router-info area 0.0.0.1', 'router-info as', 'pce address 10.0.0.1');
    expect([twice.routerInformation, twice.notes.length]).toEqual(['area', 3]);
    expect(said('router-info as', 'no router-info').routerInformation).toBeUndefined();
  });

  it('graceful restart, both sides', () => {
    expect(said('graceful-restart').gracefulRestart).toEqual({ gracePeriodSeconds: 120 });
    expect(said('graceful-restart grace-period 1800').gracefulRestart).toEqual({ gracePeriodSeconds: 1800 });
    expect(said('graceful-restart', 'graceful-restart helper enable', 'no graceful-restart').gracefulRestartHelper?.isEnabled).toBe(true);
    expect(said('graceful-restart helper strict-lsa-checking').gracefulRestartHelper).toBeUndefined(); // nobody is helped
    expect(said('graceful-restart helper enable 1.2.3.4', 'no graceful-restart helper strict-lsa-checking', 'graceful-restart helper supported-grace-time 10',
      'graceful-restart helper planned-only').gracefulRestartHelper)
      .toEqual({ isEnabled: false, routerIds: new Set([0x01020304]), isStrict: false, supportedGraceSeconds: 10, isPlannedOnly: true });
    expect(said('graceful-restart helper enable 1.2.3.4', 'graceful-restart helper enable', 'no graceful-restart helper enable').gracefulRestartHelper?.isEnabled).toBe(false);
  });
});

describe('mistakes', () => {
  it.each([
    [' max-metric router-lsa on-startup 4', 'ospfd.conf:2:35: "4" is not allowed after "max-metric router-lsa on-startup"; allowed: <5-86400>'],
    [' max-metric router-lsa on-shutdown 101', 'ospfd.conf:2:36: "101" is not allowed after "max-metric router-lsa on-shutdown"; allowed: <5-100>'],
    [' max-metric router-lsa', 'ospfd.conf:2:23: the statement is incomplete: administrative, on-startup or on-shutdown must follow "max-metric router-lsa"'],
    [' router-info link', 'ospfd.conf:2:14: "link" is not allowed after "router-info"; allowed: as or area'],
    [' graceful-restart grace-period 0', 'ospfd.conf:2:32: "0" is not allowed after "graceful-restart grace-period"; allowed: <1-1800>'],
    [' graceful-restart helper supported-grace-time 9', 'ospfd.conf:2:47: "9" is not allowed after "graceful-restart helper supported-grace-time"; allowed: <10-1800>'],
  ])('%s', (line, message) => {
    expect(errorsOf(line)).toEqual([message]);
  });

  it('Zebra knows none of it, and FRR 8.4 no prefix suppression', () => {
    expect(errorsOf(' max-metric router-lsa administrative', 'zebra')[0]).toMatch(/^ospfd\.conf:2:2: .*Zebra does not know it/);
    expect(errorsOf(' ip ospf prefix-suppression')[0]).toBe('ospfd.conf:2:2: "ip ospf prefix-suppression": FRR has it from 9.1 on; 8.4, which is emulated, does not know it');
  });

  it('a graceful restart of a router that is not told how', () => {
    const { nodes } = loadTopology('topologies/graceful-restart.yaml', { readFile: (file) => readFileSync(file, 'utf8') }).plan;
    const node = (name: string) => nodes.find((each) => each.name === name) ?? nodes[0];
    expect(parseEventAction('graceful-restart', node('core'))).toEqual({ kind: 'graceful-restart' });
    expect(parseEventAction('graceful-restart', node('east'))).toBe('east cannot restart gracefully: its configuration has no "graceful-restart"');
    expect(parseEventAction('graceful-restart', node('client'))).toBe('client runs no ospfd of FRR that could restart gracefully');
    expect(parseEventAction('graceful-restart ospfd', node('core'))).toBe('nothing may follow "graceful-restart"');
  });
});
