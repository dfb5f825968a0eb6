/**
 * How one generation of heartbeat differs from another, as data. The values, and where each comes from, are in persona/heartbeat-*.
 */
import type { Micros } from '../base/micros.js';

/** The least and the most; drawn evenly each time. */
export type Span = readonly [Micros, Micros];

/** What a log line says. `$1`, `$2`... stand for its parts; an empty text is not logged. */
export type HeartbeatText =
  | 'banner' | 'validated' | 'version' | 'firstGeneration' | 'generation' | 'newUuid' | 'fifo' | 'serialStarted' | 'udpStarted' | 'udpClosed'
  | 'localStatus' | 'commUp' | 'restart' | 'linkUp' | 'linkDead' | 'nodeStatus' | 'nodeDead' | 'noStonith' | 'notProtected' | 'acquiredFrom'
  | 'gaveUp' | 'lateHeartbeat' | 'veryLateHeartbeat' | 'partition' | 'partitionUrl' | 'deadtimeSmall' | 'lostPackets' | 'noneMissing'
  | 'localTransition' | 'remoteTransition' | 'initialDone' | 'noLocal' | 'localDone' | 'localNone' | 'wantsStandby' | 'canTake' | 'giveUp'
  | 'standbyReleased' | 'standbyLocalDone' | 'standbyAcquire' | 'acquire' | 'standbyAcquired' | 'standbyDone' | 'otherStandbyDone'
  | 'machDownDaemon' | 'shutdown' | 'shutdownDelayed' | 'givingUp' | 'relinquished' | 'shutdownNotice' | 'takeoverCancelled' | 'killing'
  | 'coreExited' | 'shutdownDone' | 'restartTriggered' | 'restarting' | 'restartExec' | 'resetting' | 'reset' | 'notReset' | 'stonithRetry'
  | 'bothOwnOurs' | 'bothOwnForeign' | 'standbyInFlux' | 'badAuthentication' | 'unknownNode';

/** Lines that scripts write. */
export type ScriptText =
  | 'running' | 'takingOver' | 'acquiringGroup' | 'releasingGroup' | 'runningScript' | 'stopped' | 'netmask' | 'ifconfig' | 'success' | 'runningOk'
  | 'gratuitousArp' | 'ifconfigDown' | 'niceFailback' | 'machDown' | 'receivedResponse' | 'goingStandby' | 'moduleWarning' | 'failed' | 'givingUpGroup';

export interface HeartbeatBehaviour {
  /** For messages: `heartbeat 3.0.6`. */
  readonly name: string;
  readonly form: 'classic' | 'netstring';
  /** Fields that only later generations have: dt, protocol, the uuids. */
  readonly hasIdentity: boolean;
  /** Every tenth message of a node is acknowledged by everybody. */
  readonly hasFlowControl: boolean;
  /** Nodes compare their lists of nodes before they are active. */
  readonly hasNodeLists: boolean;
  /** `Heartbeat restart` is said of the first packet of a node, too. */
  readonly isFirstPacketRestart: boolean;
  /** Statuses that the daemon goes through when it starts. */
  readonly startStatuses: readonly string[];
  /** They are announced at once; otherwise the first heartbeat goes out a keepalive later. */
  readonly isStartAnnounced: boolean;
  /** From the start of the daemon to its first message. */
  readonly startUpMicros: Span;
  /** The main loop looks at what has arrived once in this time; 0: at once. */
  readonly pollMicros: Micros;
  /** From an arrival until the main loop can see it. */
  readonly readMicros: Span;
  /** A node's deadtime is over: how much later that is noticed. */
  readonly deadNoticeMicros: Span;
  /** For a while after the start deadtime is longer. */
  readonly graceMicros: Micros;
  readonly graceExtraMicros: Micros;
  /** local resources are taken this long after the first word about resources. */
  readonly resourceWaitMicros: Micros;
  /** After a partition: until the daemon gives everything up to start anew. */
  readonly partitionRestartMicros: Micros;
  /** From the end of the release to the end of the daemon. */
  readonly finalMicros: Micros;
  /** What is added to deadtime while it starts anew, so that nobody takes it for dead. */
  readonly restartExtraMicros: Micros;
  /** Between the end of a daemon and the next when it starts anew: this and deadtime. */
  readonly restartPauseMicros: Micros;
  readonly scripts: ScriptDelays;
  readonly gratuitousArp: GratuitousArpBurst;
  readonly log: HeartbeatLogStyle;
  /** Scripts in the folder of resource scripts; all others are init scripts. */
  readonly resourceFolder: string;
  readonly resourceScripts: ReadonlySet<string>;
  readonly initFolder: string;
  readonly texts: Readonly<Record<HeartbeatText, string>>;
  readonly scriptTexts: Readonly<Record<ScriptText, string>>;
}

/** What shell scripts and their children cost. */
export interface ScriptDelays {
  /** From the daemon to the first line of `harc`. */
  readonly harc: Span;
  readonly machDown: Span;
  readonly takegroup: Span;
  readonly givegroup: Span;
  readonly status: Span;
  readonly launch: Span;
  /** From IPaddr's start to the address, and to its end. */
  readonly ipaddrUp: Span;
  readonly ipaddrDone: Span;
  readonly ipaddrDown: Span;
  /** A stop of what does not run. */
  readonly idleStop: Span;
  /** Filesystem and services whose duration nobody gave. */
  readonly filesystem: Span;
  readonly service: Span;
  /** A child of the daemon, beside the scripts that it runs. */
  readonly child: Span;
  /** The end of a script, until its message is out. */
  readonly end: Span;
  /** When another node hands over: until the children are done that come before mach_down. */
  readonly handover: Span;
}

export interface GratuitousArpBurst {
  readonly frames: number;
  readonly spacingMicros: Micros;
  /** In turn. */
  readonly forms: readonly ('request' | 'reply')[];
  readonly delayMicros: Span;
}

export interface HeartbeatLogStyle {
  /** `classic`: heartbeat: DATE_TIME level: text. `syslog`: Mon DD HH:MM:SS host heartbeat: [pid]: level: text, and DATE_TIME for scripts. */
  readonly form: 'classic' | 'syslog';
}
