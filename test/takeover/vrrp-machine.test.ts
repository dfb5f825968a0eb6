/**
 * The virtual router's states: every cell of the table, against what RFC 5798, 6.4 says in prose and keepalived does beyond it.
 */
import { expect, test } from 'vitest';
import { VRRP_TRANSITIONS, type VrrpCell, type VrrpEvent, type VrrpState } from '../../src/takeover/vrrp-machine.js';

const STATES = Object.keys(VRRP_TRANSITIONS) as VrrpState[];
const EVENTS = Object.keys(VRRP_TRANSITIONS.Initialize) as VrrpEvent[];

/** State, event -> state and actions; everything that is not here changes nothing. */
const EXPECTED: Record<string, string> = {
  'Initialize Startup': 'Backup arm-master-down',
  'Initialize OwnerStartup': 'Master advertise take-addresses announce arm-advertisement',
  'Initialize FaultyStartup': 'Fault',
  'Backup Shutdown': 'Initialize stop-timers',
  'Backup MasterDownTimer': 'Master advertise take-addresses announce arm-advertisement',
  'Backup PriorityZeroReceived': 'Backup arm-skew',
  'Backup HigherReceived': 'Backup arm-master-down',
  'Backup ToleratedReceived': 'Backup arm-master-down',
  'Backup FaultBegins': 'Fault stop-timers',
  'Master Shutdown': 'Initialize stop-timers advertise-release give-addresses',
  'Master AdvertisementTimer': 'Master advertise arm-advertisement',
  'Master PriorityZeroReceived': 'Master advertise arm-advertisement',
  'Master LowerReceived': 'Master advertise announce-again arm-advertisement',
  'Master ToleratedReceived': 'Master advertise announce-again arm-advertisement',
  'Master HigherReceived': 'Backup stop-timers give-addresses arm-master-down',
  'Master FaultBegins': 'Fault stop-timers advertise-release give-addresses',
  'Fault Shutdown': 'Initialize',
  'Fault FaultEnds': 'Backup arm-master-down',
  'Fault OwnerFaultEnds': 'Master advertise take-addresses announce arm-advertisement',
};

test.each(STATES.flatMap((state) => EVENTS.map((event) => [state, event] as const)))('%s, %s', (state, event) => {
  const { to, actions }: VrrpCell = VRRP_TRANSITIONS[state][event];
  expect([to, ...actions].join(' ')).toBe(EXPECTED[`${state} ${event}`] ?? state);
});
