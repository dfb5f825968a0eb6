/**
 * What an adapter's support element would show of it: `oat`, its address table. The columns are ours; OSA/SF's "Get OAT" has the same entries in more of them.
 */
import { formatIpv4 } from '../../base/address.js';
import type { OsaAdapter } from '../../host/osa-adapter.js';

export function showAdapter(adapter: OsaAdapter, command: string): string | undefined {
  if (command.trim().toLowerCase() !== 'oat') return undefined;
  const rows = adapter.unitStates().map(({ plan, isActive }) => {
    const addresses = adapter.table.addressesOf(plan.port).map((address) => `${formatIpv4(address)}${adapter.table.isArpOwner(address) ? ' (ARP)' : ''}`);
    return [plan.name, plan.systemName, isActive ? 'active' : 'inactive', adapter.table.roleOf(plan.port), addresses.join(', ') || '-'];
  });
  const all = [['devices', 'system', 'state', 'router', 'addresses'], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((each) => each[column].length)));
  return all.map((each) => `${each.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()}\n`).join('');
}
