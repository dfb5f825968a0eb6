/** The numbers of classic pcap. [draft-ietf-opsawg-pcap] */

/** First word of the file, in the byte order of the machine that wrote it. */
export const PcapMagic = { micros: 0xa1b2c3d4, nanos: 0xa1b23c4d } as const;
export const PCAP_FILE_HEADER_LENGTH = 24;
export const PCAP_RECORD_HEADER_LENGTH = 16;
/** Longer records than this are nonsense, whatever the header's snap length claims. */
export const MAXIMUM_RECORD_LENGTH = 0x1000000;
