/**
 * Which field of tshark is which of our JSON names. Read agreement.test.ts first.
 *
 * A row holds the values of one tshark field in a frame against those of our paths, both in the order of the frame. `when` picks among
 * ours by the objects around a value (innermost first), `ours` and `theirs` bring them to a common form.
 */
type Value = number | string;
/** A member of our JSON: its path, its value, and the objects that it is in. `path[#]` is the length of a list. */
export interface Leaf { readonly path: string; readonly value: Value; readonly around: readonly Around[] }
export type Around = Readonly<Record<string, unknown>>;

export interface Row {
  readonly field: string;
  readonly paths: readonly string[];
  readonly when?: (around: readonly Around[], value: Value) => boolean;
  readonly ours?: (value: Value, around: readonly Around[]) => Value;
  readonly theirs?: (value: Value) => Value | undefined;
}

type Extra = Omit<Row, 'field' | 'paths'>;
const row = (field: string, paths: string | readonly string[], extra: Extra = {}): Row => ({ field, paths: typeof paths === 'string' ? [paths] : paths, ...extra });
const always = (field: string, path: string, value: Value): Row => row(field, path, { ours: () => value });
const bit = (field: string, paths: string | readonly string[], mask: number, extra: Extra = {}): Row => row(field, paths, { ...extra, ours: (value) => ((Number(value) & mask) !== 0 ? 1 : 0) });
/** Bytes: theirs come with a mark in front of them, see normal(). */
const asBytes = (value: Value): Value => `x${value}`;
const asText = (value: Value): Value => Buffer.from(String(value), 'hex').toString('latin1').replace(/\0+$/, '').toLowerCase();
const asNumber = (address: Value): number => String(address).split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
const single = (value: Value): number => Number(new Float32Array(new Uint32Array([Number(value)]).buffer)[0].toPrecision(6));

const OPTIONS = ['ospf.hello.options', 'ospf.dd.options', 'ospf.lsa[].options'];
const isOpaque = ([lsa]: readonly Around[]): boolean => Number(lsa.type) >= 9 && Number(lsa.type) <= 11;
const opaqueType = (lsa: Around): number => Math.floor(asNumber(String(lsa.id)) / 2 ** 24);
const isTrafficEngineering = (around: readonly Around[]): boolean => isOpaque(around) && (opaqueType(around[0]) === 1 || opaqueType(around[0]) === 6);
const isSummary = ([, lsa]: readonly Around[]): boolean => lsa.type === 3 || lsa.type === 4;
/** tshark leaves inter-AS links (opaque type 6) [5392] as bytes. */
const isInArea = (around: readonly Around[]): boolean => opaqueType(around.find((one) => 'opaque' in one) as Around) === 1;
const kind = (...names: string[]) => (around: readonly Around[]): boolean => names.includes(String(around[0].kind)) && isInArea(around);

const TE = 'ospf.lsa[].opaque.traffic_engineering.tlvs[]';
const LINK = `${TE}.value.sub_tlvs[]`;
const RI = 'ospf.lsa[].opaque.router_information.tlvs[]';
const PREFIX = 'ospf.lsa[].opaque.extended_prefix.tlvs[]';
const ADJACENT = 'ospf.lsa[].opaque.extended_link.tlvs[]';
const GRACE = 'ospf.lsa[].opaque.grace.tlvs[]';

export const ROWS: readonly Row[] = [
  row('arp.opcode', 'arp.op'),
  row('arp.src.hw_mac', 'arp.sender_mac'),
  row('arp.src.proto_ipv4', 'arp.sender_ip'),
  row('arp.dst.hw_mac', 'arp.target_mac'),
  row('arp.dst.proto_ipv4', 'arp.target_ip'),
  // Derived from the addresses, by both.
  row('arp.isgratuitous', 'arp.kind', { when: (_, value) => /announcement|gratuitous/.test(String(value)), ours: () => 1 }),
  row('arp.isannouncement', 'arp.kind', { when: (_, value) => value === 'announcement', ours: () => 1 }),
  always('arp.hw.type', 'arp.op', 1), always('arp.hw.size', 'arp.op', 6), always('arp.proto.type', 'arp.op', 0x800), always('arp.proto.size', 'arp.op', 4),

  always('bfd.version', 'bfd.state', 1),
  row('bfd.diag', 'bfd.diagnostic'), row('bfd.sta', 'bfd.state'),
  row('bfd.flags', 'bfd.flags', { theirs: (value) => Number(value) & 0x3f }), // theirs holds the state as well
  bit('bfd.flags.p', 'bfd.flags', 32), bit('bfd.flags.f', 'bfd.flags', 16), bit('bfd.flags.c', 'bfd.flags', 8),
  bit('bfd.flags.a', 'bfd.flags', 4), bit('bfd.flags.d', 'bfd.flags', 2), bit('bfd.flags.m', 'bfd.flags', 1),
  row('bfd.detect_time_multiplier', 'bfd.detect_multiplier'),
  row('bfd.my_discriminator', 'bfd.my_discriminator'), row('bfd.your_discriminator', 'bfd.your_discriminator'),
  row('bfd.desired_min_tx_interval', 'bfd.desired_minimum_transmit_micros'),
  row('bfd.required_min_rx_interval', 'bfd.required_minimum_receive_micros'),
  row('bfd.required_min_echo_interval', 'bfd.required_minimum_echo_receive_micros'),
  row('bfd.auth.type', 'bfd.authentication.type'), row('bfd.auth.key', 'bfd.authentication.key_id'),
  row('bfd.auth.seq_num', 'bfd.authentication.sequence'), row('bfd.checksum', 'bfd.authentication.digest', { ours: asBytes }),
  row('bfd.auth.password', 'bfd.authentication.password', { ours: asText }),

  row('icmp.type', 'icmp.type'), row('icmp.code', 'icmp.code'), row('icmp.checksum', 'icmp.checksum'),
  row('icmp.ident', ['icmp.id', 'icmp.identifier']), row('icmp.seq', ['icmp.seq', 'icmp.sequence']),
  row('icmp.mtu', 'icmp.next_hop_mtu', { when: ([icmp]) => icmp.type === 3 && icmp.code === 4 }),
  row('icmp.redir_gw', 'icmp.gateway'), row('icmp.pointer', 'icmp.pointer'),
  row('icmp.originate_timestamp', 'icmp.originate'), row('icmp.receive_timestamp', 'icmp.receive'), row('icmp.transmit_timestamp', 'icmp.transmit'),

  row('igmp.type', 'igmp.type'), row('igmp.checksum', 'igmp.checksum'),
  // A report has nothing there, as tshark sees it.
  row('igmp.max_resp', ['igmp.max_response_time', 'igmp.maximum_response_code'], { when: ([igmp]) => igmp.type === 0x11 || igmp.type === 0x16 || igmp.type === 0x17 }),
  row('igmp.maddr', ['igmp.group', 'igmp.record[].group']), row('igmp.num_grp_recs', 'igmp.record[#]'), row('igmp.record_type', 'igmp.record[].type'),
  row('igmp.num_src', ['igmp.record[].source[#]', 'igmp.sources[#]']), row('igmp.saddr', ['igmp.record[].source[]', 'igmp.sources[]']),
  row('igmp.s', 'igmp.is_router_processing_suppressed'), row('igmp.qrv', 'igmp.robustness'), row('igmp.qqic', 'igmp.query_interval_code'),
  always('igmp.aux_data_len', 'igmp.record[].type', 0),

  row('vrrp.version', 'vrrp.version'), row('vrrp.type', 'vrrp.type'), row('vrrp.virt_rtr_id', 'vrrp.virtual_router_id'), row('vrrp.prio', 'vrrp.priority'),
  row('vrrp.addr_count', 'vrrp.addresses[#]'), row('vrrp.ip_addr', 'vrrp.addresses[]'), row('vrrp.checksum', 'vrrp.checksum'),
  row('vrrp.auth_type', 'vrrp.authentication_type'), row('vrrp.adver_int', 'vrrp.advertisement_interval_seconds'),
  row('vrrp.auth_string', 'vrrp.authentication_data', { when: ([vrrp]) => vrrp.authentication_type === 1, ours: asText }),
  row('vrrp.reserved_mbz', 'vrrp.reserved'), row('vrrp.short_adver_int', 'vrrp.maximum_advertisement_interval_centiseconds'),

  row('ospf.version', 'ospf.version'), row('ospf.msg', 'ospf.type'), row('ospf.packet_length', 'ospf.length'), row('ospf.srcrouter', 'ospf.router'),
  row('ospf.area_id', 'ospf.area'), row('ospf.checksum', 'ospf.checksum'), row('ospf.auth.type', 'ospf.auth_type'),
  row('ospf.auth.none', 'ospf.auth_data', { ours: asBytes }), row('ospf.auth.simple', 'ospf.password', { ours: asText }),
  row('ospf.auth.crypt.key_id', 'ospf.key_id'), row('ospf.auth.crypt.data_length', 'ospf.digest_length'), row('ospf.auth.crypt.seq_nbr', 'ospf.crypto_seq'),
  row('ospf.auth.crypt.data', 'ospf.digest', { ours: asBytes }),
  row('ospf.hello.network_mask', 'ospf.hello.mask'), row('ospf.hello.hello_interval', 'ospf.hello.hello_interval'),
  row('ospf.hello.router_priority', 'ospf.hello.priority'), row('ospf.hello.router_dead_interval', 'ospf.hello.dead_interval'),
  row('ospf.hello.designated_router', 'ospf.hello.dr'), row('ospf.hello.backup_designated_router', 'ospf.hello.bdr'),
  row('ospf.hello.active_neighbor', 'ospf.hello.neighbor[]'),
  row('ospf.db.interface_mtu', 'ospf.dd.mtu'), row('ospf.db.dd_sequence', 'ospf.dd.seq'), row('ospf.dbd', 'ospf.dd.flags'),
  bit('ospf.dbd.r', 'ospf.dd.flags', 8), bit('ospf.dbd.i', 'ospf.dd.flags', 4), bit('ospf.dbd.m', 'ospf.dd.flags', 2), bit('ospf.dbd.ms', 'ospf.dd.flags', 1),
  row('ospf.v2.options', OPTIONS),
  bit('ospf.v2.options.dn', OPTIONS, 0x80), bit('ospf.v2.options.o', OPTIONS, 0x40), bit('ospf.v2.options.dc', OPTIONS, 0x20), bit('ospf.v2.options.l', OPTIONS, 0x10),
  bit('ospf.v2.options.mc', OPTIONS, 4), bit('ospf.v2.options.e', OPTIONS, 2), bit('ospf.v2.options.mt', OPTIONS, 1),
  // One bit with two names: P in a type 7 LSA.
  bit('ospf.v2.options.n', OPTIONS, 8, { when: ([around]) => around.type !== 7 }), bit('ospf.v2.options.p', OPTIONS, 8, { when: ([around]) => around.type === 7 }),
  row('ospf.link_state_id', 'ospf.request[].id'),
  row('ospf.advrouter', ['ospf.request[].router', 'ospf.lsa[].router']), row('ospf.lsa', ['ospf.request[].type', 'ospf.lsa[].type']),
  row('ospf.ls.number_of_lsas', 'ospf.lsa_count'),
  row('ospf.lsa.age', 'ospf.lsa[].age', { ours: (value) => Number(value) & 0x7fff }), bit('ospf.lsa.donotage', 'ospf.lsa[].age', 0x8000),
  row('ospf.lsa.seqnum', 'ospf.lsa[].seq'), row('ospf.lsa.chksum', 'ospf.lsa[].checksum'), row('ospf.lsa.length', 'ospf.lsa[].length'),
  row('ospf.lsa.id', 'ospf.lsa[].id', { when: (around) => !isOpaque(around) }),
  row('ospf.lsid_opaque_type', 'ospf.lsa[].id', { when: isOpaque, ours: (id) => Math.floor(asNumber(id) / 2 ** 24) }),
  row('ospf.lsid.opaque_id', 'ospf.lsa[].id', { when: (around) => isOpaque(around) && opaqueType(around[0]) !== 1, ours: (id) => asNumber(id) % 2 ** 24 }),
  row('ospf.lsid_te_lsa.instance', 'ospf.lsa[].id', { when: (around) => isTrafficEngineering(around) && opaqueType(around[0]) === 1, ours: (id) => asNumber(id) % 2 ** 16 }),
  row('ospf.lsid_te_lsa.reserved', 'ospf.lsa[].id', { when: (around) => isTrafficEngineering(around) && opaqueType(around[0]) === 1, ours: (id) => Math.floor(asNumber(id) / 2 ** 16) % 256 }),
  row('ospf.v2.router.lsa.flags', 'ospf.lsa[].router_lsa.flags'),
  bit('ospf.v2.router.lsa.flags.h', 'ospf.lsa[].router_lsa.flags', 0x80), bit('ospf.v2.router.lsa.flags.n', 'ospf.lsa[].router_lsa.flags', 0x10),
  bit('ospf.v2.router.lsa.flags.w', 'ospf.lsa[].router_lsa.flags', 8), bit('ospf.v2.router.lsa.flags.v', 'ospf.lsa[].router_lsa.flags', 4),
  bit('ospf.v2.router.lsa.flags.e', 'ospf.lsa[].router_lsa.flags', 2), bit('ospf.v2.router.lsa.flags.b', 'ospf.lsa[].router_lsa.flags', 1),
  row('ospf.lsa.number_of_links', 'ospf.lsa[].router_lsa.link[#]'),
  // The names of a router-LSA's link stand for those of an extended link too.
  row('ospf.lsa.router.linkid', ['ospf.lsa[].router_lsa.link[].id', `${ADJACENT}.value.link_id`]),
  row('ospf.lsa.router.linkdata', ['ospf.lsa[].router_lsa.link[].data', `${ADJACENT}.value.link_data`]),
  row('ospf.lsa.router.linktype', ['ospf.lsa[].router_lsa.link[].type', `${ADJACENT}.value.link_type`]), row('ospf.lsa.router.metric0', 'ospf.lsa[].router_lsa.link[].metric'),
  row('ospf.lsa.router.nummetrics', 'ospf.lsa[].router_lsa.link[].type', { ours: (_, [link]) => (Array.isArray(link.tos) ? link.tos.length : 0) }),
  row('ospf.lsa.network.netmask', 'ospf.lsa[].network_lsa.mask'), row('ospf.lsa.network.attchrtr', 'ospf.lsa[].network_lsa.router[]'),
  row('ospf.lsa.asbr.netmask', 'ospf.lsa[].summary_lsa.mask'), row('ospf.lsa.asext.netmask', 'ospf.lsa[].external_lsa.mask'),
  row('ospf.metric', ['ospf.lsa[].summary_lsa.metric', 'ospf.lsa[].external_lsa.route[].metric']),
  row('ospf.lsa.tos', ['ospf.lsa[].summary_lsa.metric', 'ospf.lsa[].external_lsa.route[].tos'], { ours: (value, around) => (isSummary(around) ? 0 : value) }),
  row('ospf.lsa.asext.type', 'ospf.lsa[].external_lsa.route[].type2'), row('ospf.lsa.asext.fwdaddr', 'ospf.lsa[].external_lsa.route[].forward'),
  row('ospf.lsa.asext.extrttag', 'ospf.lsa[].external_lsa.route[].tag'),

  row('ospf.v2.grace.period', `${GRACE}.value.seconds`), row('ospf.v2.grace.reason', `${GRACE}.value.reason`), row('ospf.v2.grace.ip', `${GRACE}.value.address`),
  row('ospf.tlv_type', [`${GRACE}.type`, `${TE}.type`, `${LINK}.type`], { when: ([tlv, ...around]) => 'value' in tlv && opaqueType(around.find((one) => 'opaque' in one) as Around) !== 6 }),
  row('ospf.mpls.routerid', `${TE}.value.address`),
  row('ospf.mpls.linktype', `${LINK}.value.link_type`, { when: isInArea }), row('ospf.mpls.linkid', `${LINK}.value.link_id`, { when: isInArea }),
  row('ospf.mpls.local_addr', `${LINK}.value.addresses[]`, { when: kind('local-addresses') }),
  row('ospf.mpls.remote_addr', `${LINK}.value.addresses[]`, { when: kind('remote-addresses') }),
  row('ospf.mpls.te_metric', `${LINK}.value.metric`, { when: isInArea }), row('ospf.mpls.link_max_bw', `${LINK}.value.bandwidth`, { when: isInArea, ours: single }),
  row('ospf.mpls.pri', `${LINK}.value.bandwidths[]`, { when: isInArea, ours: single }),
  row('ospf.mpls.linkcolor', `${LINK}.value.groups`, { when: isInArea }),
  row('ospf.tlv_type.opaque', `${RI}.type`),
  row('ospf.ri.options', `${RI}.value.words[]`, { ours: (value) => Number(value) >>> 24 }),
  bit('ospf.ri.options.grc', `${RI}.value.words[]`, 0x80000000), bit('ospf.ri.options.grh', `${RI}.value.words[]`, 0x40000000),
  bit('ospf.ri.options.srs', `${RI}.value.words[]`, 0x20000000), bit('ospf.ri.options.tes', `${RI}.value.words[]`, 0x10000000),
  bit('ospf.ri.options.p2plan', `${RI}.value.words[]`, 0x08000000), bit('ospf.ri.options.ete', `${RI}.value.words[]`, 0x04000000),
  bit('ospf.ri.options.host', `${RI}.value.words[]`, 0x01000000),
  row('ospf.tlv.range_size', `${RI}.value.range_size`), row('ospf.tlv.sidlabel_range.type', `${RI}.value.sub_tlvs[].type`),
  row('ospf.tlv.sid_label', [`${RI}.value.sub_tlvs[].value.identifier.value`, `${PREFIX}.value.sub_tlvs[].value.identifier.value`, `${ADJACENT}.value.sub_tlvs[].value.identifier.value`]),
  row('ospf.tlv.igp_msd_type', `${RI}.value.depths[].type`), row('ospf.tlv.igp_msd_value', `${RI}.value.depths[].depth`),
  row('ospf.lsa_sa', [`${RI}.value.algorithms`, `${PREFIX}.value.sub_tlvs[].value.algorithm`], { ours: (value) => Number.parseInt(String(value), 16) }),
  row('ospf.tlv.extpfx.tlv_type', `${PREFIX}.type`), row('ospf.tlv.extpfx.rotuetype', `${PREFIX}.value.route_type`),
  row('ospf.prefix_length', `${PREFIX}.value.prefix_length`), row('ospf.tlv.extpfx.af', `${PREFIX}.value.address_family`),
  row('ospf.tlv.extpfx.flags', `${PREFIX}.value.flags`), bit('ospf.tlv.extpfx.flags.a', `${PREFIX}.value.flags`, 0x80), bit('ospf.tlv.extpfx.flags.n', `${PREFIX}.value.flags`, 0x40),
  row('ospf.v3.address_prefix.ipv4', `${PREFIX}.value.prefix`), row('ospf.tlv.extpfx.subtlv_type', `${PREFIX}.value.sub_tlvs[].type`),
  row('ospf.tlv.pfxsid.flags', `${PREFIX}.value.sub_tlvs[].value.flags`),
  bit('ospf.tlv.pfxsid.flags.np', `${PREFIX}.value.sub_tlvs[].value.flags`, 0x40), bit('ospf.tlv.pfxsid.flags.m', `${PREFIX}.value.sub_tlvs[].value.flags`, 0x20),
  bit('ospf.tlv.pfxsid.flags.e', `${PREFIX}.value.sub_tlvs[].value.flags`, 0x10), bit('ospf.tlv.pfxsid.flags.v', `${PREFIX}.value.sub_tlvs[].value.flags`, 8),
  bit('ospf.tlv.pfxsid.flags.l', `${PREFIX}.value.sub_tlvs[].value.flags`, 4),
  row('ospf.tlv.extlink.tlv_type', `${ADJACENT}.type`), row('ospf.tlv.extlink.subtlv_type', `${ADJACENT}.value.sub_tlvs[].type`),
  row('ospf.tlv.extlink.mt_id', [`${PREFIX}.value.sub_tlvs[].value.topology_id`, `${ADJACENT}.value.sub_tlvs[].value.topology_id`]),
  row('ospf.tlv.extlink.nbr', `${ADJACENT}.value.sub_tlvs[].value.neighbor_id`), row('ospf.tlv.extlink.weight', `${ADJACENT}.value.sub_tlvs[].value.weight`),
  row('ospf.tlv.adjsid.flags', `${ADJACENT}.value.sub_tlvs[].value.flags`),
  bit('ospf.tlv.adjsid.flags.v', `${ADJACENT}.value.sub_tlvs[].value.flags`, 0x40), bit('ospf.tlv.adjsid.flags.g', `${ADJACENT}.value.sub_tlvs[].value.flags`, 0x10),
  bit('ospf.tlv.adjsid.flags.p', `${ADJACENT}.value.sub_tlvs[].value.flags`, 8),
];

const DERIVED = 'worked out by tshark, not on the wire';
const HEADING = 'a heading without a value';
const RECOMPUTED = 'a length that follows from the value; the encoder writes it, and the re-encoding tests hold it';
const NO_DELAY = 'delay sub-TLVs [7471] are kept as bytes here';

/** Fields that tshark shows and that are held against nothing, and why. */
export const THEIRS_ALONE: ReadonlyMap<string, string> = new Map([
  ...['icmp.checksum.status', 'igmp.checksum.status', 'vrrp.checksum.status', 'icmp.resp_to', 'icmp.resptime', 'icmp.ident_le', 'icmp.seq_le', 'igmp.version',
    'vrrp.typever', 'ospf.mpls.group'].map((field) => [field, DERIVED] as const),
  ...['ospf.header', 'ospf.hello', 'ospf.lsa.unknown_type', 'ospf.v2.grace'].map((field) => [field, HEADING] as const),
  ...['bfd.auth.len', 'bfd.message_length', 'ospf.tlv_length'].map((field) => [field, RECOMPUTED] as const),
  ...['ospf.tlv.unidirectional_delay_variation', 'ospf.tlv.unidirectional_link_delay', 'ospf.tlv.unidirectional_link_delay_max', 'ospf.tlv.unidirectional_link_delay_min',
    'ospf.tlv.unidirectional_link_flags', 'ospf.tlv.unidirectional_link_flags.a', 'ospf.tlv.unidirectional_link_flags.reserved',
    'ospf.tlv.unidirectional_link_reserved'].map((field) => [field, NO_DELAY] as const),
  ...['ospf.reserved', 'ospf.pad_bytes', 'igmp.reserved', 'icmp.unused'].map((field) => [field, 'one name for bytes at many places; kept here under as many names, or shown when not zero'] as const),
  ['ospf.tlv.adjsid.flags.b', 'one name for two bits, B and L; ospf.tlv.adjsid.flags holds the byte'],
  ['ospf.tlv_value', 'the bytes of a TLV that tshark does not know, or of some that it does'],
]);

/** Paths of ours that are held against nothing, and why. */
export const OURS_ALONE: ReadonlyMap<string, string> = new Map([
  ...['bfd.authentication.kind', 'ospf.lsa[].opaque.kind', `${ADJACENT}.value.kind`, `${ADJACENT}.value.sub_tlvs[].value.kind`, `${PREFIX}.value.kind`,
    `${PREFIX}.value.sub_tlvs[].value.kind`, `${GRACE}.value.kind`, `${RI}.value.kind`, `${RI}.value.sub_tlvs[].value.kind`, `${TE}.value.kind`, `${LINK}.value.kind`]
    .map((path) => [path, 'a name for the type, which is compared'] as const),
  ...[`${ADJACENT}.value.sub_tlvs[].value.identifier.form`, `${PREFIX}.value.sub_tlvs[].value.identifier.form`, `${RI}.value.sub_tlvs[].value.identifier.form`]
    .map((path) => [path, 'label or index: follows from flags and length'] as const),
  ...['bfd.authentication.reserved', `${ADJACENT}.value.reserved`, `${ADJACENT}.value.sub_tlvs[].value.reserved`, `${PREFIX}.value.sub_tlvs[].value.reserved`,
    `${RI}.value.reserved`, `${RI}.padding`, 'igmp.reserved', 'icmp.unused']
    .map((path) => [path, 'bytes without a meaning: not shown by tshark, or all under one name'] as const),
  ['icmp.original', 'tshark shows the packet inside of an error, not its bytes'], ['icmp.payload', 'tshark shows it as data, not as ICMP'],
  [`${LINK}.value.address`, 'of inter-AS links [5392], which tshark leaves as bytes'], [`${LINK}.value.as_number`, 'of inter-AS links [5392], which tshark leaves as bytes'],
  [`${LINK}.value.bytes`, 'sub-TLVs that we keep as bytes'], [`${ADJACENT}.value.sub_tlvs[].value.bytes`, 'sub-TLVs that we keep as bytes'],
  ['vrrp.has_pseudo_header', 'which of two ways the checksum was made'],
]);
