/**
 * keepalived.conf -> the VRRP daemon's configuration. keepalived 2.2.7's manual page, "Global definitions" and "VRRPD configuration"; read
 * keepalived-block.ts first, and takeover/vrrp-configuration.ts for what comes out.
 *
 * Acted on: virtual routers, scripts that they watch, interfaces that they watch, sync groups. What keepalived knows beside that is a note (mail, logs,
 * process settings), or a note that it is not acted on (virtual servers, virtual MAC addresses, virtual routes, IPsec's header); what it does not know is an
 * error, where keepalived itself says "Unknown keyword" and goes on.
 */
import { MILLISECOND, SECOND, type Micros } from '../../base/micros.js';
import type { GratuitousArpConfiguration, VrrpConfiguration, VrrpInstanceConfiguration, VrrpScriptConfiguration, VrrpSyncGroup, VirtualAddress, Watched } from '../../takeover/vrrp-configuration.js';
import { parseIpv4, parsePrefix } from '../address-text.js';
import type { IncludeFile } from '../bird/bird-lexer.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { readKeepalivedBlocks, type KeepalivedStatement, type KeepalivedWord } from './keepalived-block.js';
import { quote, suggestion } from '../spelling.js';

export interface KeepalivedConfiguration {
  readonly vrrp: VrrpConfiguration;
  /** Every interface that is named, where. */
  readonly interfaces: readonly { readonly name: string; readonly place: SourcePlace }[];
}

/** Known, and nothing about the network follows: mail, logs, scripts that are told of changes, the process itself. */
const GLOBAL_WITHOUT_BEARING = ['notification_email', 'notification_email_from', 'smtp_server', 'smtp_helo_name', 'smtp_connect_timeout', 'smtp_alert', 'smtp_alert_vrrp',
  'smtp_alert_checker', 'no_email_faults', 'email_faults', 'router_id', 'enable_script_security', 'script_user', 'process_names', 'process_name', 'vrrp_process_name',
  'checker_process_name', 'bfd_process_name', 'enable_traps', 'enable_snmp_keepalived', 'enable_snmp_vrrp', 'enable_snmp_checker', 'enable_snmp_rfc', 'snmp_socket', 'enable_dbus', 'dbus_service_name',
  'vrrp_priority', 'checker_priority', 'bfd_priority', 'vrrp_no_swap', 'checker_no_swap', 'bfd_no_swap', 'vrrp_rt_priority', 'checker_rt_priority', 'bfd_rt_priority', 'vrrp_cpu_affinity',
  'checker_cpu_affinity', 'bfd_cpu_affinity', 'vrrp_rlimit_rttime', 'max_auto_priority', 'min_auto_priority_delay', 'notify_fifo', 'notify_fifo_script', 'vrrp_notify_fifo', 'vrrp_notify_fifo_script',
  'lvs_notify_fifo', 'lvs_notify_fifo_script', 'vrrp_notify_priority_changes', 'startup_script', 'shutdown_script', 'shutdown_script_timeout', 'startup_script_timeout', 'instance', 'net_namespace', 'net_namespace_ipvs',
  'namespace_with_ipsets', 'use_pid_dir', 'vrrp_iptables', 'vrrp_nftables', 'vrrp_ipsets', 'nftables_counters', 'nftables_ifindex', 'umask', 'random_seed', 'json_version', 'disable_local_igmp', 'default_interface',
  'linkbeat_use_polling', 'data_use_instance', 'state_dump_file', 'fifo_write_vrrp_states_on_reload', 'reload_repeat', 'reload_time_file', 'reload_file', 'config_save_dir'];

const GLOBAL_NOT_ACTED_ON = ['vrrp_strict', 'vrrp_mcast_group4', 'vrrp_mcast_group6', 'lvs_sync_daemon', 'lvs_flush', 'lvs_flush_on_stop', 'vrrp_skip_check_adv_addr', 'vrrp_check_unicast_src', 'vrrp_gna_interval',
  'vrrp_min_garp', 'vrrp_garp_extra_if', 'vmac_prefix', 'vmac_addr_prefix', 'dynamic_interfaces', 'lvs_timeouts'];

const TOP_NOT_ACTED_ON = ['virtual_server', 'virtual_server_group', 'real_server', 'static_ipaddress', 'static_routes', 'static_rules', 'track_file', 'vrrp_track_file', 'vrrp_track_process', 'track_process', 'bfd_instance',
  'garp_group', 'linkbeat_interfaces', 'interface_up_down_delays', 'track_group', 'SSL', 'smtp_alert_checker'];

const INSTANCE_WITHOUT_BEARING = ['notify', 'notify_master', 'notify_backup', 'notify_fault', 'notify_stop', 'notify_deleted', 'notify_master_rx_lower_pri', 'notify_priority_changes', 'smtp_alert', 'debug',
  'kernel_rx_buf_size', 'skip_check_adv_addr', 'check_unicast_src', 'old_unicast_checksum', 'accept', 'linkbeat_use_polling', 'thread_timer_rate', 'promote_secondaries', 'notify_stop'];

const INSTANCE_NOT_ACTED_ON = ['use_vmac', 'use_vmac_addr', 'vmac_xmit_base', 'use_ipvlan', 'native_ipv6', 'virtual_routes', 'virtual_rules', 'no_accept', 'strict_mode', 'track_file', 'track_process', 'track_bfd',
  'track_src_ip', 'mcast_dst_ip', 'vrf', 'garp_extra_if', 'unicast_fault_no_peer'];

const SYNC_GROUP_NOT_ACTED_ON = ['track_interface', 'track_script', 'track_file', 'track_process', 'track_bfd', 'global_tracking', 'sync_group_tracking_weight'];

const DEFAULT_PRIORITY = 100;
const GARP_DELAY = 5 * SECOND;
const GARP_REPEAT = 5;
const TIME_TO_LIVE = 255;
const HIGHEST_WEIGHT = 253;

interface Defaults {
  version: 2 | 3;
  garp: GratuitousArpConfiguration;
  hasLowerDelay: boolean;
  hasLowerRepeat: boolean;
  isLowerPriorityAnswered: boolean;
  isHigherPriorityAnswered: boolean;
  downTimerAdvertisements: number;
  startupDelayMicros: Micros;
}

type Statements = readonly KeepalivedStatement[];

export function parseKeepalivedConf(text: string, file: string, include: IncludeFile, findings: Findings): KeepalivedConfiguration {
  return new Reader(findings).read(readKeepalivedBlocks(text, file, include, findings), file);
}

class Reader {
  private readonly findings: Findings;
  private readonly interfaces: { name: string; place: SourcePlace }[] = [];
  private readonly scripts = new Map<string, { readonly script: VrrpScriptConfiguration; readonly weight: number; readonly isReverse: boolean }>();
  private readonly places = new Map<string, SourcePlace>();
  /** keepalived's defaults, and what global_defs makes of them. */
  private readonly defaults: Defaults = {
    version: 2,
    garp: { masterDelayMicros: GARP_DELAY, masterRepeat: GARP_REPEAT, lowerPriorityDelayMicros: GARP_DELAY, lowerPriorityRepeat: GARP_REPEAT, refreshMicros: 0, refreshRepeat: 1, spacingMicros: 0 },
    hasLowerDelay: false,
    hasLowerRepeat: false,
    isLowerPriorityAnswered: true,
    isHigherPriorityAnswered: false,
    downTimerAdvertisements: 3,
    startupDelayMicros: 0,
  };

  constructor(findings: Findings) {
    this.findings = findings;
  }

  read(statements: Statements, file: string): KeepalivedConfiguration {
    const instances: VrrpInstanceConfiguration[] = [];
    const syncGroups: { group: VrrpSyncGroup; places: SourcePlace[] }[] = [];
    // What is said globally holds for instances that stand before it, too, and so do scripts.
    for (const { words: [name], block } of statements) if (name.text === 'global_defs') this.readGlobal(block ?? []);
    for (const statement of statements) if (statement.words[0].text === 'vrrp_script') this.readScript(statement);
    for (const statement of statements) {
      const [name] = statement.words;
      switch (name.text) {
        case 'global_defs':
        case 'vrrp_script': break;
        case 'vrrp_instance': {
          const instance = this.readInstance(statement);
          if (instance !== undefined) instances.push(instance);
          break;
        }
        case 'vrrp_sync_group': {
          const group = this.readSyncGroup(statement);
          if (group !== undefined) syncGroups.push(group);
          break;
        }
        default: this.other(name, ['global_defs', 'vrrp_script', 'vrrp_instance', 'vrrp_sync_group'], [], TOP_NOT_ACTED_ON, 'keepalived.conf');
      }
    }
    const names = instances.map((each) => each.name);
    for (const { group, places } of syncGroups) {
      group.members.forEach((member, i) => {
        if (!names.includes(member)) this.findings.error(places[i], `there is no vrrp_instance ${quote(member)}${suggestion(member, names)}`, { found: member, allowed: names });
      });
    }
    if (instances.length === 0) this.findings.error({ file, line: 1, column: 1 }, 'there is no vrrp_instance in it: nothing would follow');
    return {
      vrrp: { instances, scripts: [...this.scripts.values()].map((each) => each.script), syncGroups: syncGroups.map((each) => each.group), startupDelayMicros: this.defaults.startupDelayMicros },
      interfaces: this.interfaces,
    };
  }

  private readGlobal(block: Statements): void {
    const { defaults } = this;
    const known = ['vrrp_version', 'vrrp_garp_master_delay', 'vrrp_garp_master_repeat', 'vrrp_garp_lower_prio_delay', 'vrrp_garp_lower_prio_repeat', 'vrrp_garp_master_refresh', 'vrrp_garp_master_refresh_repeat',
      'vrrp_garp_interval', 'vrrp_lower_prio_no_advert', 'vrrp_higher_prio_send_advert', 'vrrp_down_timer_adverts', 'vrrp_startup_delay'];
    for (const statement of block) {
      const [name] = statement.words;
      switch (name.text) {
        case 'vrrp_version': defaults.version = this.version(statement) ?? defaults.version; break;
        case 'vrrp_lower_prio_no_advert': defaults.isLowerPriorityAnswered = !this.flag(statement); break;
        case 'vrrp_higher_prio_send_advert': defaults.isHigherPriorityAnswered = this.flag(statement); break;
        case 'vrrp_down_timer_adverts': defaults.downTimerAdvertisements = this.integer(statement, 1, 100) ?? 3; break;
        case 'vrrp_startup_delay': defaults.startupDelayMicros = this.seconds(statement, 0, 3600) ?? 0; break;
        default: {
          const garp = name.text.startsWith('vrrp_garp_') ? this.garp(statement, name.text.slice('vrrp_'.length), defaults.garp) : undefined;
          if (garp === undefined) {
            this.other(name, known, GLOBAL_WITHOUT_BEARING, GLOBAL_NOT_ACTED_ON, 'global_defs');
            break;
          }
          defaults.garp = garp;
          defaults.hasLowerDelay ||= name.text === 'vrrp_garp_lower_prio_delay';
          defaults.hasLowerRepeat ||= name.text === 'vrrp_garp_lower_prio_repeat';
        }
      }
    }
    defaults.garp = this.completed(defaults.garp, defaults.hasLowerDelay, defaults.hasLowerRepeat);
  }

  /** Not said otherwise, an answer to a lower priority is as the first announcement is. */
  private completed(garp: GratuitousArpConfiguration, hasLowerDelay: boolean, hasLowerRepeat: boolean): GratuitousArpConfiguration {
    return {
      ...garp,
      ...(hasLowerDelay ? {} : { lowerPriorityDelayMicros: garp.masterDelayMicros }),
      ...(hasLowerRepeat ? {} : { lowerPriorityRepeat: garp.masterRepeat }),
    };
  }

  /** A statement about gratuitous ARP; undefined: it is none. */
  private garp(statement: KeepalivedStatement, name: string, garp: GratuitousArpConfiguration): GratuitousArpConfiguration | undefined {
    switch (name) {
      case 'garp_master_delay': return { ...garp, masterDelayMicros: this.seconds(statement, 0, 3600) ?? garp.masterDelayMicros };
      case 'garp_master_repeat': return { ...garp, masterRepeat: this.integer(statement, 0, 1000) ?? garp.masterRepeat };
      case 'garp_lower_prio_delay': return { ...garp, lowerPriorityDelayMicros: this.seconds(statement, 0, 3600) ?? garp.lowerPriorityDelayMicros };
      case 'garp_lower_prio_repeat': return { ...garp, lowerPriorityRepeat: this.integer(statement, 0, 1000) ?? garp.lowerPriorityRepeat };
      case 'garp_master_refresh': return { ...garp, refreshMicros: this.seconds(statement, 0, 86_400) ?? garp.refreshMicros };
      case 'garp_master_refresh_repeat': return { ...garp, refreshRepeat: this.integer(statement, 1, 1000) ?? garp.refreshRepeat };
      case 'garp_interval': return { ...garp, spacingMicros: this.seconds(statement, 0, 3600) ?? garp.spacingMicros };
      default: return undefined;
    }
  }

  private readScript({ words, block }: KeepalivedStatement): void {
    const name = this.nameOf(words, 'vrrp_script', [...this.scripts.keys()]);
    if (name === undefined) return;
    let [interval, rise, fall, weight, isReverse, isFailedAtStart] = [SECOND, 1, 1, 0, false, false];
    for (const statement of block ?? []) {
      const [keyword, ...values] = statement.words;
      switch (keyword.text) {
        case 'interval': interval = this.seconds(statement, 0.001, 86_400) ?? interval; break;
        case 'rise': rise = this.integer(statement, 1, 1000) ?? rise; break;
        case 'fall': fall = this.integer(statement, 1, 1000) ?? fall; break;
        case 'weight':
          weight = this.integer({ words: statement.words.slice(0, 2), block: undefined }, -HIGHEST_WEIGHT, HIGHEST_WEIGHT) ?? 0;
          isReverse = values[1]?.text === 'reverse';
          break;
        case 'init_fail': isFailedAtStart = true; break;
        default: this.other(keyword, ['script', 'interval', 'timeout', 'weight', 'rise', 'fall', 'user', 'init_fail'], ['script', 'timeout', 'user'], [], 'vrrp_script', true);
      }
    }
    this.scripts.set(name, { script: { name, intervalMicros: interval, rise, fall, isFailedAtStart }, weight, isReverse });
  }

  private readSyncGroup({ words, block }: KeepalivedStatement): { group: VrrpSyncGroup; places: SourcePlace[] } | undefined {
    const name = this.nameOf(words, 'vrrp_sync_group', []);
    if (name === undefined) return undefined;
    const members: KeepalivedWord[] = [];
    for (const statement of block ?? []) {
      const [keyword] = statement.words;
      if (keyword.text === 'group') members.push(...(statement.block ?? []).flatMap((each) => each.words));
      else this.other(keyword, ['group'], INSTANCE_WITHOUT_BEARING, SYNC_GROUP_NOT_ACTED_ON, 'vrrp_sync_group');
    }
    if (members.length < 2) this.findings.note(words[0].place, 'attention', `the group ${quote(name)} has fewer than two members`);
    return { group: { name, members: members.map((each) => each.text) }, places: members.map((each) => each.place) };
  }

  private readInstance({ words, block }: KeepalivedStatement): VrrpInstanceConfiguration | undefined {
    const name = this.nameOf(words, 'vrrp_instance', [...this.places.keys()]);
    if (name === undefined) return undefined;
    this.places.set(name, words[0].place);
    const draft = new InstanceDraft(this.defaults);
    for (const statement of block ?? []) this.readInstanceStatement(statement, draft);
    return this.finish(name, words[0].place, draft);
  }

  private readInstanceStatement(statement: KeepalivedStatement, draft: InstanceDraft): void {
    const [name] = statement.words;
    switch (name.text) {
      case 'state': draft.isMasterAtStart = this.oneOf(statement, ['MASTER', 'BACKUP']) === 'MASTER'; break;
      case 'interface': draft.interfaceName = this.interfaceName(this.value(statement)); break;
      case 'virtual_router_id': draft.virtualRouterId = this.integer(statement, 1, 255); break;
      case 'priority': draft.priority = this.integer(statement, 1, 255) ?? DEFAULT_PRIORITY; break;
      case 'advert_int':
        draft.advertisementPlace = this.value(statement)?.place;
        draft.advertisementIntervalMicros = this.seconds(statement, 0.01, 255) ?? SECOND;
        break;
      case 'version': draft.version = this.version(statement) ?? draft.version; break;
      case 'authentication': this.readAuthentication(statement, draft); break;
      case 'virtual_ipaddress': this.readAddresses(statement, draft.addresses); break;
      case 'virtual_ipaddress_excluded': this.readAddresses(statement, draft.excludedAddresses); break;
      case 'nopreempt': draft.preemptPlace = name.place; draft.isPreempting = false; break;
      case 'preempt': draft.isPreempting = true; break;
      case 'preempt_delay': draft.preemptDelayMicros = this.seconds(statement, 0, 1000) ?? 0; break;
      case 'dont_track_primary': draft.isOwnInterfaceIgnored = true; break;
      case 'lower_prio_no_advert': draft.isLowerPriorityAnswered = !this.flag(statement); break;
      case 'higher_prio_send_advert': draft.isHigherPriorityAnswered = this.flag(statement); break;
      case 'down_timer_adverts': draft.downTimerAdvertisements = this.integer(statement, 1, 100) ?? 3; break;
      case 'mcast_src_ip':
      case 'unicast_src_ip': draft.source = this.address(this.value(statement)) ?? 0; break;
      case 'unicast_ttl': draft.unicastTimeToLive = this.integer(statement, 0, TIME_TO_LIVE) ?? TIME_TO_LIVE; break;
      case 'unicast_peer':
        for (const { words: [peer] } of statement.block ?? []) {
          const address = this.address(peer);
          if (address !== undefined) draft.unicastPeers.push(address);
        }
        break;
      case 'track_interface':
        for (const each of statement.block ?? []) {
          const watched = this.watched(each, 0, false);
          if (watched !== undefined) {
            this.interfaceName(each.words[0]);
            draft.watchedInterfaces.push(watched);
          }
        }
        break;
      case 'track_script':
        for (const each of statement.block ?? []) {
          const script = this.scripts.get(each.words[0].text);
          const names = [...this.scripts.keys()];
          if (script === undefined) this.findings.error(each.words[0].place, `there is no vrrp_script ${quote(each.words[0].text)}${suggestion(each.words[0].text, names)}`, { found: each.words[0].text, allowed: names });
          const watched = this.watched(each, script?.weight ?? 0, script?.isReverse ?? false);
          if (watched !== undefined) draft.watchedScripts.push(watched);
        }
        break;
      default: {
        const garp = this.garp(statement, name.text, draft.garp);
        if (garp === undefined) {
          this.other(name, INSTANCE_KEYWORDS, INSTANCE_WITHOUT_BEARING, INSTANCE_NOT_ACTED_ON, 'vrrp_instance');
          break;
        }
        draft.garp = garp;
        draft.hasLowerDelay ||= name.text === 'garp_lower_prio_delay';
        draft.hasLowerRepeat ||= name.text === 'garp_lower_prio_repeat';
      }
    }
  }

  private finish(name: string, place: SourcePlace, draft: InstanceDraft): VrrpInstanceConfiguration | undefined {
    const { findings } = this;
    const missing = [draft.interfaceName === undefined ? 'interface' : '', draft.virtualRouterId === undefined ? 'virtual_router_id' : '', draft.addresses.length === 0 ? 'virtual_ipaddress' : ''].filter((each) => each !== '');
    if (missing.length > 0 || draft.interfaceName === undefined || draft.virtualRouterId === undefined) {
      findings.error(place, `the vrrp_instance ${quote(name)} needs ${missing.join(', ')}`, { allowed: missing });
      return undefined;
    }
    if (draft.version === 2 && draft.advertisementIntervalMicros % SECOND !== 0) {
      findings.error(draft.advertisementPlace ?? place, 'VRRP version 2 counts advertisements in whole seconds: advert_int must be 1 to 255, or say "version 3"');
    } else if (draft.version === 3 && draft.advertisementIntervalMicros > 40_950 * MILLISECOND) {
      findings.error(draft.advertisementPlace ?? place, 'VRRP version 3 has room for 40.95 seconds: advert_int must be 0.01 to 40.95');
    }
    if (draft.version === 3 && draft.password !== undefined && draft.authenticationPlace !== undefined) {
      findings.note(draft.authenticationPlace, 'attention', 'VRRP version 3 has no authentication: it is left out');
      draft.password = undefined;
    }
    if (!draft.isPreempting && draft.isMasterAtStart && draft.priority !== 255) {
      findings.note(draft.preemptPlace ?? place, 'attention', 'nopreempt does not work with the initial state MASTER: keepalived clears it');
      draft.isPreempting = true;
    }
    if (!draft.isPreempting) draft.preemptDelayMicros = 0;
    const { interfaceName, virtualRouterId } = draft;
    return {
      name, version: draft.version, interfaceName, virtualRouterId, priority: draft.priority, isMasterAtStart: draft.isMasterAtStart,
      advertisementIntervalMicros: draft.advertisementIntervalMicros, downTimerAdvertisements: draft.downTimerAdvertisements,
      isPreempting: draft.isPreempting, preemptDelayMicros: draft.preemptDelayMicros, addresses: draft.addresses, excludedAddresses: draft.excludedAddresses,
      ...(draft.password === undefined ? {} : { password: draft.password }), source: draft.source, unicastPeers: draft.unicastPeers, unicastTimeToLive: draft.unicastTimeToLive,
      gratuitousArp: this.completed(draft.garp, draft.hasLowerDelay || this.defaults.hasLowerDelay, draft.hasLowerRepeat || this.defaults.hasLowerRepeat),
      isLowerPriorityAnswered: draft.isLowerPriorityAnswered, isHigherPriorityAnswered: draft.isHigherPriorityAnswered, isOwnInterfaceIgnored: draft.isOwnInterfaceIgnored,
      watchedInterfaces: draft.watchedInterfaces, watchedScripts: draft.watchedScripts,
    };
  }

  private readAuthentication(statement: KeepalivedStatement, draft: InstanceDraft): void {
    draft.authenticationPlace = statement.words[0].place;
    for (const each of statement.block ?? []) {
      const [keyword, value] = each.words;
      if (keyword.text === 'auth_type') {
        if (this.oneOf(each, ['PASS', 'AH']) === 'AH') this.findings.error(value.place, 'auth_type AH (an IPsec authentication header) is not emulated: PASS', { found: 'AH', allowed: ['PASS'] });
      } else if (keyword.text === 'auth_pass') {
        draft.password = value?.text ?? '';
        if (value === undefined) this.findings.error(keyword.place, 'auth_pass needs a password');
        else if (value.text.length > 8) this.findings.note(value.place, 'attention', 'only the first 8 characters of the password count');
      } else this.other(keyword, ['auth_type', 'auth_pass'], [], [], 'authentication');
    }
  }

  private readAddresses(statement: KeepalivedStatement, addresses: VirtualAddress[]): void {
    for (const { words } of statement.block ?? []) {
      const [first, ...options] = words;
      const bare = parseIpv4(first.text);
      const prefix = bare === undefined ? parsePrefix(first.text) : { address: bare, prefixLength: 32 };
      if (prefix === undefined) {
        this.findings.error(first.place, `a virtual address must be A.B.C.D or A.B.C.D/M, not ${quote(first.text)}`, { found: first.text, allowed: ['A.B.C.D/M'] });
        continue;
      }
      if (addresses.some((each) => each.address === prefix.address)) this.findings.error(first.place, `${first.text} is named twice`);
      let interfaceName: string | undefined;
      for (let i = 0; i < options.length; i++) {
        const option = options[i];
        if (option.text === 'dev') interfaceName = this.interfaceName(options[++i] ?? option);
        else if (['brd', 'broadcast', 'label', 'scope', 'peer', 'preferred_lft'].includes(option.text)) i++;
        else if (!['no_track', 'home', '-nodad', 'mngtmpaddr', 'noprefixroute', 'autojoin', 'track_group', 'use_vmac'].includes(option.text)) this.findings.error(option.place, `unknown word ${quote(option.text)} behind a virtual address`);
      }
      addresses.push({ ...prefix, ...(interfaceName === undefined ? {} : { interfaceName }) });
    }
  }

  // Values.

  private watched(statement: KeepalivedStatement, defaultWeight: number, isReverseByDefault: boolean): Watched | undefined {
    const [name, weight, value, direction] = statement.words;
    if (weight === undefined) return { name: name.text, weight: defaultWeight, isReverse: isReverseByDefault };
    const number = Number(value?.text);
    if (weight.text !== 'weight' || !Number.isInteger(number) || Math.abs(number) > HIGHEST_WEIGHT) {
      this.findings.error(weight.place, `the form is: NAME [weight <-${HIGHEST_WEIGHT}..${HIGHEST_WEIGHT}> [reverse]]`);
      return undefined;
    }
    return { name: name.text, weight: number, isReverse: direction === undefined ? isReverseByDefault : direction.text === 'reverse' };
  }

  private value(statement: KeepalivedStatement): KeepalivedWord | undefined {
    const [name, value, extra] = statement.words;
    if (value === undefined) this.findings.error(name.place, `${quote(name.text)} needs a value`);
    if (extra !== undefined) this.findings.error(extra.place, `nothing may follow the value of ${quote(name.text)}, but there is ${quote(extra.text)}`);
    return value;
  }

  private integer(statement: KeepalivedStatement, least: number, most: number): number | undefined {
    const value = this.value(statement);
    if (value === undefined) return undefined;
    const number = /^[-+]?[0-9]{1,9}$/.test(value.text) ? Number(value.text) : NaN;
    if (number >= least && number <= most) return number;
    this.findings.error(value.place, `${quote(statement.words[0].text)} must be a whole number from ${least} to ${most}, not ${quote(value.text)}`, { found: value.text, allowed: [`<${least}-${most}>`] });
    return undefined;
  }

  private seconds(statement: KeepalivedStatement, least: number, most: number): Micros | undefined {
    const value = this.value(statement);
    if (value === undefined) return undefined;
    const number = /^[0-9]{1,6}(\.[0-9]{1,9})?$/.test(value.text) ? Number(value.text) : NaN;
    if (number >= least && number <= most) return Math.round(number * SECOND);
    this.findings.error(value.place, `${quote(statement.words[0].text)} must be seconds from ${least} to ${most}, not ${quote(value.text)}`, { found: value.text, allowed: [`<${least}-${most}>`] });
    return undefined;
  }

  /** A word that alone says yes. */
  private flag(statement: KeepalivedStatement): boolean {
    const [, value] = statement.words;
    if (value === undefined || /^(true|on|yes)$/i.test(value.text)) return true;
    if (!/^(false|off|no)$/i.test(value.text)) this.findings.error(value.place, `${quote(statement.words[0].text)} must be true or false, not ${quote(value.text)}`);
    return false;
  }

  private version(statement: KeepalivedStatement): 2 | 3 | undefined {
    const number = this.integer(statement, 2, 3);
    return number === 2 || number === 3 ? number : undefined;
  }

  private oneOf(statement: KeepalivedStatement, allowed: readonly string[]): string | undefined {
    const value = this.value(statement);
    if (value === undefined || allowed.includes(value.text)) return value?.text;
    this.findings.error(value.place, `${quote(statement.words[0].text)} must be ${allowed.join(' or ')}, not ${quote(value.text)}`, { found: value.text, allowed });
    return undefined;
  }

  private address(word: KeepalivedWord | undefined): number | undefined {
    if (word === undefined) return undefined;
    const address = parseIpv4(word.text);
    if (address === undefined) this.findings.error(word.place, `an address must be A.B.C.D, not ${quote(word.text)}`, { found: word.text, allowed: ['A.B.C.D'] });
    return address;
  }

  private interfaceName(word: KeepalivedWord | undefined): string | undefined {
    if (word !== undefined) this.interfaces.push({ name: word.text, place: word.place });
    return word?.text;
  }

  private nameOf(words: readonly KeepalivedWord[], what: string, taken: readonly string[]): string | undefined {
    const [keyword, name] = words;
    if (name === undefined) {
      this.findings.error(keyword.place, `a ${what} needs a name`);
      return undefined;
    }
    if (taken.includes(name.text)) {
      this.findings.error(name.place, `there is a ${what} ${quote(name.text)} already`, { found: name.text });
      return undefined;
    }
    return name.text;
  }

  /** A keyword that is not acted on: keepalived knows it, or it is wrong. `isQuiet`: part of what it belongs to. */
  private other(word: KeepalivedWord, known: readonly string[], withoutBearing: readonly string[], notActedOn: readonly string[], where: string, isQuiet = false): void {
    if (withoutBearing.includes(word.text)) {
      if (!isQuiet) this.findings.note(word.place, 'without-bearing', `${quote(word.text)} has no bearing on the network`);
      return;
    }
    if (notActedOn.includes(word.text)) {
      this.findings.note(word.place, 'not-acted-on', `${quote(word.text)} is not acted on`);
      return;
    }
    const all = [...known, ...withoutBearing, ...notActedOn];
    this.findings.error(word.place, `unknown keyword ${quote(word.text)} in ${where}${suggestion(word.text, all) || `; allowed: ${known.join(', ')}`}`, { found: word.text, allowed: all });
  }
}

const INSTANCE_KEYWORDS = ['state', 'interface', 'virtual_router_id', 'priority', 'advert_int', 'version', 'authentication', 'virtual_ipaddress', 'virtual_ipaddress_excluded', 'nopreempt', 'preempt', 'preempt_delay',
  'dont_track_primary', 'lower_prio_no_advert', 'higher_prio_send_advert', 'down_timer_adverts', 'mcast_src_ip', 'unicast_src_ip', 'unicast_ttl', 'unicast_peer', 'track_interface', 'track_script', 'garp_master_delay',
  'garp_master_repeat', 'garp_lower_prio_delay', 'garp_lower_prio_repeat', 'garp_master_refresh', 'garp_master_refresh_repeat', 'garp_interval'];

class InstanceDraft {
  version: 2 | 3;
  interfaceName: string | undefined;
  virtualRouterId: number | undefined;
  priority = DEFAULT_PRIORITY;
  isMasterAtStart = false;
  advertisementIntervalMicros: Micros = SECOND;
  advertisementPlace: SourcePlace | undefined;
  isPreempting = true;
  preemptPlace: SourcePlace | undefined;
  preemptDelayMicros: Micros = 0;
  readonly addresses: VirtualAddress[] = [];
  readonly excludedAddresses: VirtualAddress[] = [];
  password: string | undefined;
  authenticationPlace: SourcePlace | undefined;
  source = 0;
  readonly unicastPeers: number[] = [];
  unicastTimeToLive = TIME_TO_LIVE;
  garp: GratuitousArpConfiguration;
  hasLowerDelay = false;
  hasLowerRepeat = false;
  isLowerPriorityAnswered: boolean;
  isHigherPriorityAnswered: boolean;
  isOwnInterfaceIgnored = false;
  downTimerAdvertisements: number;
  readonly watchedInterfaces: Watched[] = [];
  readonly watchedScripts: Watched[] = [];

  constructor(defaults: Defaults) {
    this.version = defaults.version;
    this.garp = defaults.garp;
    this.isLowerPriorityAnswered = defaults.isLowerPriorityAnswered;
    this.isHigherPriorityAnswered = defaults.isHigherPriorityAnswered;
    this.downTimerAdvertisements = defaults.downTimerAdvertisements;
  }
}
