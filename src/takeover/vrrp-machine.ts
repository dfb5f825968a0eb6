/**
 * The states of a virtual router and what happens to them. [5798:6.4] Read vrrp-instance.ts for what the actions do.
 *
 * RFC 5798 has three states. The fourth, Fault, is keepalived's: the interface is down, or something that it watches is, and the router neither
 * speaks nor listens until that is over; then it waits as a backup does.
 */

export type VrrpState = 'Initialize' | 'Backup' | 'Master' | 'Fault';

export type VrrpEvent =
  /** The daemon starts and its interface is up. */
  | 'Startup'
  /** As Startup, of the addresses' owner (priority 255). */
  | 'OwnerStartup'
  /** The daemon starts, and its interface, or what it watches, is down. */
  | 'FaultyStartup'
  | 'Shutdown'
  | 'MasterDownTimer'
  | 'AdvertisementTimer'
  /** Advertisements, by what they say beside the local priority; between equals the higher address counts as higher. */
  | 'PriorityZeroReceived'
  | 'LowerReceived'
  | 'HigherReceived'
  /** An advertisement of a lower priority that is let be: preemption is off or put off. */
  | 'ToleratedReceived'
  | 'FaultBegins'
  | 'FaultEnds'
  /** As FaultEnds, of the owner. */
  | 'OwnerFaultEnds';

export type VrrpAction =
  | 'take-addresses'
  | 'give-addresses'
  | 'advertise'
  /** "The master stops here." */
  | 'advertise-release'
  | 'announce'
  /** Gratuitous ARP once more: somebody else has just said that the addresses are elsewhere. */
  | 'announce-again'
  | 'arm-advertisement'
  | 'arm-master-down'
  | 'arm-skew'
  | 'stop-timers';

export interface VrrpCell {
  readonly to: VrrpState;
  readonly actions: readonly VrrpAction[];
}

function stay(to: VrrpState, ...actions: VrrpAction[]): VrrpCell {
  return { to, actions };
}

const go = stay;
/** Cannot happen in this state, or changes nothing. */
const NOT_IN: Record<VrrpState, VrrpCell> = { Initialize: stay('Initialize'), Backup: stay('Backup'), Master: stay('Master'), Fault: stay('Fault') };

const BECOME_MASTER: readonly VrrpAction[] = ['advertise', 'take-addresses', 'announce', 'arm-advertisement'];

export const VRRP_TRANSITIONS = {
  Initialize: {
    Startup: go('Backup', 'arm-master-down'), // [5798:6.4.1]
    OwnerStartup: go('Master', ...BECOME_MASTER), // [5798:6.4.1]
    FaultyStartup: go('Fault'),
    Shutdown: NOT_IN.Initialize,
    MasterDownTimer: NOT_IN.Initialize,
    AdvertisementTimer: NOT_IN.Initialize,
    PriorityZeroReceived: NOT_IN.Initialize,
    LowerReceived: NOT_IN.Initialize,
    HigherReceived: NOT_IN.Initialize,
    ToleratedReceived: NOT_IN.Initialize,
    FaultBegins: NOT_IN.Initialize,
    FaultEnds: NOT_IN.Initialize,
    OwnerFaultEnds: NOT_IN.Initialize,
  },
  Backup: {
    Startup: NOT_IN.Backup,
    OwnerStartup: NOT_IN.Backup,
    FaultyStartup: NOT_IN.Backup,
    Shutdown: go('Initialize', 'stop-timers'), // [5798:6.4.2]
    MasterDownTimer: go('Master', ...BECOME_MASTER), // [5798:6.4.2]
    AdvertisementTimer: NOT_IN.Backup,
    PriorityZeroReceived: stay('Backup', 'arm-skew'), // [5798:6.4.2]
    LowerReceived: stay('Backup'), // [5798:6.4.2]
    HigherReceived: stay('Backup', 'arm-master-down'), // [5798:6.4.2]
    ToleratedReceived: stay('Backup', 'arm-master-down'), // [5798:6.4.2]
    FaultBegins: go('Fault', 'stop-timers'),
    FaultEnds: NOT_IN.Backup,
    OwnerFaultEnds: NOT_IN.Backup,
  },
  Master: {
    Startup: NOT_IN.Master,
    OwnerStartup: NOT_IN.Master,
    FaultyStartup: NOT_IN.Master,
    Shutdown: go('Initialize', 'stop-timers', 'advertise-release', 'give-addresses'), // [5798:6.4.3]
    MasterDownTimer: NOT_IN.Master,
    AdvertisementTimer: stay('Master', 'advertise', 'arm-advertisement'), // [5798:6.4.3]
    PriorityZeroReceived: stay('Master', 'advertise', 'arm-advertisement'), // [5798:6.4.3]
    // The standard discards it [5798:6.4.3]; keepalived says at once who is master, and where the addresses are.
    LowerReceived: stay('Master', 'advertise', 'announce-again', 'arm-advertisement'),
    HigherReceived: go('Backup', 'stop-timers', 'give-addresses', 'arm-master-down'), // [5798:6.4.3]
    ToleratedReceived: stay('Master', 'advertise', 'announce-again', 'arm-advertisement'),
    FaultBegins: go('Fault', 'stop-timers', 'advertise-release', 'give-addresses'),
    FaultEnds: NOT_IN.Master,
    OwnerFaultEnds: NOT_IN.Master,
  },
  Fault: {
    Startup: NOT_IN.Fault,
    OwnerStartup: NOT_IN.Fault,
    FaultyStartup: NOT_IN.Fault,
    Shutdown: go('Initialize'),
    MasterDownTimer: NOT_IN.Fault,
    AdvertisementTimer: NOT_IN.Fault,
    PriorityZeroReceived: NOT_IN.Fault,
    LowerReceived: NOT_IN.Fault,
    HigherReceived: NOT_IN.Fault,
    ToleratedReceived: NOT_IN.Fault,
    FaultBegins: NOT_IN.Fault,
    FaultEnds: go('Backup', 'arm-master-down'),
    OwnerFaultEnds: go('Master', ...BECOME_MASTER),
  },
} as const satisfies Record<VrrpState, Record<VrrpEvent, VrrpCell>>;
