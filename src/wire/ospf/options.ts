/**
 * The Options field of Hello, Database Description and LSAs. [2328:A.2]
 *
 * Two bits mean one thing in packets and another in LSAs: N says that the area is an NSSA, P that a type 7 LSA is to be
 * translated [3101:A]; L says that a link-local signalling block follows [5613:2.1], EA that the router takes in
 * external-attributes-LSAs. The old meaning of MT was the T bit, for TOS.
 */
export const OptionBit = {
  /** [4915:3.7] */
  multiTopology: 0x01,
  external: 0x02,
  multicast: 0x04,
  /** N, in Hello and Database Description. */
  nssa: 0x08,
  /** P, in a type 7 LSA: the same bit. */
  propagate: 0x08,
  /** L, in Hello and Database Description. */
  linkLocalSignaling: 0x10,
  /** EA, in LSAs: the same bit. */
  externalAttributes: 0x10,
  /** [1793:2.1] */
  demandCircuits: 0x20,
  /** [5250:3.1] */
  opaque: 0x40,
  /** [4576:4] */
  downward: 0x80,
} as const;

const PACKET_NAMES = ['MT', 'E', 'MC', 'N', 'L', 'DC', 'O', 'DN'] as const;
const LSA_NAMES = ['MT', 'E', 'MC', 'P', 'EA', 'DC', 'O', 'DN'] as const;

/** The standard's names of the bits that are set, lowest first. `where` decides N or P, L or EA. */
export function optionNames(options: number, where: 'packet' | 'lsa'): string[] {
  const names = where === 'packet' ? PACKET_NAMES : LSA_NAMES;
  return names.filter((_, bit) => (options & (1 << bit)) !== 0);
}
