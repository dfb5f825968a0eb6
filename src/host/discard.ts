/**
 * Why an interface has let go of a frame without a word: what netstat's and the adapter's counters tell on a real system. Nothing is traced, as most of
 * it is everyday; a packet that is refused with a reason, or is malformed, is traced instead and not counted here.
 */
export const DISCARD_REASONS = [
  'shorter than an Ethernet header',
  'to another hardware address',
  'of a type that nobody takes',
  'to a group that was not joined',
  'to another host, and nothing is forwarded',
  'a fragment',
  'ICMP with a wrong checksum or length',
  'UDP with a wrong checksum or length',
  'to a UDP port that nobody listens on',
  'of an IP protocol that nobody takes',
  'ARP that the table had no room for',
  'ARP that came faster than it is answered',
  'OSPF where none runs',
  'OSPF from an address of our own',
  'OSPF to AllDRouters, where we are not one',
  'OSPF that the socket had no room for',
] as const;

export type DiscardReason = (typeof DISCARD_REASONS)[number];

/** Counts of one interface; made with the first. */
export class Discards {
  private counts: Uint32Array | undefined;

  add(reason: DiscardReason): void {
    this.counts ??= new Uint32Array(DISCARD_REASONS.length);
    this.counts[DISCARD_REASONS.indexOf(reason)]++;
  }

  /** Those that there were. */
  get entries(): readonly (readonly [DiscardReason, number])[] {
    const { counts } = this;
    return counts === undefined ? [] : DISCARD_REASONS.flatMap((reason, i) => (counts[i] === 0 ? [] : [[reason, counts[i]] as const]));
  }
}
