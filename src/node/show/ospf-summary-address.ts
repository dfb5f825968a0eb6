/**
 * `show ip ospf summary-address [detail] [json]` as FRR 8.4.4 prints it: external routes that are announced as one.
 *
 * Which routes a summary stands for FRR lists in the order of a hash table; here they are by network.
 */
import { formatPrefix } from '../../base/address.js';
import type { OspfProcess } from '../../ospf/process.js';
import { summarizedRoutes } from '../../ospf/redistribution.js';
import type { JsonValue } from './ospf-format.js';

const HEADER = 'Summary-address     Metric-type     Metric     Tag         External_Rt_count\n\n';
const DEFAULT_DELAY_SECONDS = 5;
/** So many routes stand in one line. */
const ROUTES_IN_LINE = 5;

interface Row {
  readonly prefix: string;
  readonly tag: number;
  readonly routes: readonly string[];
}

function rows(process: OspfProcess): Row[] {
  const summarized = summarizedRoutes(process);
  return (process.configuration.summaryAddresses ?? []).map((summary) => ({
    prefix: formatPrefix(summary.network, summary.prefixLength), tag: summary.tag,
    routes: (summarized.get(summary) ?? []).map((route) => formatPrefix(route.network, route.prefixLength)),
  }));
}

function delaySeconds({ configuration }: OspfProcess): number {
  return configuration.aggregationDelaySeconds ?? DEFAULT_DELAY_SECONDS;
}

/** Metric and type of every summary. */
function metric({ configuration, behaviour }: OspfProcess): { readonly metric: number; readonly type: string } {
  return { metric: configuration.defaultMetric ?? behaviour.externalMetric, type: `E${behaviour.externalMetricType}` };
}

/** `vrfLine`: what stands between the head and the rest where a VRF is asked for. */
export function showSummaryAddresses(process: OspfProcess, isDetail: boolean, vrfLine = ''): string {
  const { metric: value, type } = metric(process);
  let text = `${HEADER}${vrfLine}aggregation delay interval :${delaySeconds(process)}(in seconds)\n\n`;
  for (const { prefix, tag, routes } of rows(process)) {
    text += `${prefix.padEnd(20)}${type.padEnd(16)}${String(value).padEnd(11)}${String(tag).padEnd(12)}${String(routes.length).padEnd(5)}\n`;
    if (isDetail && routes.length > 0) {
      const list = routes.map((route, index) => `${route}, ${(index + 1) % ROUTES_IN_LINE === 0 ? '\n' : ''}`).join('');
      text += `Matched External routes:\n${list}\n`;
    }
    text += '\n';
  }
  return `${text}\n`;
}

export function summaryAddressesObject(process: OspfProcess, isDetail: boolean): Record<string, JsonValue> {
  const { metric: value, type } = metric(process);
  const delay = delaySeconds(process);
  return {
    'aggregation delay interval': delay, aggregationDelayInterval: delay,
    ...Object.fromEntries(rows(process).map(({ prefix, tag, routes }) => [prefix, {
      'Summary address': prefix, summaryAddress: prefix, 'Metric-type': type, metricType: type, Metric: value, metric: value, Tag: tag, tag,
      'External route count': routes.length, externalRouteCount: routes.length,
      ...(isDetail ? Object.fromEntries(routes.map((route, index) => [`Exnl Addr-${index}`, route])) : {}),
    }])),
  };
}
