/**
 * `show ip ospf [json]` as FRR 8.4.4 prints it: the process and its areas.
 *
 * Read chapters 5 and 6 of RFC 2328 first. Written from recordings. A calculation
 * takes no time here: `Last SPF duration` is 0. Between two originations and two arrivals of one LSA FRR names what is configured, 5 s and 1 s,
 * and not what it does.
 */
import { formatIpv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import { MILLISECOND } from '../../base/micros.js';
import type { Area } from '../../ospf/area.js';
import type { NssaConfiguration } from '../../ospf/configuration.js';
import type { LsaInstance, LsaTable } from '../../ospf/lsdb.js';
import type { OspfProcess } from '../../ospf/process.js';
import { isShortcutAgreed } from '../../ospf/shortcut.js';
import { LsType } from '../../wire/ospf/lsa-header.js';
import { formatDuration, formatJson, type JsonValue } from './ospf-format.js';

type JsonObject = Record<string, JsonValue>;

/** A line of text, and what stands for it in JSON. */
interface Extra { readonly text: string; readonly json: JsonObject }

const NOTHING: Extra = { text: '', json: {} };

/** Whether the process takes opaque LSAs. */
function opaqueCapability({ configuration }: OspfProcess): Extra {
  return configuration.isOpaqueCapable === true ? { text: ' OpaqueCapability flag is enabled\n', json: { opaqueCapable: true } }
    : { text: ' OpaqueCapability flag is disabled\n', json: {} };
}

/** The process waits, as a stub router, before it stops. */
function retirement({ retirementTimer }: OspfProcess, now: Micros): Extra {
  if (retirementTimer?.isArmed !== true) return NOTHING;
  const left = retirementTimer.remaining(now);
  return { text: ` Deferred shutdown in progress, ${formatDuration(left)} remaining\n`, json: { deferredShutdownMsecs: Math.floor(left / MILLISECOND) } };
}

/** What is configured for the times after the start and before the end. */
function stubAdvertisement({ configuration: { stubRouter } }: OspfProcess): Extra {
  const { onStartupSeconds, onShutdownSeconds } = stubRouter ?? {};
  if (onStartupSeconds === undefined && onShutdownSeconds === undefined) return NOTHING;
  return {
    text: ' Stub router advertisement is configured\n' +
      (onStartupSeconds === undefined ? '' : `   Enabled for ${onStartupSeconds}s after start-up\n`) +
      (onShutdownSeconds === undefined ? '' : `   Enabled for ${onShutdownSeconds}s prior to full shutdown\n`),
    json: {
      stubAdvertisement: true, ...(onStartupSeconds === undefined ? {} : { postStartEnabledSecs: onStartupSeconds }),
      ...(onShutdownSeconds === undefined ? {} : { preShutdownEnabledSecs: onShutdownSeconds }),
    },
  };
}

function adjacencyLog(process: OspfProcess): Extra {
  switch (process.configuration.adjacencyLog) {
    case 'changes': return { text: ' Adjacency changes are logged\n', json: { adjacencyChangesLogged: true } };
    case 'detail': return { text: ' All adjacency changes are logged\n', json: { adjacencyChangesLoggedAll: true } };
    case undefined: return NOTHING;
  }
}

const WRITE_MULTIPLIER = 20;
const MIN_LS_INTERVAL_MS = 5000;
const MIN_LS_ARRIVAL_MS = 1000;
const REFRESH_SECONDS = 10;
const DISTANCE = 110;

function spfTimers(process: OspfProcess): { readonly delayMs: number; readonly holdMs: number; readonly maximumHoldMs: number } {
  const schedule = process.spfSchedule;
  // FRR has no other; these are its own numbers.
  if (schedule.policy === 'backoff' || schedule.policy === 'tick') return { delayMs: 0, holdMs: 50, maximumHoldMs: 5000 };
  const [hold, maximum] = schedule.policy === 'fixed' ? [schedule.holdMicros, schedule.holdMicros] : [schedule.initialHoldMicros, schedule.maximumHoldMicros];
  return { delayMs: schedule.delayMicros / MILLISECOND, holdMs: hold / MILLISECOND, maximumHoldMs: maximum / MILLISECOND };
}

const ABR_TYPES = { standard: 'Standard (RFC2328)', cisco: 'Alternative Cisco', ibm: 'Alternative IBM', shortcut: 'Alternative Shortcut', configured: 'Standard (RFC2328)' } as const;

function abrType(process: OspfProcess): string {
  return ABR_TYPES[process.areaBorderRouterType];
}

function checksumSum(lsdb: LsaTable<LsaInstance>, lsType: number): number {
  return lsdb.ofType(lsType).reduce((sum, lsa) => sum + lsa.header.checksum, 0);
}

function countLine(what: string, lsdb: LsaTable<LsaInstance>, lsType: number): string {
  return `Number of ${what} LSA ${lsdb.ofType(lsType).length}. Checksum Sum 0x${checksumSum(lsdb, lsType).toString(16).padStart(8, '0')}\n`;
}

export function showProcess(process: OspfProcess, now: Micros): string {
  const timers = spfTimers(process);
  let text = ` OSPF Routing Process, Router ID: ${formatIpv4(process.routerId)}\n${retirement(process, now).text}` +
    ' Supports only single TOS (TOS0) routes\n' +
    ' This implementation conforms to RFC2328\n' +
    ` RFC1583Compatibility flag is ${process.isRfc1583Compatible ? 'enabled' : 'disabled'}\n${opaqueCapability(process).text}${stubAdvertisement(process).text}` +
    ` Initial SPF scheduling delay ${timers.delayMs} millisec(s)\n` +
    ` Minimum hold time between consecutive SPFs ${timers.holdMs} millisec(s)\n` +
    ` Maximum hold time between consecutive SPFs ${timers.maximumHoldMs} millisec(s)\n` +
    ` Hold time multiplier is currently ${process.spfHoldMultiplier}\n`;
  text += process.spfRuns === 0 ? ' SPF algorithm has not been run\n'
    : ` SPF algorithm last executed ${formatDuration(now - process.lastSpfAt)} ago\n Last SPF duration ${formatDuration(0)}\n`;
  text += ` SPF timer ${process.calculationTimer.isArmed ? `due in ${formatDuration(process.calculationTimer.remaining(now))}` : 'is inactive'}\n` +
    ` LSA minimum interval ${process.configuration.lsaThrottleMs ?? MIN_LS_INTERVAL_MS} msecs\n` +
    ` LSA minimum arrival ${process.configuration.lsaMinArrivalMs ?? MIN_LS_ARRIVAL_MS} msecs\n` +
    ` Write Multiplier set to ${WRITE_MULTIPLIER} \n` +
    ` Refresh timer ${process.configuration.lsaRefreshSeconds ?? REFRESH_SECONDS} secs\n` +
    ` Maximum multiple paths(ECMP) supported ${process.maximumPaths}\n` +
    ` Administrative distance ${process.configuration.distance ?? DISTANCE}\n`;
  if (process.isAreaBorderRouter) text += ` This router is an ABR, ABR type is: ${abrType(process)}\n`;
  if (process.isAsBoundaryRouter) text += ' This router is an ASBR (injecting external routing information)\n';
  text += ` ${countLine('external', process.externalLsdb, LsType.asExternal)}` +
    ` ${countLine('opaque AS', process.externalLsdb, LsType.opaqueAs)}` +
    ` Number of areas attached to this router: ${process.areas.length}\n${adjacencyLog(process).text}`;
  for (const area of process.areas) text += areaText(area, now);
  return `${text}\n`;
}

export function showProcessJson(process: OspfProcess, now: Micros): string {
  const timers = spfTimers(process);
  const all: JsonObject = {
    routerId: formatIpv4(process.routerId), ...retirement(process, now).json, tosRoutesOnly: true, rfc2328Conform: true,
    ...(process.isRfc1583Compatible ? { rfc1583Compatibility: true } : {}),
    ...opaqueCapability(process).json, ...stubAdvertisement(process).json,
    spfScheduleDelayMsecs: timers.delayMs, holdtimeMinMsecs: timers.holdMs, holdtimeMaxMsecs: timers.maximumHoldMs,
    holdtimeMultplier: process.spfHoldMultiplier, // FRR's own spelling
    ...(process.spfRuns === 0 ? { spfHasNotRun: true }
      : { spfLastExecutedMsecs: Math.floor((now - process.lastSpfAt) / MILLISECOND), spfLastDurationMsecs: 0 }),
    ...(process.calculationTimer.isArmed ? { spfTimerDueInMsecs: Math.floor(process.calculationTimer.remaining(now) / MILLISECOND) } : {}),
    lsaMinIntervalMsecs: process.configuration.lsaThrottleMs ?? MIN_LS_INTERVAL_MS, lsaMinArrivalMsecs: process.configuration.lsaMinArrivalMs ?? MIN_LS_ARRIVAL_MS, writeMultiplier: WRITE_MULTIPLIER,
    refreshTimerMsecs: (process.configuration.lsaRefreshSeconds ?? REFRESH_SECONDS) * 1000, maximumPaths: process.maximumPaths, preference: process.configuration.distance ?? DISTANCE,
    ...(process.isAreaBorderRouter ? { abrType: abrType(process) } : {}),
    ...(process.isAsBoundaryRouter ? { asbrRouter: 'injectingExternalRoutingInformation' } : {}),
    lsaExternalCounter: process.externalLsdb.ofType(LsType.asExternal).length, lsaExternalChecksum: checksumSum(process.externalLsdb, LsType.asExternal),
    lsaAsopaqueCounter: process.externalLsdb.ofType(LsType.opaqueAs).length, lsaAsOpaqueChecksum: checksumSum(process.externalLsdb, LsType.opaqueAs),
    attachedAreaCounter: process.areas.length, ...adjacencyLog(process).json,
    areas: Object.fromEntries(process.areas.map((area) => [formatIpv4(area.id), areaJson(area, now)])),
  };
  return `${formatJson(all, 'pretty-plain')}\n`;
}

// --- areas

/** Behind the area's number: how it is cut off from the rest. */
function kindOf(area: Area): string {
  if (area.isBackbone) return ' (Backbone)';
  if (area.hasExternalRouting) return '';
  return ` (${area.isStub ? 'Stub' : 'NSSA'}${area.isSummaryBlocked ? ', no summary' : ''}${area.configuration?.shortcut === undefined ? '' : '; '})`;
}

/** What this router does with type 7 LSAs. */
function nssa(area: Area): Extra {
  if (area.nssa === undefined) return NOTHING;
  const head = '   It is an NSSA configuration.\n   Elected NSSA/ABR performs type-7/type-5 LSA translation.\n';
  if (!area.process.isAreaBorderRouter) return { text: `${head}   It is not ABR, therefore not Translator.\n`, json: { nssa: true, abr: false } };
  const [text, json] = translator(area.nssa.translatorRole, area.isTranslating);
  return { text: `${head}   We are an ABR${area.isTranslating ? ' and' : ', but'} ${text}\n`, json: { nssa: true, abr: true, ...json } };
}

function translator(role: NssaConfiguration['translatorRole'], isTranslating: boolean): readonly [string, JsonObject] {
  if (role === 'candidate') return [`${isTranslating ? '' : 'not '}the NSSA Elected Translator.`, { nssaTranslatorElected: isTranslating }];
  if (role === 'always' && isTranslating) return ['always an NSSA Translator.', { nssaTranslatorAlways: true }];
  return ['never an NSSA Translator.', { nssaTranslatorNever: true }];
}

/** Whether this router wants no transit traffic in the area, and until when. */
function stubRouter({ stubRouter: { isActive, isAdministrative, startupTimer } }: Area, now: Micros): Extra {
  if (!isActive) return NOTHING;
  const left = startupTimer.isArmed ? startupTimer.remaining(now) : undefined;
  return {
    text: '   Originating stub / maximum-distance Router-LSA\n' +
      (isAdministrative ? '     Administratively activated (indefinitely)\n' : '') +
      (left === undefined ? '' : `     Active from startup, ${formatDuration(left)} remaining\n`),
    json: {
      originStubMaxDistRouterLsa: true, ...(isAdministrative ? { indefiniteActiveAdmin: true } : {}),
      ...(left === undefined ? {} : { activeStartupRemainderMsecs: Math.floor(left / MILLISECOND) }),
    },
  };
}

const SHORTCUT_MODES = { default: 'Default', enable: 'Enabled', disable: 'Disabled' } as const;

function shortcutMode(area: Area): string {
  return SHORTCUT_MODES[area.configuration?.shortcut ?? 'default'];
}

const AUTHENTICATIONS = {
  none: ['no authentication', 'authenticationNone'], simple: ['simple password authentication', 'authenticationSimplePassword'],
  md5: ['message digest authentication', 'authenticationMessageDigest'],
} as const;

function authentication(area: Area): readonly [string, string] {
  return AUTHENTICATIONS[area.process.configuration.areaAuthentication?.get(area.id) ?? 'none'];
}

/** FRR has none on a device without carrier. */
/** As `shownDevices` has them. */
function totalInterfaces(area: Area): number {
  return area.interfaces.filter((owner) => owner.isOperative || owner.stateChanges === 0 || owner.virtualLink !== undefined).length;
}

function activeInterfaces(area: Area): number {
  return area.interfaces.filter((owner) => owner.state !== 'Down').length;
}

/** Virtual links whose path lies in the area. */
function fullVirtualLinks(area: Area): number {
  return area.process.virtualLinks.filter((link) => link.transitArea === area && link.interface.neighbors.some((neighbor) => neighbor.state === 'Full')).length;
}

const COUNTED: readonly (readonly [string, string, number])[] = [
  ['router', 'lsaRouter', LsType.router], ['network', 'lsaNetwork', LsType.network], ['summary', 'lsaSummary', LsType.summaryNetwork],
  ['ASBR summary', 'lsaAsbr', LsType.summaryAsbr], ['NSSA', 'lsaNssa', LsType.nssa],
  ['opaque link', 'lsaOpaqueLink', LsType.opaqueLink], ['opaque area', 'lsaOpaqueArea', LsType.opaqueArea],
];

function areaText(area: Area, now: Micros): string {
  let text = ` Area ID: ${formatIpv4(area.id)}${kindOf(area)}\n`;
  if (!area.isBackbone) text += `   Shortcutting mode: ${shortcutMode(area)}, S-bit consensus: ${isShortcutAgreed(area) ? 'ok' : 'no'}\n`;
  text += `   Number of interfaces in this area: Total: ${totalInterfaces(area)}, Active: ${activeInterfaces(area)}\n${nssa(area).text}${stubRouter(area, now).text}` +
    `   Number of fully adjacent neighbors in this area: ${area.fullNeighbors}\n` +
    `   Area has ${authentication(area)[0]}\n`;
  if (!area.isBackbone) text += `   Number of full virtual adjacencies going through this area: ${fullVirtualLinks(area)}\n`;
  text += `   SPF algorithm executed ${area.spfRuns} times\n   Number of LSA ${area.lsdb.size}\n`;
  for (const [what, , lsType] of COUNTED) text += `   ${countLine(what, area.lsdb, lsType)}`;
  return `${text}\n`;
}

function areaJson(area: Area, now: Micros): JsonObject {
  const all: JsonObject = {
    ...(area.isBackbone ? { backbone: true } : { ...(area.isSummaryBlocked ? { [area.isStub ? 'stubNoSummary' : 'nssaNoSummary']: true } : {}), ...(area.configuration?.shortcut === undefined || area.hasExternalRouting ? {} : { [area.isStub ? 'stubShortcut' : 'nssaShortcut']: true }), shortcuttingMode: shortcutMode(area),
      ...(isShortcutAgreed(area) ? { sBitConcensus: true } : {}) }), // FRR's own spelling
    areaIfTotalCounter: totalInterfaces(area), areaIfActiveCounter: activeInterfaces(area), ...nssa(area).json, ...stubRouter(area, now).json, nbrFullAdjacentCounter: area.fullNeighbors,
    authentication: authentication(area)[1],
    ...(area.isBackbone ? {} : { virtualAdjacenciesPassingCounter: fullVirtualLinks(area) }),
    spfExecutedCounter: area.spfRuns, lsaNumber: area.lsdb.size,
  };
  for (const [, key, lsType] of COUNTED) {
    all[`${key}Number`] = area.lsdb.ofType(lsType).length;
    all[`${key}Checksum`] = checksumSum(area.lsdb, lsType);
  }
  return all;
}
