/**
 * `sysctl:` of a topology node: the kernel's own names, `net.ipv4.conf.all.arp_ignore: 1`.
 *
 * What is known is listed in host/sysctl.ts. A name that is not is an error, with its place and what would be allowed there.
 */
import { CONF_SYSCTLS, NEIGH_SYSCTLS, type SysctlDefinition, type SysctlSetting } from '../host/sysctl.js';
import { quote, suggestion } from './spelling.js';
import { listAlternatives } from './frr/vty.js';
import type { YamlEntry, YamlValue } from './topology/yaml-document.js';

/** A setting, and what to say if the node turns out not to have its interface. */
export interface PlacedSysctl {
  readonly setting: SysctlSetting;
  readonly entry: YamlEntry;
}

export interface SysctlStatements {
  readonly settings: PlacedSysctl[];
  /** net.ipv4.ip_forward */
  isForwarding: boolean | undefined;
  /** net.ipv4.igmp_max_memberships */
  maximumMemberships: number | undefined;
}

const GROUPS: Record<SysctlSetting['group'], Readonly<Record<string, SysctlDefinition>>> = { conf: CONF_SYSCTLS, neigh: NEIGH_SYSCTLS };
const FORMS = ['net.ipv4.conf.{all|default|IF}.NAME', 'net.ipv4.neigh.{default|IF}.NAME', 'net.ipv4.ip_forward', 'net.ipv4.igmp_max_memberships'] as const;

export function readSysctls(value: YamlValue | undefined, nodeName: string, is24: boolean): SysctlStatements {
  const statements: SysctlStatements = { settings: [], isForwarding: undefined, maximumMemberships: undefined };
  if (value === undefined) return statements;
  const { findings } = value.file;
  for (const entry of value.mapping(`the sysctls of "${nodeName}"`)?.entries.values() ?? []) {
    const { key, keyPlace } = entry;
    if (key === 'net.ipv4.ip_forward') {
      statements.isForwarding = entry.value.integer(key, 0, 1) === 1;
      continue;
    }
    if (key === 'net.ipv4.igmp_max_memberships') {
      statements.maximumMemberships = entry.value.integer(key, 0, 0x7fffffff);
      continue;
    }
    const parts = key.split('.');
    const group = parts[2] === 'conf' || parts[2] === 'neigh' ? parts[2] : undefined;
    const name = parts[parts.length - 1];
    // An interface's own name may have dots.
    const interfaceName = parts.slice(3, -1).join('.');
    if (parts[0] !== 'net' || parts[1] !== 'ipv4' || group === undefined || parts.length < 5) {
      findings.error(keyPlace, `unknown sysctl ${quote(key)}; allowed: ${listAlternatives(FORMS)}`, { found: key, allowed: FORMS });
      continue;
    }
    const known = Object.keys(GROUPS[group]);
    const definition = Object.hasOwn(GROUPS[group], name) ? GROUPS[group][name] : undefined;
    if (definition === undefined) {
      findings.error(keyPlace, `unknown sysctl ${quote(name)} under net.ipv4.${group}${suggestion(name, known) || ';'} allowed: ${listAlternatives(known)}`,
        { found: key, allowed: known });
      continue;
    }
    if (definition.isNew === true && is24) {
      findings.error(keyPlace, `Linux 2.4 has no sysctl ${name}`, { found: key });
      continue;
    }
    if (group === 'neigh' && interfaceName === 'all') {
      findings.error(keyPlace, 'net.ipv4.neigh has "default" and the interfaces, but no "all"', { found: key, allowed: ['default'] });
      continue;
    }
    const number = entry.value.integer(key, definition.low, definition.high);
    if (number !== undefined) statements.settings.push({ setting: { group, interfaceName, name, value: number }, entry });
  }
  return statements;
}

/** Once the node's interfaces are known: a setting must not be for one that it does not have. */
export function checkSysctlInterfaces(settings: readonly PlacedSysctl[], nodeName: string, names: readonly string[]): void {
  for (const { setting: { interfaceName }, entry } of settings) {
    if (interfaceName === 'all' || interfaceName === 'default' || names.includes(interfaceName)) continue;
    entry.value.file.findings.error(entry.keyPlace,
      `${nodeName} has no interface ${quote(interfaceName)}${suggestion(interfaceName, names) || ';'} it has ${listAlternatives(names, 'and')}`,
      { found: entry.key, allowed: names });
  }
}
