/**
 * `failover-emulator/wire`: every codec of this project as a library. Bytes in, values out, and the same bytes again.
 *
 * Everything works on Uint8Array, needs no other package and never throws on bytes: what is malformed comes back as a
 * `DecodeError` that names the field (offset, clause of the standard, what was found and what was expected).
 *
 *     import { DecodeError, decodeFrame, encodeFrame, frameLength, ByteWriter, formatIpv4 } from 'failover-emulator/wire';
 *
 *     const frame = decodeFrame(bytes);                     // Ethernet down to LSAs
 *     if (frame instanceof DecodeError) throw new Error(`${frame.clause} at ${frame.offset}`);
 *     if (frame.payload.kind === 'ipv4' && frame.payload.packet.payload.kind === 'ospf') {
 *       const { header, body } = frame.payload.packet.payload.ospf;
 *       console.log(formatIpv4(header.routerId), body.kind);
 *     }
 *     const again = new Uint8Array(frameLength(frame));
 *     encodeFrame(frame, new ByteWriter(again));            // byte for byte what came in
 *
 * Each protocol can be used alone: `decodeX(reader)`, `xLength(value)`, `encodeX(value, writer)` and a class for X. Names of
 * protocols that would collide are written out: `decodeHello` is OSPF's, `decodeHeartbeat` heartbeat's.
 */
export { formatIpv4, formatMac, formatPrefix } from '../base/address.js';
export type { Ipv4, Mac } from '../base/address.js';
// Two protocols have a LinkType: that of capture files keeps the name.
export { LinkType } from './link-layer.js';
export { LinkType as RouterLinkType } from './ospf/router-lsa.js';
export * from './arp.js';
export * from './bfd.js';
export * from './bytes.js';
export * from './decode-error.js';
export * from './ethernet.js';
export * from './frame.js';
export * from './heartbeat-authentication.js';
export * from './heartbeat.js';
export * from './icmp-embedded.js';
export * from './icmp.js';
export * from './igmp.js';
export * from './internet-checksum.js';
export * from './ipv4-options.js';
export { decodeIpv4Packet, encodeIpv4Packet, ipv4PacketErrors, ipv4PacketLength } from './ipv4-packet.js';
export * from './ipv4-reassembly.js';
export * from './ipv4.js';
export * from './link-layer.js';
export * from './llc.js';
export * from './ospf/as-external-lsa.js';
export * from './ospf/authentication.js';
export * from './ospf/database-description.js';
export * from './ospf/dissection.js';
export * from './ospf/fletcher-checksum.js';
export * from './ospf/hello.js';
export * from './ospf/link-state-acknowledgment.js';
export * from './ospf/link-state-request.js';
export * from './ospf/link-state-update.js';
export * from './ospf/lsa-header.js';
export * from './ospf/lsa.js';
export * from './ospf/network-lsa.js';
export * from './ospf/options.js';
export * from './ospf/packet.js';
export * from './ospf/router-lsa.js';
export * from './ospf/summary-lsa.js';
export * from './ospf/link-local-signaling.js';
export * from './ospf/message-digest.js';
export * from './ospf/opaque/extended-link-lsa.js';
export * from './ospf/opaque/extended-prefix-lsa.js';
export * from './ospf/opaque/grace-lsa.js';
export * from './ospf/opaque/ieee-single.js';
export * from './ospf/opaque/opaque-lsa.js';
export * from './ospf/opaque/router-information-lsa.js';
export * from './ospf/opaque/segment-identifier.js';
export * from './ospf/opaque/tlv.js';
export * from './ospf/opaque/traffic-engineering-link.js';
export * from './ospf/opaque/traffic-engineering-lsa.js';
export * from './tcp.js';
export * from './udp.js';
export * from './vrrp.js';
