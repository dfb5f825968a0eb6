/**
 * Outages: how long the service was gone, as a stream of probes saw it.
 *
 * Read RFC 6412, chapter 3 first: what is measured here is its Route Loss of Connectivity Period, with the probes'
 * interval as the sampling interval. A probe is lost when its sequence number never arrives. An outage is a run of consecutive lost
 * sequence numbers; it starts when the first lost probe was sent and ends when the first probe behind it that
 * arrived was sent. So the error is at most one probe interval at either end. Probes sent less than a second before the run's
 * end (or than the client's own patience) may still be under way and are not counted as lost.
 *
 * Hundreds of thousands of probes cost nine bytes each: the send time and whether it arrived.
 */
import { assert } from '../base/assert.js';
import { SECOND, type Micros } from '../base/micros.js';

/** How long a probe may be under way before it counts as lost. */
export const IN_FLIGHT_MICROS: Micros = SECOND;

export interface Outage {
  /** When the first lost probe was sent. */
  readonly start: Micros;
  /** When the first delivered probe after it was sent; the end of the run while still open. */
  readonly end: Micros;
  /** (end - start) in seconds. */
  readonly seconds: number;
  readonly lost: number;
  /** Nothing had arrived again when the run ended. */
  readonly isOpen: boolean;
}

/** Consecutive probes, of those that arrived, that one system answered. */
export interface AnswerRun {
  readonly server: string;
  /** When the first and the last of them were sent. */
  readonly first: Micros;
  readonly last: Micros;
  readonly count: number;
}

export interface ProbeResult {
  readonly name: string;
  readonly sent: number;
  readonly lost: number;
  /** Who answered, in time order; not there where nothing says it (ICMP). */
  readonly answeredBy?: readonly AnswerRun[];
  /** In time order. */
  readonly outages: readonly Outage[];
}

export class ProbeMeter {
  readonly name: string;
  private sentAt = new Float64Array(1024);
  private hasArrived = new Uint8Array(1024);
  /** Of each probe the place in `servers`, from 1; 0: not said. */
  private answeredBy = new Uint16Array(1024);
  private readonly servers: string[] = [];
  private readonly inFlightMicros: Micros;
  private count = 0;
  private firstSequence = 0;

  constructor(name: string, inFlightMicros: Micros = IN_FLIGHT_MICROS) {
    this.name = name;
    this.inFlightMicros = inFlightMicros;
  }

  /** Sequence numbers count up by one; the first may be anything. */
  sent(time: Micros, sequence: number): void {
    if (this.count === 0) this.firstSequence = sequence;
    assert(sequence === this.firstSequence + this.count, `probe ${this.name}: sequence ${sequence} sent out of order`);
    if (this.count === this.sentAt.length) this.grow();
    this.sentAt[this.count++] = time;
  }

  /** Duplicates count once; the first says who answered. */
  received(sequence: number, server?: string): void {
    const index = sequence - this.firstSequence;
    assert(index >= 0 && index < this.count, `probe ${this.name}: sequence ${sequence} received but never sent`);
    if (this.hasArrived[index] === 0 && server !== undefined) this.answeredBy[index] = this.serverNumber(server);
    this.hasArrived[index] = 1;
  }

  private serverNumber(server: string): number {
    const known = this.servers.indexOf(server);
    return known >= 0 ? known + 1 : this.servers.push(server);
  }

  result(endOfRun: Micros): ProbeResult {
    const { sentAt, hasArrived, count } = this;
    const outages: Outage[] = [];
    let lost = 0;
    let first = -1;
    let lostInOutage = 0;
    for (let i = 0; i < count; i++) {
      if (hasArrived[i] === 1) {
        if (first >= 0) outages.push(outage(sentAt[first], sentAt[i], lostInOutage, false));
        first = -1;
        lostInOutage = 0;
      } else if (endOfRun - sentAt[i] >= this.inFlightMicros) {
        if (first < 0) first = i;
        lost++;
        lostInOutage++;
      }
    }
    if (first >= 0) outages.push(outage(sentAt[first], endOfRun, lostInOutage, true));
    return { name: this.name, sent: count, lost, ...(this.servers.length === 0 ? {} : { answeredBy: this.answerRuns() }), outages };
  }

  private answerRuns(): AnswerRun[] {
    const { answeredBy, sentAt, servers, count } = this;
    const runs: AnswerRun[] = [];
    for (let i = 0; i < count; i++) {
      if (answeredBy[i] === 0) continue;
      const server = servers[answeredBy[i] - 1];
      const last = runs.at(-1);
      if (last?.server === server) runs[runs.length - 1] = { ...last, last: sentAt[i], count: last.count + 1 };
      else runs.push({ server, first: sentAt[i], last: sentAt[i], count: 1 });
    }
    return runs;
  }

  private grow(): void {
    const sentAt = new Float64Array(this.sentAt.length * 2);
    sentAt.set(this.sentAt);
    this.sentAt = sentAt;
    const hasArrived = new Uint8Array(sentAt.length);
    hasArrived.set(this.hasArrived);
    this.hasArrived = hasArrived;
    const answeredBy = new Uint16Array(sentAt.length);
    answeredBy.set(this.answeredBy);
    this.answeredBy = answeredBy;
  }
}

function outage(start: Micros, end: Micros, lost: number, isOpen: boolean): Outage {
  return { start, end, seconds: (end - start) / SECOND, lost, isOpen };
}

/** The longest; among equals the first. */
export function longestOutage(result: ProbeResult): Outage | undefined {
  let longest: Outage | undefined;
  for (const candidate of result.outages) {
    if (longest === undefined || candidate.end - candidate.start > longest.end - longest.start) longest = candidate;
  }
  return longest;
}
