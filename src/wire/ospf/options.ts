/** The Options field of Hello, Database Description and LSAs. [2328:A.2] [5250] [3101] */
export const OptionBit = {
  multiTopology: 0x01,
  external: 0x02,
  multicast: 0x04,
  nssa: 0x08,
  linkLocalSignaling: 0x10,
  demandCircuits: 0x20,
  opaque: 0x40,
  downward: 0x80,
} as const;
