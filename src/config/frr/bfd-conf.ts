/**
 * BFD as FRR's bfdd and ospfd read it: the `bfd` block with its peers and profiles, and `ip ospf bfd`.
 *
 * Not emulated and refused by name: several hops, and echo packets (their interval is said in every packet all the same).
 */
import type { BfdSettings } from '../../host/bfd.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import type { Captures } from './vty.js';

const BFDD = ['bfdd'] as const;
const INTERVAL = '<10-60000>';

type Change = { -readonly [Key in keyof BfdSettings]: BfdSettings[Key] };

/** A line inside a peer or a profile, and its `no` form. */
function setting(pattern: string, change: (captures: Captures) => Change): StatementRule {
  return {
    block: 'bfd session', daemons: BFDD, dialect: 'frr', pattern, leastNegatedWords: pattern.split(' ').length,
    apply: (captures, reader) => Object.assign(reader.bfdSettings, change(captures)),
  };
}

function flag(word: string, set: (isSet: boolean) => Change): StatementRule[] {
  return [setting(word, () => set(true)), setting(`no ${word}`, () => set(false))];
}

function openPeer(captures: Captures, reader: StatementReader): void {
  const settings: Change = {};
  reader.bfdSettings = settings;
  const interfaceName = captures.optionalText('interface');
  const peer = { peer: captures.number('peer'), ...(interfaceName === undefined ? {} : { interfaceName }), settings };
  const { peers } = reader.system.bfd;
  const earlier = peers.find((each) => each.peer === peer.peer && each.interfaceName === interfaceName);
  if (earlier === undefined) peers.push(peer);
  else reader.bfdSettings = earlier.settings;
  reader.bfdPeer = earlier ?? peer;
}

export const BFD_STATEMENTS: readonly StatementRule[] = [
  { block: 'top', daemons: BFDD, dialect: 'frr', pattern: 'bfd', opens: 'bfd' },
  { block: 'bfd', daemons: BFDD, dialect: 'frr', pattern: 'peer peer:A.B.C.D [ local-address local:A.B.C.D ] [ interface interface:IFNAME ]', opens: 'bfd session', apply: openPeer },
  { block: 'bfd', daemons: BFDD, dialect: 'frr', pattern: 'peer peer:A.B.C.D multihop [ local-address local:A.B.C.D ] [ interface interface:IFNAME ]', refusal: 'sessions over several hops are not emulated' },
  {
    block: 'bfd', daemons: BFDD, dialect: 'frr', pattern: 'profile name:WORD', opens: 'bfd session', identityWords: 2,
    apply: (captures, reader) => {
      const { profiles } = reader.system.bfd;
      const settings: Change = profiles.get(captures.text('name')) ?? {};
      profiles.set(captures.text('name'), settings);
      reader.bfdSettings = settings;
      reader.bfdPeer = undefined;
    },
  },
  setting('detect-multiplier times:<2-255>', (captures) => ({ detectMultiplier: captures.number('times') })),
  setting(`receive-interval milliseconds:${INTERVAL}`, (captures) => ({ receiveIntervalMs: captures.number('milliseconds') })),
  setting(`transmit-interval milliseconds:${INTERVAL}`, (captures) => ({ transmitIntervalMs: captures.number('milliseconds') })),
  setting(`echo receive-interval milliseconds:${INTERVAL}`, (captures) => ({ echoReceiveIntervalMs: captures.number('milliseconds') })),
  setting('echo receive-interval disabled', () => ({ echoReceiveIntervalMs: 0 })),
  ...flag('shutdown', (isShutdown) => ({ isShutdown })),
  ...flag('passive-mode', (isPassive) => ({ isPassive })),
  {
    block: 'bfd session', daemons: BFDD, dialect: 'frr', pattern: 'profile name:WORD', identityWords: 1, leastNegatedWords: 2,
    apply: (captures, reader) => {
      if (reader.bfdPeer === undefined) reader.error('a profile has no profile');
      else reader.bfdPeer.profile = captures.text('name');
    },
  },
  { block: 'bfd session', daemons: BFDD, dialect: 'frr', pattern: 'echo-mode', refusal: 'echo packets are not emulated' },
  { block: 'bfd session', daemons: BFDD, dialect: 'frr', pattern: `echo transmit-interval milliseconds:${INTERVAL}` },
  { block: 'bfd session', daemons: BFDD, dialect: 'frr', pattern: `echo-interval milliseconds:${INTERVAL}` },
  { block: 'bfd session', daemons: BFDD, dialect: 'frr', pattern: 'minimum-ttl hops:<1-254>' },
  {
    block: 'interface', daemons: ['ospfd'], dialect: 'frr', pattern: 'ip ospf bfd',
    apply: (_captures, reader) => {
      reader.ospf.interfaceNamed(reader.interfaceName).bfd ??= { settings: {} };
    },
  },
  {
    block: 'interface', daemons: ['ospfd'], dialect: 'frr', pattern: 'ip ospf bfd times:<2-255> receive:<50-60000> transmit:<50-60000>', identityWords: 2,
    apply: (captures, reader) => {
      const target = reader.ospf.interfaceNamed(reader.interfaceName);
      target.bfd = { ...target.bfd, settings: { detectMultiplier: captures.number('times'), receiveIntervalMs: captures.number('receive'), transmitIntervalMs: captures.number('transmit') } };
    },
  },
  {
    block: 'interface', daemons: ['ospfd'], dialect: 'frr', pattern: 'ip ospf bfd profile name:WORD', identityWords: 3,
    apply: (captures, reader) => {
      const target = reader.ospf.interfaceNamed(reader.interfaceName);
      if (target.bfd === undefined) reader.error('"ip ospf bfd" comes first: without it FRR does not take this');
      else target.bfd = { ...target.bfd, profile: captures.text('name') };
    },
  },
];
