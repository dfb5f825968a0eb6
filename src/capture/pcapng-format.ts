/** The numbers of pcapng. [draft-ietf-opsawg-pcapng] */

export const BlockType = {
  /** Reads the same in both byte orders. */
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  /** Obsolete. */
  packet: 2,
  simplePacket: 3,
  nameResolution: 4,
  interfaceStatistics: 5,
  enhancedPacket: 6,
  decryptionSecrets: 10,
  /** To be copied by programs that change the file. */
  custom: 0xbad,
  /** Not to be copied by them. */
  customNotCopied: 0x40000bad,
} as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Longer blocks than this are taken for nonsense: the longest record, and room for a lot of options. */
export const MAXIMUM_BLOCK_LENGTH = 0x1100000;

/** Codes mean different things in different blocks. */
export const OptionCode = {
  /** Any block. */
  end: 0,
  comment: 1,
  /** Section header. */
  hardware: 2,
  operatingSystem: 3,
  userApplication: 4,
  /** Interface description. */
  interfaceName: 2,
  interfaceDescription: 3,
  timestampResolution: 9,
  timestampOffset: 14,
  /** Enhanced packet; the two low bits are the direction. */
  packetFlags: 2,
} as const;
