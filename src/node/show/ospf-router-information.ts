/**
 * `show ip ospf router-info [pce]` as FRR 8.4.4 prints it.
 *
 * It takes statements about path computation elements and never switches them on, so there is nothing else to say about those.
 */
import type { OspfProcess } from '../../ospf/process.js';
import { InformationalCapability } from '../../wire/ospf/opaque/router-information-lsa.js';

export function showRouterInformation({ configuration }: OspfProcess): string {
  if (configuration.routerInformation === undefined && configuration.segmentRouting === undefined) return '  Router Information is disabled on this router\n';
  return `--- Router Information parameters ---\n  Router Capabilities: 0x${InformationalCapability.trafficEngineering.toString(16)}\n`;
}

export function showComputationElement(): string {
  return '  PCE info is disabled on this router\n';
}
