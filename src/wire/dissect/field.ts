/**
 * The names of everything that `decode` can say about a frame: read this table first.
 *
 * One table is the source of the JSON names, of what `--where` understands, of the labels of `decode -v`, of
 * `decode --names`, and of the entries on the tape (tape.ts). Paths are the JSON's: `ospf.lsa[].id` is the member `id` of every
 * element of the list `lsa` in the object `ospf`. A name once published is not changed.
 * Number an entry by appending it; the numbers themselves are internal.
 */

export type FieldKind =
  /** An object; closed by Field.close. */
  | 'group'
  /** A list; its elements are groups or scalars of one field; closed by Field.close. */
  | 'list'
  | 'number'
  | 'boolean'
  /** `"0x0a"`, as many digits as the field has. */
  | 'hex8' | 'hex16' | 'hex24' | 'hex32'
  /** `"10.0.0.1"` */
  | 'ipv4'
  /** `"02:00:00:00:00:01"` */
  | 'mac'
  /** `"00ff"` */
  | 'bytes'
  /** Hexadecimal number of 64 bits: `"0x0000000000000001"`. */
  | 'hex64'
  | 'text'
  /** A number that is not a whole one of 32 bits; the tape has its text. */
  | 'real'
  /** Seconds since 1970 (or since the start of the run), six decimals, nine where the file has nanoseconds. */
  | 'time'
  /** A number with a name: `"type":4,"type_name":"ls-update"`. */
  | 'enum'
  /** Bits with names: `"options":"0x42","options_names":"E|O"`. */
  | 'flags';

export const Field = {
  close: 0,
  frame: 1, frameNumber: 2, frameTime: 3, frameInterface: 4, frameDirection: 5, frameLength: 6, frameCaptured: 7,
  eth: 8, ethDestination: 9, ethSource: 10, ethType: 11,
  vlans: 12, vlan: 13, vlanProtocol: 14, vlanPriority: 15, vlanDropEligible: 16, vlanId: 17,
  arp: 18, arpOperation: 19, arpMeaning: 20, arpSenderMac: 21, arpSenderIp: 22, arpTargetMac: 23, arpTargetIp: 24,
  ip: 25, ipHeaderLength: 26, ipTos: 27, ipLength: 28, ipId: 29, ipFlags: 30, ipFragmentOffset: 31, ipTtl: 32, ipProtocol: 33,
  ipChecksum: 34, ipSource: 35, ipDestination: 36, ipOptions: 37,
  icmp: 38, icmpType: 39, icmpCode: 40, icmpChecksum: 41, icmpId: 42, icmpSequence: 43, icmpPayload: 44, icmpUnused: 45, icmpNextHopMtu: 46,
  icmpOriginal: 47, icmpBody: 48,
  igmp: 49, igmpType: 50, igmpCode: 51, igmpChecksum: 52, igmpMaximumResponseTime: 53, igmpGroup: 54, igmpRecords: 55, igmpRecord: 56,
  igmpRecordType: 57, igmpRecordGroup: 58, igmpRecordSources: 59, igmpRecordSource: 60, igmpRecordAuxiliary: 61, igmpAdditional: 62,
  igmpBody: 63,
  udp: 64, udpSourcePort: 65, udpDestinationPort: 66, udpLength: 67, udpChecksum: 68, udpPayload: 69, udpTrailer: 70,
  ospf: 71, ospfVersion: 72, ospfType: 73, ospfLength: 74, ospfRouter: 75, ospfArea: 76, ospfChecksum: 77, ospfAuthType: 78,
  ospfAuthData: 79, ospfPassword: 80, ospfKeyId: 81, ospfDigestLength: 82, ospfCryptoSequence: 83, ospfTrailer: 84,
  hello: 85, helloMask: 86, helloInterval: 87, helloOptions: 88, helloPriority: 89, helloDeadInterval: 90, helloDr: 91, helloBdr: 92,
  helloNeighbors: 93, helloNeighbor: 94,
  dd: 95, ddMtu: 96, ddOptions: 97, ddFlags: 98, ddSequence: 99,
  requests: 100, request: 101, requestType: 102, requestId: 103, requestRouter: 104,
  lsaCount: 105, lsas: 106, lsa: 107, lsaAge: 108, lsaOptions: 109, lsaType: 110, lsaId: 111, lsaRouter: 112, lsaSequence: 113,
  lsaChecksum: 114, lsaLength: 115,
  routerLsa: 116, routerFlags: 117, routerLinks: 118, routerLink: 119, linkType: 120, linkId: 121, linkData: 122, linkMetric: 123,
  linkTosList: 124, linkTosEntry: 125, linkTos: 126, linkTosMetric: 127,
  networkLsa: 128, networkMask: 129, networkRouters: 130, networkRouter: 131,
  summaryLsa: 132, summaryMask: 133, summaryMetric: 134, summaryTosList: 135, summaryTosEntry: 136, summaryTos: 137, summaryTosMetric: 138,
  summaryReserved: 139,
  externalLsa: 140, externalMask: 141, externalRoutes: 142, externalRoute: 143, externalIsType2: 144, externalTos: 145, externalMetric: 146,
  externalForwarding: 147, externalTag: 148,
  lsaBody: 149,
  payload: 150, padding: 151,
  ethLlcTrailer: 159, routerReserved: 161, linkTosReserved: 162, opaque: 163, llc: 164, link: 165, tcp: 166, vrrp: 167,
  vrrpTrailer: 168, bfd: 169, heartbeat: 170, applicationTrailer: 171, lls: 172, tcpChecksum: 173, vrrpChecksum: 174, ospfDigest: 175, ospfAuthReserved: 176, ospfExtendedSequence: 177, llsRaw: 160, udpChecksumPartial: 178,
  errors: 152, error: 153, errorCode: 154, errorOffset: 155, errorClause: 156, errorGot: 157, errorWant: 158,
} as const;

export type FieldName = keyof typeof Field;

export interface FieldRow {
  readonly path: string;
  readonly kind: FieldKind;
  readonly what: string;
  /** What `decode` writes in front of the value in its one line; undefined: the field is not on it. */
  readonly brief?: string;
}

const row = (path: string, kind: FieldKind, what: string, brief?: string): FieldRow => ({ path, kind, what, brief });

const ROWS = {
  close: row('', 'group', ''),
  frame: row('frame', 'group', 'what the capture file says about the frame'),
  frameNumber: row('frame.number', 'number', 'from 1, in file order'),
  frameTime: row('frame.time', 'time', 'seconds since 1970, or since the start of a simulated run'),
  frameInterface: row('frame.interface', 'text', 'name of the interface or link end, if the file has one'),
  frameDirection: row('frame.direction', 'text', 'inbound or outbound, if the file says so'),
  frameLength: row('frame.length', 'number', 'bytes on the wire'),
  frameCaptured: row('frame.captured', 'number', 'bytes in the file'),
  eth: row('eth', 'group', 'Ethernet II [894] [802.3:3.2]'),
  ethDestination: row('eth.dst', 'mac', 'destination address'),
  ethSource: row('eth.src', 'mac', 'source address'),
  ethType: row('eth.type', 'hex16', 'type of the payload, behind all tags; below 0x0600: a length'),
  vlans: row('eth.vlan', 'list', '802.1Q tags, outermost first [802.1Q:9]', ''),
  vlan: row('eth.vlan[]', 'group', 'one tag'),
  vlanProtocol: row('eth.vlan[].tpid', 'hex16', 'tag protocol id: 0x8100, 0x88a8'),
  vlanPriority: row('eth.vlan[].priority', 'number', 'PCP'),
  vlanDropEligible: row('eth.vlan[].drop_eligible', 'boolean', 'DEI'),
  vlanId: row('eth.vlan[].id', 'number', 'VLAN id', 'vlan '),
  arp: row('arp', 'group', 'ARP for IPv4 over Ethernet [826]', 'ARP'),
  arpOperation: row('arp.op', 'enum', 'operation: 1 request, 2 reply'),
  arpMeaning: row('arp.kind', 'text', 'what it is for: request, reply, probe, announcement (request for the own address), gratuitous-reply [5227]', ''),
  arpSenderMac: row('arp.sender_mac', 'mac', 'sender hardware address', 'sender '),
  arpSenderIp: row('arp.sender_ip', 'ipv4', 'sender protocol address', ''),
  arpTargetMac: row('arp.target_mac', 'mac', 'target hardware address', 'target '),
  arpTargetIp: row('arp.target_ip', 'ipv4', 'target protocol address', ''),
  ip: row('ip', 'group', 'IPv4 [791:3.1]'),
  ipHeaderLength: row('ip.header_length', 'number', 'bytes'),
  ipTos: row('ip.tos', 'hex8', 'DSCP and ECN'),
  ipLength: row('ip.length', 'number', 'total length, bytes'),
  ipId: row('ip.id', 'number', 'identification'),
  ipFlags: row('ip.flags', 'flags', 'DF, MF'),
  ipFragmentOffset: row('ip.fragment_offset', 'number', 'bytes'),
  ipTtl: row('ip.ttl', 'number', 'time to live'),
  ipProtocol: row('ip.protocol', 'enum', 'protocol of the payload'),
  ipChecksum: row('ip.checksum', 'hex16', 'of the header; verified'),
  ipSource: row('ip.src', 'ipv4', 'source address'),
  ipDestination: row('ip.dst', 'ipv4', 'destination address'),
  ipOptions: row('ip.options', 'bytes', 'options, if there are any'),
  icmp: row('icmp', 'group', 'ICMP [792]', 'ICMP'),
  icmpType: row('icmp.type', 'enum', 'type', ''),
  icmpCode: row('icmp.code', 'number', 'code', 'code '),
  icmpChecksum: row('icmp.checksum', 'hex16', 'verified'),
  icmpId: row('icmp.id', 'number', 'identifier of an echo', 'id '),
  icmpSequence: row('icmp.seq', 'number', 'sequence number of an echo', 'seq '),
  icmpPayload: row('icmp.payload', 'bytes', 'data of an echo'),
  icmpUnused: row('icmp.unused', 'hex16', 'first half of the second word of an error'),
  icmpNextHopMtu: row('icmp.next_hop_mtu', 'number', 'bytes, where fragmentation was needed [1191:4]'),
  icmpOriginal: row('icmp.original', 'bytes', 'the packet that an error is about'),
  icmpBody: row('icmp.body', 'bytes', 'of any other message'),
  igmp: row('igmp', 'group', 'IGMP [2236] [3376]', 'IGMP'),
  igmpType: row('igmp.type', 'enum', 'type', ''),
  igmpCode: row('igmp.code', 'number', 'the byte behind the type, where it has no other name'),
  igmpChecksum: row('igmp.checksum', 'hex16', 'verified'),
  igmpMaximumResponseTime: row('igmp.max_response_time', 'number', 'tenths of a second'),
  igmpGroup: row('igmp.group', 'ipv4', 'group of a version 1 or 2 message', 'group '),
  igmpRecords: row('igmp.record', 'list', 'group records of a version 3 report', ''),
  igmpRecord: row('igmp.record[]', 'group', 'one record', ''),
  igmpRecordType: row('igmp.record[].type', 'enum', 'record type', ''),
  igmpRecordGroup: row('igmp.record[].group', 'ipv4', 'multicast address', ''),
  igmpRecordSources: row('igmp.record[].source', 'list', 'source addresses'),
  igmpRecordSource: row('igmp.record[].source[]', 'ipv4', 'one source address'),
  igmpRecordAuxiliary: row('igmp.record[].auxiliary', 'bytes', 'auxiliary data, if there is any'),
  igmpAdditional: row('igmp.additional', 'bytes', 'behind the last record, if there is anything'),
  igmpBody: row('igmp.body', 'bytes', 'of any other message'),
  udp: row('udp', 'group', 'UDP [768]', 'UDP'),
  udpSourcePort: row('udp.src_port', 'number', 'source port', ''),
  udpDestinationPort: row('udp.dst_port', 'number', 'destination port', '> '),
  udpLength: row('udp.length', 'number', 'bytes, header included', 'length '),
  udpChecksum: row('udp.checksum', 'hex16', 'verified, unless zero'),
  udpChecksumPartial: row('udp.checksum_partial', 'boolean', 'the adapter was to finish the checksum: it is not verified; absent: no'),
  udpPayload: row('udp.payload', 'bytes', 'data'),
  udpTrailer: row('udp.trailer', 'bytes', 'behind the UDP length, if there is anything'),
  ospf: row('ospf', 'group', 'OSPF version 2 [2328:A.3.1]', 'OSPF'),
  ospfVersion: row('ospf.version', 'number', 'version'),
  ospfType: row('ospf.type', 'enum', '1 hello, 2 dd, 3 ls-request, 4 ls-update, 5 ls-ack', ''),
  ospfLength: row('ospf.length', 'number', 'packet length, bytes; without digest and LLS block'),
  ospfRouter: row('ospf.router', 'ipv4', 'router id of the sender', 'router '),
  ospfArea: row('ospf.area', 'ipv4', 'area id', 'area '),
  ospfChecksum: row('ospf.checksum', 'hex16', 'verified where the authentication type has one'),
  ospfAuthType: row('ospf.auth_type', 'enum', '0 none, 1 simple, 2 cryptographic'),
  ospfAuthData: row('ospf.auth_data', 'bytes', 'the 8 bytes of the authentication field, of types without names for them'),
  ospfPassword: row('ospf.password', 'bytes', 'the password of simple authentication [2328:D.4.2]'),
  ospfKeyId: row('ospf.key_id', 'number', 'of cryptographic authentication [2328:D.4.3]', 'key '),
  ospfDigestLength: row('ospf.digest_length', 'number', 'bytes'),
  ospfCryptoSequence: row('ospf.crypto_seq', 'number', 'cryptographic sequence number'),
  ospfAuthReserved: row('ospf.auth_reserved', 'hex16', 'the two bytes in front of the key id, unless zero'),
  ospfExtendedSequence: row('ospf.extended_seq', 'hex64', 'with authentication type 3: boot count and sequence number [7474:3]'),
  ospfDigest: row('ospf.digest', 'bytes', 'message digest; --key of verify checks it'),
  llsRaw: row('ospf.lls_raw', 'bytes', 'a link-local signalling block that does not decode'),
  ospfTrailer: row('ospf.trailer', 'bytes', 'behind all that, if there is anything'),
  hello: row('ospf.hello', 'group', 'Hello [2328:A.3.2]', ''),
  helloMask: row('ospf.hello.mask', 'ipv4', 'network mask', 'mask '),
  helloInterval: row('ospf.hello.hello_interval', 'number', 'seconds', 'hello '),
  helloOptions: row('ospf.hello.options', 'flags', 'options [2328:A.2]'),
  helloPriority: row('ospf.hello.priority', 'number', 'router priority', 'priority '),
  helloDeadInterval: row('ospf.hello.dead_interval', 'number', 'seconds', 'dead '),
  helloDr: row('ospf.hello.dr', 'ipv4', 'designated router (interface address)', 'DR '),
  helloBdr: row('ospf.hello.bdr', 'ipv4', 'backup designated router', 'BDR '),
  helloNeighbors: row('ospf.hello.neighbor', 'list', 'router ids heard within the dead interval', 'neighbors'),
  helloNeighbor: row('ospf.hello.neighbor[]', 'ipv4', 'one router id', ''),
  dd: row('ospf.dd', 'group', 'Database Description [2328:A.3.3]', ''),
  ddMtu: row('ospf.dd.mtu', 'number', 'interface MTU, bytes', 'mtu '),
  ddOptions: row('ospf.dd.options', 'flags', 'options'),
  ddFlags: row('ospf.dd.flags', 'flags', 'I init, M more, MS master', 'flags '),
  ddSequence: row('ospf.dd.seq', 'number', 'DD sequence number', 'seq '),
  requests: row('ospf.request', 'list', 'what a Link State Request asks for [2328:A.3.4]', ''),
  request: row('ospf.request[]', 'group', 'one LSA', ''),
  requestType: row('ospf.request[].type', 'enum', 'LS type', ''),
  requestId: row('ospf.request[].id', 'ipv4', 'link state id', ''),
  requestRouter: row('ospf.request[].router', 'ipv4', 'advertising router', 'by '),
  lsaCount: row('ospf.lsa_count', 'number', 'the count that a Link State Update claims', 'LSAs '),
  lsas: row('ospf.lsa', 'list', 'LSAs: whole in an update, headers in a Database Description or acknowledgment', ''),
  lsa: row('ospf.lsa[]', 'group', 'one LSA [2328:A.4.1]', ''),
  lsaAge: row('ospf.lsa[].age', 'number', 'LS age, seconds; 0x8000 and more: DoNotAge'),
  lsaOptions: row('ospf.lsa[].options', 'flags', 'options'),
  lsaType: row('ospf.lsa[].type', 'enum', 'LS type', ''),
  lsaId: row('ospf.lsa[].id', 'ipv4', 'link state id', ''),
  lsaRouter: row('ospf.lsa[].router', 'ipv4', 'advertising router', 'by '),
  lsaSequence: row('ospf.lsa[].seq', 'hex32', 'LS sequence number', ''),
  lsaChecksum: row('ospf.lsa[].checksum', 'hex16', 'LS checksum; verified where the LSA is whole'),
  lsaLength: row('ospf.lsa[].length', 'number', 'bytes, header included'),
  routerLsa: row('ospf.lsa[].router_lsa', 'group', 'router-LSA [2328:A.4.2]'),
  routerFlags: row('ospf.lsa[].router_lsa.flags', 'flags', 'B area border, E AS boundary, V virtual link end, W wild card, Nt NSSA translator'),
  routerLinks: row('ospf.lsa[].router_lsa.link', 'list', 'links'),
  routerLink: row('ospf.lsa[].router_lsa.link[]', 'group', 'one link'),
  linkType: row('ospf.lsa[].router_lsa.link[].type', 'enum', '1 point-to-point, 2 transit, 3 stub, 4 virtual'),
  linkId: row('ospf.lsa[].router_lsa.link[].id', 'ipv4', 'link id'),
  linkData: row('ospf.lsa[].router_lsa.link[].data', 'ipv4', 'link data'),
  linkMetric: row('ospf.lsa[].router_lsa.link[].metric', 'number', 'metric'),
  linkTosList: row('ospf.lsa[].router_lsa.link[].tos', 'list', 'metrics per TOS, if there are any'),
  linkTosEntry: row('ospf.lsa[].router_lsa.link[].tos[]', 'group', 'one TOS'),
  linkTos: row('ospf.lsa[].router_lsa.link[].tos[].tos', 'number', 'TOS'),
  linkTosMetric: row('ospf.lsa[].router_lsa.link[].tos[].metric', 'number', 'metric'),
  networkLsa: row('ospf.lsa[].network_lsa', 'group', 'network-LSA [2328:A.4.3]'),
  networkMask: row('ospf.lsa[].network_lsa.mask', 'ipv4', 'network mask'),
  networkRouters: row('ospf.lsa[].network_lsa.router', 'list', 'attached routers'),
  networkRouter: row('ospf.lsa[].network_lsa.router[]', 'ipv4', 'one router id'),
  summaryLsa: row('ospf.lsa[].summary_lsa', 'group', 'summary-LSA, types 3 and 4 [2328:A.4.4]'),
  summaryMask: row('ospf.lsa[].summary_lsa.mask', 'ipv4', 'network mask'),
  summaryMetric: row('ospf.lsa[].summary_lsa.metric', 'number', 'metric'),
  summaryTosList: row('ospf.lsa[].summary_lsa.tos', 'list', 'metrics per TOS, if there are any'),
  summaryTosEntry: row('ospf.lsa[].summary_lsa.tos[]', 'group', 'one TOS'),
  summaryTos: row('ospf.lsa[].summary_lsa.tos[].tos', 'number', 'TOS'),
  summaryTosMetric: row('ospf.lsa[].summary_lsa.tos[].metric', 'number', 'metric'),
  summaryReserved: row('ospf.lsa[].summary_lsa.reserved', 'number', 'the byte in front of the metric, unless zero'),
  externalLsa: row('ospf.lsa[].external_lsa', 'group', 'AS-external-LSA [2328:A.4.5] and NSSA-LSA [3101:C]'),
  externalMask: row('ospf.lsa[].external_lsa.mask', 'ipv4', 'network mask'),
  externalRoutes: row('ospf.lsa[].external_lsa.route', 'list', 'TOS 0 first'),
  externalRoute: row('ospf.lsa[].external_lsa.route[]', 'group', 'one TOS'),
  externalIsType2: row('ospf.lsa[].external_lsa.route[].type2', 'boolean', 'E bit: type 2 metric'),
  externalTos: row('ospf.lsa[].external_lsa.route[].tos', 'number', 'TOS'),
  externalMetric: row('ospf.lsa[].external_lsa.route[].metric', 'number', 'metric'),
  externalForwarding: row('ospf.lsa[].external_lsa.route[].forward', 'ipv4', 'forwarding address'),
  externalTag: row('ospf.lsa[].external_lsa.route[].tag', 'number', 'external route tag'),
  lsaBody: row('ospf.lsa[].body', 'bytes', 'of an LSA that is not decoded'),
  payload: row('payload', 'bytes', 'what is not decoded: of an unknown protocol, a fragment, or malformed'),
  padding: row('padding', 'bytes', 'behind the payload, up to the end of the frame'),
  ethLlcTrailer: row('llc_trailer', 'bytes', 'inside the 802.3 length, behind the payload, if there is anything'),
  routerReserved: row('ospf.lsa[].router_lsa.reserved', 'number', 'the byte behind the flags, unless zero'),
  linkTosReserved: row('ospf.lsa[].router_lsa.link[].tos[].reserved', 'number', 'the byte between the two, unless zero'),
  opaque: row('ospf.lsa[].opaque', 'group', 'opaque LSA [5250]; below it the TLVs, as wire/ospf/opaque names them'),
  llc: row('llc', 'group', '802.2 LLC and SNAP', 'LLC'),
  link: row('link', 'group', 'link header other than Ethernet', ''),
  tcp: row('tcp', 'group', 'TCP [9293]', 'TCP'),
  tcpChecksum: row('tcp.checksum', 'hex16', 'verified'),
  vrrp: row('vrrp', 'group', 'VRRP [3768] [5798]', 'VRRP'),
  vrrpChecksum: row('vrrp.checksum', 'hex16', 'verified'),
  vrrpTrailer: row('vrrp_trailer', 'bytes', 'behind the message, if there is anything'),
  bfd: row('bfd', 'group', 'BFD control packet [5880:4.1]', 'BFD'),
  heartbeat: row('heartbeat', 'group', 'message of Linux-HA heartbeat', 'heartbeat'),
  applicationTrailer: row('udp.application_trailer', 'bytes', 'behind a BFD or heartbeat message, if there is anything'),
  lls: row('ospf.lls', 'group', 'link-local signalling block [5613]; below it the TLVs'),
  errors: row('error', 'list', 'what is wrong with the frame; absent: nothing', ''),
  error: row('error[]', 'group', 'one refusal', 'ERROR'),
  errorCode: row('error[].code', 'text', 'truncated, length, value, version, checksum, authentication', ''),
  errorOffset: row('error[].offset', 'number', 'of the field, from the start of the frame', 'at '),
  errorClause: row('error[].clause', 'text', 'the clause of the standard', ''),
  errorGot: row('error[].got', 'text', 'what is there', 'got '),
  errorWant: row('error[].want', 'text', 'what should be there', 'want '),
} as const satisfies Record<FieldName, FieldRow>;

/** By id. Grows: value-fields.ts appends the names of values that codecs give and that have no row of their own above. */
export const FIELD_ROWS: FieldRow[] = (Object.keys(Field) as FieldName[])
  .map((name): readonly [number, FieldRow] => [Field[name], ROWS[name]])
  .sort((a, b) => a[0] - b[0])
  .map(([, one]) => one);

/** Names of numbers, by field id. */
export const VALUE_NAMES: Map<number, Readonly<Record<number, string>>> = (() => {
  const lsTypes = {
    1: 'router', 2: 'network', 3: 'summary', 4: 'asbr-summary', 5: 'external', 7: 'nssa', 9: 'opaque-link', 10: 'opaque-area', 11: 'opaque-as',
  };
  return new Map<number, Readonly<Record<number, string>>>([
    [Field.arpOperation, { 1: 'request', 2: 'reply', 3: 'rarp-request', 4: 'rarp-reply', 8: 'inarp-request', 9: 'inarp-reply' }],
    [Field.ipProtocol, { 1: 'icmp', 2: 'igmp', 6: 'tcp', 17: 'udp', 89: 'ospf', 112: 'vrrp' }],
    [Field.icmpType, {
      0: 'echo-reply', 3: 'unreachable', 5: 'redirect', 8: 'echo-request', 9: 'router-advertisement', 10: 'router-solicitation',
      11: 'time-exceeded', 12: 'parameter-problem',
    }],
    [Field.igmpType, { 0x11: 'query', 0x12: 'v1-report', 0x16: 'v2-report', 0x17: 'leave', 0x22: 'v3-report' }],
    [Field.igmpRecordType, { 1: 'is-include', 2: 'is-exclude', 3: 'to-include', 4: 'to-exclude', 5: 'allow', 6: 'block' }],
    [Field.ospfType, { 1: 'hello', 2: 'dd', 3: 'ls-request', 4: 'ls-update', 5: 'ls-ack' }],
    [Field.ospfAuthType, { 0: 'none', 1: 'simple', 2: 'cryptographic', 3: 'cryptographic-extended' }],
    [Field.requestType, lsTypes],
    [Field.lsaType, lsTypes],
    [Field.linkType, { 1: 'point-to-point', 2: 'transit', 3: 'stub', 4: 'virtual' }],
  ]);
})();

/** Names of bits, highest first, by field id. */
export const BIT_NAMES: Map<number, readonly (readonly [number, string])[]> = (() => {
  const options = [[0x80, 'DN'], [0x40, 'O'], [0x20, 'DC'], [0x10, 'L'], [0x08, 'NP'], [0x04, 'MC'], [0x02, 'E'], [0x01, 'MT']] as const;
  return new Map<number, readonly (readonly [number, string])[]>([
    [Field.ipFlags, [[4, 'reserved'], [2, 'DF'], [1, 'MF']]],
    [Field.helloOptions, options],
    [Field.ddOptions, options],
    [Field.lsaOptions, options],
    [Field.ddFlags, [[8, 'R'], [4, 'I'], [2, 'M'], [1, 'MS']]],
    [Field.routerFlags, [[0x10, 'Nt'], [0x08, 'W'], [0x04, 'V'], [0x02, 'E'], [0x01, 'B']]],
  ]);
})();
