/**
 * Statements about the daemon's own terminal, log and boot: every daemon takes them, none has a bearing on what the
 * network does. They are recognised word for word, so that a misspelling is still found.
 */
import type { StatementRule } from './statement-reader.js';

const LEVEL = '(emergencies|alerts|critical|errors|warnings|notifications|informational|debugging)';
const FACILITY = '(kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|local0|local1|local2|local3|local4|local5|local6|local7)';

const EVERY_DAEMON = ['zebra', 'ospfd', 'staticd', 'bfdd'] as const;

const BOTH: readonly string[] = [
  'hostname name:WORD',
  'password [ (8) ] word:WORD',
  'enable password [ (8) ] word:WORD',
  `log file name:WORD [ ${LEVEL} ]`,
  `log stdout [ ${LEVEL} ]`,
  `log monitor [ ${LEVEL} ]`,
  `log syslog [ ${LEVEL} ]`,
  `log facility ${FACILITY}`,
  'log record-priority',
  'no log (file|stdout|monitor|syslog|facility|record-priority) [ rest:LINE ]',
  'service advanced-vty',
  'service password-encryption',
  'service terminal-length lines:<0-512>',
  'no service (advanced-vty|password-encryption|terminal-length)',
  'banner motd file name:WORD',
  'no banner motd',
];

const FRR_ONLY: readonly string[] = [
  'log timestamp precision digits:<0-6>',
  'no log timestamp precision',
  'log commands',
  'service integrated-vtysh-config',
  'no service integrated-vtysh-config',
  'frr version version:LINE',
  'frr defaults (traditional|datacenter)',
  'domainname name:WORD',
  'banner motd line text:LINE',
];

const ZEBRA_ONLY: readonly string[] = ['banner motd default', `log trap ${LEVEL}`, 'no log trap'];

const TERMINAL: readonly string[] = [
  'access-class list:WORD',
  'no access-class [ list:WORD ]',
  'exec-timeout minutes:<0-35791> [ seconds:<0-2147483> ]',
  'no exec-timeout',
  'login',
  'no login',
];

export const SESSION_STATEMENTS: readonly StatementRule[] = [
  ...BOTH.map((pattern): StatementRule => ({ block: 'top', daemons: EVERY_DAEMON, pattern })),
  ...FRR_ONLY.map((pattern): StatementRule => ({ block: 'top', daemons: EVERY_DAEMON, dialect: 'frr', pattern })),
  ...ZEBRA_ONLY.map((pattern): StatementRule => ({ block: 'top', daemons: EVERY_DAEMON, dialect: 'zebra', pattern })),
  ...TERMINAL.map((pattern): StatementRule => ({ block: 'line vty', daemons: EVERY_DAEMON, pattern })),
  { block: 'top', daemons: EVERY_DAEMON, pattern: 'line vty', opens: 'line vty' },
  // Written by the systems themselves after a block.
  { block: 'top', daemons: EVERY_DAEMON, pattern: '(exit|quit|end)', apply: () => {} },
  {
    block: 'top',
    daemons: EVERY_DAEMON,
    dialect: 'zebra',
    pattern: 'router (bgp|rip|ripng|ospf6) [ rest:LINE ]',
    refusal: 'failover emulates no routing protocol but OSPF for IPv4; take the block out, or out of a copy',
  },
];
