/** What a run in real time has beside its result: how late it was, what crossed the border, whether adjacencies were lost; as text and in result.json. */
import { SECOND, type Micros } from '../base/micros.js';
import type { AdjacencyWatch } from '../measure/adjacency-watch.js';
import { LATENESS_AIM, type Lateness } from '../live/lateness.js';
import type { LiveStatistics } from '../live/live-turn.js';
import { formatClock, formatSpan, renderTable, type Style } from './terminal.js';

/** Of a minute of the run. */
export interface LiveMinute {
  /** At its end. */
  readonly time: Micros;
  readonly lateness: Lateness;
  readonly residentBytes: number;
  /** The longest the collector stopped everything. */
  readonly pauseMicros: Micros;
}

export interface LiveOutcome {
  /** When the real clock took over, and when the run was left. */
  readonly from: Micros;
  readonly until: Micros;
  readonly statistics: LiveStatistics;
  /** How late it was from the second minute on, when those outside have come, until something was done to the network; not there before that. */
  readonly settled?: Lateness;
  /** The same of the frames that left. */
  readonly settledFrames?: Lateness;
  /** Frames for which the ring had no room. */
  readonly dropped: number;
  /** Between `from` and `until`; `full` at its end. */
  readonly adjacencies: Readonly<Pick<AdjacencyWatch, 'full' | 'lost' | 'refreshes'>>;
  readonly minutes: readonly LiveMinute[];
}

/** Seconds, but for shares and counts. */
export interface LiveJson {
  readonly from: number;
  readonly until: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly notSent: number;
  readonly dropped: number;
  /** How long the whole process did while frames came in. */
  readonly stoodStill: number;
  /** Adjacencies count at each of their emulated ends. */
  readonly adjacenciesFull: number;
  readonly adjacenciesLost: number;
  readonly refreshes: number;
  readonly lateness: LatenessJson;
  /** From the second minute until the first event of the topology; not there before that. */
  readonly latenessSettled?: LatenessJson;
  /** Of the frames that left, which is what a device outside can tell. */
  readonly framesOutLateness: LatenessJson;
  readonly framesOutLatenessSettled?: LatenessJson;
  readonly minutes: readonly { readonly at: number; readonly lateness: LatenessJson; readonly residentBytes: number; readonly longestPause: number }[];
}

export interface LatenessJson {
  /** Moments at which something was due. */
  readonly moments: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly worst: number;
  readonly aim: number;
  readonly shareWithinAim: number;
}

export function liveJson({ from, until, statistics, settled, settledFrames, dropped, adjacencies, minutes }: LiveOutcome): LiveJson {
  const { framesIn, framesOut, sendFailures, stoodStillMicros, lateness, framesLate } = statistics;
  return {
    from: from / SECOND, until: until / SECOND, framesIn, framesOut, notSent: sendFailures, dropped, stoodStill: stoodStillMicros / SECOND,
    adjacenciesFull: adjacencies.full, adjacenciesLost: adjacencies.lost, refreshes: adjacencies.refreshes,
    lateness: latenessJson(lateness), ...(settled === undefined ? {} : { latenessSettled: latenessJson(settled) }),
    framesOutLateness: latenessJson(framesLate), ...(settledFrames === undefined ? {} : { framesOutLatenessSettled: latenessJson(settledFrames) }),
    minutes: minutes.map((each) => ({ at: each.time / SECOND, lateness: latenessJson(each.lateness), residentBytes: each.residentBytes, longestPause: each.pauseMicros / SECOND })),
  };
}

function latenessJson(lateness: Lateness): LatenessJson {
  const quantile = (share: number): number => lateness.quantile(share) / SECOND;
  return {
    moments: lateness.count, median: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), p999: quantile(0.999), worst: lateness.worstMicros / SECOND,
    aim: LATENESS_AIM / SECOND, shareWithinAim: lateness.shareWithinAim,
  };
}

export function liveText(live: LiveOutcome | undefined, style: Style): string {
  if (live === undefined) return '';
  const { statistics: { framesIn, framesOut, sendFailures, stoodStillMicros, lateness, framesLate }, adjacencies } = live;
  const rows = [
    ['real time', `from ${formatClock(live.from)} to ${formatClock(live.until)}`],
    ['frames', `${framesIn} in, ${framesOut} out${sendFailures > 0 ? `, ${sendFailures} not sent` : ''}${live.dropped > 0 ? `, ${live.dropped} dropped` : ''}`],
    ...(stoodStillMicros > 0 ? [['stood still', `for ${formatSpan(stoodStillMicros)}`]] : []),
    ['adjacencies', `${adjacencies.full} neighbours Full at the end, ${adjacencies.lost} lost`],
    ['LSAs', `${adjacencies.refreshes} refreshed [2328:12.4]`],
    ['late by', latenessText(lateness)],
    ...(live.settled === undefined ? [] : [['once it had settled', latenessText(live.settled)]]),
    ...(framesLate.count === 0 ? [] : [['frames left late by', latenessText(framesLate, 'frames')]]),
    ...(live.settledFrames === undefined ? [] : [['once it had settled', latenessText(live.settledFrames, 'frames')]]),
  ];
  return `${style.bold('Live')}\n\n${renderTable(['', ''], rows)}\n`;
}

function latenessText(lateness: Lateness, ofWhat: 'moments' | 'frames' = 'moments'): string {
  const [median, p90, p99, p999] = [0.5, 0.9, 0.99, 0.999].map((share) => formatSpan(lateness.quantile(share)));
  return `median ${median}, 90 % ${p90}, 99 % ${p99}, 99.9 % ${p999}, worst ${formatSpan(lateness.worstMicros)}; ` +
    `${(100 * lateness.shareWithinAim).toFixed(3)} % of ${lateness.count} ${ofWhat} within ${formatSpan(LATENESS_AIM)}`;
}
