/**
 * What FRR 8.4.4 prints of traffic engineering: inside LSAs, and `show ip ospf mpls-te interface [INTERFACE]` and `router`.
 *
 * Read traffic-engineering.ts first. The link state database that `show ip ospf mpls-te database` is about is not kept here.
 */
import { formatIpv4, type Ipv4 } from '../../base/address.js';
import { orderInterfaces } from '../../ospf/interface-parameters.js';
import type { OspfProcess } from '../../ospf/process.js';
import { MetricTlv, linkTlvs } from '../../ospf/traffic-engineering.js';
import { numberOfSingle } from '../../wire/ospf/opaque/ieee-single.js';
import { type Tlv, tlvsLength } from '../../wire/ospf/opaque/tlv.js';
import { type TrafficEngineeringLinkValue, trafficEngineeringLinkValueCodec } from '../../wire/ospf/opaque/traffic-engineering-link.js';
import type { TrafficEngineeringLsa } from '../../wire/ospf/opaque/traffic-engineering-lsa.js';

const SIGNIFICANT_DIGITS = 6;
const LEAST_PLAIN_EXPONENT = -4;
const ANOMALOUS = 0x80000000;
const VALUE = 0x00ffffff;
const LOSS_UNIT_PERCENT = 0.000003;
const LINK_TYPES: Readonly<Record<number, string>> = { 1: 'Point-to-point', 2: 'Multiaccess' };

/** `%g`: six digits, without the zeros at the end. */
export function formatGeneral(value: number): string {
  if (value === 0) return '0';
  const [mantissa, power] = value.toExponential(SIGNIFICANT_DIGITS - 1).split('e');
  const exponent = Number(power);
  const trim = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (exponent >= LEAST_PLAIN_EXPONENT && exponent < SIGNIFICANT_DIGITS) return trim(value.toFixed(SIGNIFICANT_DIGITS - 1 - exponent));
  return `${trim(mantissa)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function bandwidth(bits: number): string {
  return `${formatGeneral(numberOfSingle(bits))} (Bytes/sec)`;
}

function normality(word: number): string {
  return (word & ANOMALOUS) === 0 ? 'Normal' : 'Anomalous';
}

function addresses(what: string, all: readonly Ipv4[]): string {
  return `  ${what} Interface IP Address(es): ${all.length}\n${all.map((address, index) => `    #${index}: ${formatIpv4(address)}\n`).join('')}`;
}

function unreserved(all: readonly number[]): string {
  let text = '  Unreserved Bandwidth per Class Type in Byte/s:\n';
  for (let i = 0; i + 1 < all.length; i += 2) text += `    [${i}]: ${bandwidth(all[i])},\t[${i + 1}]: ${bandwidth(all[i + 1])}\n`;
  return text;
}

/** Of the extensions of RFC 7471, whose values are bytes; undefined: it is none of them. */
function metricText(type: number, bytes: Uint8Array): string | undefined {
  if (bytes.length !== (type === MetricTlv.delayRange ? 8 : 4)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const word = view.getUint32(0);
  switch (type) {
    case MetricTlv.delay: return `  ${normality(word)} Average Link Delay: ${word & VALUE} (micro-sec)\n`;
    case MetricTlv.delayRange: return `  ${normality(word)} Min/Max Link Delay: ${word & VALUE}/${view.getUint32(4) & VALUE} (micro-sec)\n`;
    case MetricTlv.delayVariation: return `  Delay Variation: ${word & VALUE} (micro-sec)\n`;
    case MetricTlv.loss: return `  ${normality(word)} Link Loss: ${formatGeneral((word & VALUE) * LOSS_UNIT_PERCENT)} (%)\n`;
    case MetricTlv.residualBandwidth: return `  Unidirectional Residual Bandwidth: ${bandwidth(word)}\n`;
    case MetricTlv.availableBandwidth: return `  Unidirectional Available Bandwidth: ${bandwidth(word)}\n`;
    case MetricTlv.usedBandwidth: return `  Unidirectional Utilized Bandwidth: ${bandwidth(word)}\n`;
    default: return undefined;
  }
}

function linkTlvText({ type, value }: Tlv<TrafficEngineeringLinkValue>): string {
  switch (value.kind) {
    case 'link-type': return `  Link-Type: ${LINK_TYPES[value.linkType] ?? 'Unknown'} (${value.linkType})\n`;
    case 'link-id': return `  Link-ID: ${formatIpv4(value.linkId)}\n`;
    case 'local-addresses': return addresses('Local', value.addresses);
    case 'remote-addresses': return addresses('Remote', value.addresses);
    case 'metric': return `  Traffic Engineering Metric: ${value.metric}\n`;
    case 'maximum-bandwidth': return `  Maximum Bandwidth: ${bandwidth(value.bandwidth)}\n`;
    case 'maximum-reservable-bandwidth': return `  Maximum Reservable Bandwidth: ${bandwidth(value.bandwidth)}\n`;
    case 'unreserved-bandwidth': return unreserved(value.bandwidths);
    case 'administrative-group': return `  Resource class/color: 0x${value.groups.toString(16)}\n`;
    case 'link-identifiers': return `  Link Local  ID: ${value.local}\n  Link Remote ID: ${value.remote}\n`;
    case 'remote-asbr-address': return `  Inter-AS TE Remote ASBR IP address: ${formatIpv4(value.address)}\n`;
    case 'remote-as-number': return `  Inter-AS TE Remote AS number: ${value.asNumber}\n`;
    default: {
      const length = value.kind === 'raw' ? value.bytes.length : trafficEngineeringLinkValueCodec.length(value);
      const text = value.kind === 'raw' ? metricText(type, value.bytes) : undefined;
      return text ?? `  Unknown TLV: [type(0x${type.toString(16)}), length(0x${length.toString(16)})]\n`;
    }
  }
}

/** What the details of an LSA end with. */
export function trafficEngineeringText(lsa: TrafficEngineeringLsa): string {
  let text = '';
  for (const { type, value } of lsa.tlvs) {
    if (value.kind === 'router-address') text += `  Router-Address: ${formatIpv4(value.address)}\n`;
    else if (value.kind === 'link') text += `  Link: ${tlvsLength(value.subTlvs, trafficEngineeringLinkValueCodec)} octets of data\n${value.subTlvs.map(linkTlvText).join('')}`;
    else text += `  Unknown TLV: [type(0x${type.toString(16)}), length(0x${(value.kind === 'raw' ? value.bytes.length : 4).toString(16)})]\n`;
  }
  return text;
}

export function showEngineeredInterfaces(process: OspfProcess, name?: string): string {
  const names = [...new Set([...process.systemInterfaces, ...process.allInterfaces().map((owner) => owner.system)].map((system) => system.name))];
  if (name !== undefined) return names.includes(name) ? engineeredInterface(process, name) : 'No such interface name in vrf default\n';
  const systems = new Map([...process.systemInterfaces, ...process.allInterfaces().map((owner) => owner.system)].map((system) => [system.name, system]));
  return orderInterfaces([...systems.values()], 'name').map((system) => engineeredInterface(process, system.name)).join('');
}

function engineeredInterface(process: OspfProcess, name: string): string {
  const { trafficEngineering } = process;
  const link = trafficEngineering.linkNamed(name);
  const parameters = link === undefined ? undefined : trafficEngineering.parametersOf(link);
  const owners = process.allInterfaces().filter((owner) => owner.name === name && owner.isOperative);
  const isLoopback = process.systemInterfaces.some((system) => system.name === name && system.isLoopback);
  const isInterAs = parameters?.neighbor !== undefined;
  const hasOspf = owners.length > 0;
  if (!trafficEngineering.isEnabled || link === undefined || parameters === undefined || isLoopback || (!hasOspf && !isInterAs)) {
    return `  ${name}: MPLS-TE is disabled on this interface\n`;
  }
  const tlvs = linkTlvs(link, parameters);
  // The other autonomous system comes before the rest here, and not in the LSA.
  const isOfOther = ({ value }: Tlv<TrafficEngineeringLinkValue>): boolean => value.kind === 'remote-asbr-address' || value.kind === 'remote-as-number';
  const addressing: readonly string[] = ['link-type', 'link-id', 'local-addresses', 'remote-addresses'];
  const [first, rest] = [tlvs.filter(({ value }) => addressing.includes(value.kind)), tlvs.filter((tlv) => !addressing.includes(tlv.value.kind) && !isOfOther(tlv))];
  return `-- ${hasOspf ? 'MPLS-TE' : 'Inter-AS TEv2'} link parameters for ${name} --\n` +
    `${[...first, ...tlvs.filter(isOfOther), ...rest].map(linkTlvText).join('')}---------------\n\n`;
}

export function showEngineeredRouter({ configuration, trafficEngineering }: OspfProcess): string {
  if (!trafficEngineering.isEnabled) return '';
  const { routerAddress, isExported } = configuration.trafficEngineering ?? { isExported: false };
  return `--- MPLS-TE router parameters ---\n${routerAddress === undefined ? '  Router address is not set\n' : `  Router-Address: ${formatIpv4(routerAddress)}\n`}` +
    `  Link State distribution is ${isExported ? 'Active' : 'Inactive'}\n`;
}
