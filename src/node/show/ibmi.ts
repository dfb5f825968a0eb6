/**
 * `NETSTAT *IFC` and `NETSTAT *RTE` of IBM i: the lists of the panels "Work with TCP/IP Interface Status" and "Display TCP/IP Route Information".
 *
 * Columns, special values and states are those of the panels (TCP/IP Configuration and Reference, "Network Status"); the frame around them, the options and
 * the function keys are left out, and the order is that of the addresses. RCYPND: the line of the interface is in recovery pending.
 */
import { formatIpv4, maskOf, networkOf } from '../../base/address.js';
import type { FibRoute } from '../../host/fib.js';
import type { Host } from '../../host/host.js';
import type { IbmiSystem } from '../ibmi-system.js';

const COMMANDS: Readonly<Record<string, (system: IbmiSystem, host: Host) => string>> = { '*IFC': showInterfaces, '*RTE': showRoutes };

export const IBMI_SHOW_COMMANDS: readonly string[] = Object.keys(COMMANDS).map((option) => `NETSTAT ${option}`);

/** Undefined: there is no such command. */
export function showIbmi(system: IbmiSystem, host: Host, line: string): string | undefined {
  const option = ibmiOption(line);
  return option === undefined ? undefined : COMMANDS[option](system, host);
}

export function isIbmiCommand(line: string): boolean {
  return ibmiOption(line) !== undefined;
}

/** NETSTAT *IFC, NETSTAT OPTION(*IFC), WRKTCPSTS *IFC: all the same. */
function ibmiOption(line: string): string | undefined {
  const match = /^(?:NETSTAT|WRKTCPSTS)\s+(?:OPTION\(\s*)?(\*[A-Z]+)(?:\s*\))?$/i.exec(line.trim());
  const option = match?.[1].toUpperCase();
  return option !== undefined && Object.hasOwn(COMMANDS, option) ? option : undefined;
}

function table(heads: readonly (readonly [string, string])[], rows: readonly (readonly string[])[]): string {
  const width = 17;
  const line = (cells: readonly string[]): string => `${cells.map((cell) => cell.padEnd(width)).join('').trimEnd()}\n`;
  return line(heads.map(([upper]) => upper)) + line(heads.map(([, lower]) => lower)) + rows.map(line).join('');
}

function showInterfaces(system: IbmiSystem): string {
  const { interfaces } = system.plan;
  const hasLoopback = interfaces.some(({ address }) => address === LOOPBACK.address);
  const all = [...interfaces, ...(hasLoopback ? [] : [LOOPBACK])].sort((a, b) => a.address - b.address);
  return table([['Internet', 'Address'], ['Network', 'Address'], ['Line', 'Description'], ['Interface', 'Status']], all.map(({ address, prefixLength, line, isStarted }) => {
    const device = system.lineOf(address);
    const status = !isStarted ? 'Inactive' : device === undefined || device.hasCarrier ? 'Active' : device.isShutdown ? 'Inactive' : 'RCYPND';
    return [formatIpv4(address), formatIpv4(networkOf(address, prefixLength)), line, status];
  }));
}

/** Every system has it. */
const LOOPBACK = { address: 0x7f000001, prefixLength: 8, line: '*LOOPBACK', isStarted: true };

function showRoutes(_system: IbmiSystem, host: Host): string {
  return table([['Route', 'Destination'], ['Subnet', 'Mask'], ['Next', 'Hop'], ['Route', 'Available']],
    host.fib.selected('trie').map((route) => [destination(route), mask(route), nextHop(route), '*YES']));
}

function destination({ network, prefixLength }: FibRoute): string {
  return prefixLength === 0 ? '*DFTROUTE' : formatIpv4(network);
}

function mask({ prefixLength }: FibRoute): string {
  return prefixLength === 0 ? '*NONE' : prefixLength === 32 ? '*HOST' : formatIpv4(maskOf(prefixLength));
}

function nextHop({ nextHops }: FibRoute): string {
  const gateway = nextHops.at(0)?.gateway ?? 0;
  return gateway === 0 ? '*DIRECT' : formatIpv4(gateway);
}
