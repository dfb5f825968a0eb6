/**
 * Outages: how long the service was gone, as a stream of probes saw it.
 *
 * Read RFC 6412, chapter 3 first: what is measured here is its Route Loss of Connectivity Period, with the probes'
 * interval as the sampling interval. A probe is lost when its sequence number never arrives. An outage is a run of consecutive lost
 * sequence numbers; it starts when the first lost probe was sent and ends when the first probe behind it that
 * arrived was sent. So the error is at most one probe interval at either end. Probes sent less than a second before the run's
 * end may still be under way and are not counted as lost.
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

export interface ProbeResult {
  readonly name: string;
  readonly sent: number;
  readonly lost: number;
  /** In time order. */
  readonly outages: readonly Outage[];
}

export class ProbeMeter {
  readonly name: string;
  private sentAt = new Float64Array(1024);
  private hasArrived = new Uint8Array(1024);
  private count = 0;
  private firstSequence = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Sequence numbers count up by one; the first may be anything. */
  sent(time: Micros, sequence: number): void {
    if (this.count === 0) this.firstSequence = sequence;
    assert(sequence === this.firstSequence + this.count, `probe ${this.name}: sequence ${sequence} sent out of order`);
    if (this.count === this.sentAt.length) this.grow();
    this.sentAt[this.count++] = time;
  }

  /** Duplicates count once. */
  received(sequence: number): void {
    const index = sequence - this.firstSequence;
    assert(index >= 0 && index < this.count, `probe ${this.name}: sequence ${sequence} received but never sent`);
    this.hasArrived[index] = 1;
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
      } else if (endOfRun - sentAt[i] >= IN_FLIGHT_MICROS) {
        if (first < 0) first = i;
        lost++;
        lostInOutage++;
      }
    }
    if (first >= 0) outages.push(outage(sentAt[first], endOfRun, lostInOutage, true));
    return { name: this.name, sent: count, lost, outages };
  }

  private grow(): void {
    const sentAt = new Float64Array(this.sentAt.length * 2);
    sentAt.set(this.sentAt);
    this.sentAt = sentAt;
    const hasArrived = new Uint8Array(sentAt.length);
    hasArrived.set(this.hasArrived);
    this.hasArrived = hasArrived;
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
