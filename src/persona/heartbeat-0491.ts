/**
 * heartbeat 0.4.9.1, the Redpaper's. Nothing of it could be measured: its log lines are those of examples 23 and 26, its timing what they allow
 * (all of a take-over up to the first script within one second), its messages the classic form of the documentation.
 *
 * Our reading, where the paper is silent: timeouts are looked at once a second; a partition ends as with 3.0.6, in a new start of both (the paper
 * says that after `cp sleep` lnx41 released the resources and lnx31 started the Web server again); five pairs of gratuitous ARP, a second apart.
 */
import { MILLISECOND, SECOND } from '../base/micros.js';
import type { HeartbeatBehaviour } from '../takeover/heartbeat-behaviour.js';
import { HEARTBEAT_306 } from './heartbeat-306.js';

const ms = (least: number, most: number): readonly [number, number] => [least * MILLISECOND, most * MILLISECOND];

export const HEARTBEAT_0491: HeartbeatBehaviour = {
  ...HEARTBEAT_306,
  name: 'heartbeat 0.4.9.1',
  form: 'classic',
  hasIdentity: false,
  hasFlowControl: false,
  hasNodeLists: false,
  isFirstPacketRestart: true,
  startStatuses: ['up'],
  // Example 23: up at 12:35:40, its own first heartbeat at 12:35:42.
  isStartAnnounced: false,
  startUpMicros: ms(20, 60),
  pollMicros: 0,
  readMicros: ms(1, 5),
  deadNoticeMicros: ms(20, 980),
  graceMicros: 0,
  graceExtraMicros: 0,
  restartExtraMicros: 0,
  scripts: {
    harc: ms(5, 12),
    machDown: ms(5, 12),
    takegroup: ms(5, 12),
    givegroup: ms(5, 12),
    status: ms(5, 15),
    launch: ms(2, 6),
    ipaddrUp: ms(10, 25),
    ipaddrDone: ms(5, 15),
    ipaddrDown: ms(10, 25),
    idleStop: ms(10, 30),
    filesystem: ms(40, 150),
    service: ms(20, 60),
    child: ms(5, 15),
    end: ms(5, 10),
    handover: ms(10, 30),
  },
  gratuitousArp: { frames: 10, spacingMicros: 500 * MILLISECOND, forms: ['request', 'reply'], delayMicros: ms(1, 8) },
  partitionRestartMicros: 2 * SECOND,
  log: { form: 'classic' },
  resourceFolder: '/etc/ha.d/resource.d',
  resourceScripts: new Set(['AudibleAlarm', 'Filesystem', 'IPaddr', 'LVM', 'MailTo', 'WinPopup', 'datadisk', 'ICP', 'ServeRAID']),
  initFolder: '/etc/rc.d/init.d',
  texts: {
    ...HEARTBEAT_306.texts,
    banner: '*****',
    validated: 'Configuration validated. Starting heartbeat 0.4.9.1',
    version: 'heartbeat: version 0.4.9.1',
    firstGeneration: '',
    newUuid: '',
    fifo: 'Creating FIFO /var/run/heartbeat-fifo.',
    serialStarted: 'Starting serial heartbeat on tty $1',
    udpStarted: 'UDP heartbeat started on port $1 interface $2',
    udpClosed: '',
    commUp: '',
    nodeStatus: 'Node $1: status $2',
    noStonith: '',
    notProtected: '',
    acquiredFrom: '',
    gaveUp: '',
    noLocal: 'No local resources [/usr/lib/heartbeat/ResourceManager listkeys $1]',
    localDone: 'Resource acquisition completed.',
    localNone: 'Resource acquisition completed. (none)',
    initialDone: '',
    partitionUrl: '',
    killing: '',
    coreExited: '',
  },
  scriptTexts: {
    ...HEARTBEAT_306.scriptTexts,
    running: 'Running /etc/ha.d/rc.d/$1 $1',
    stopped: '',
    netmask: '',
    success: '',
    runningOk: '',
    ifconfig: 'ifconfig $1 $2 netmask $3 broadcast $4',
    gratuitousArp: 'Sending Gratuitous Arp for $2 on $1 [$3]',
    moduleWarning: "Couldn't insert $1 module. (usually safe to ignore)",
    machDown: 'mach_down takeover complete.',
    niceFailback: '',
  },
};
