/**
 * A configuration file of a real system: zebra.conf, ospfd.conf, staticd.conf, or the integrated frr.conf.
 *
 * The statements themselves are in `zebra-conf`, `ospfd-conf`, `filter-statements` and `session-statements`. All tables
 * are at hand for every file, so that a statement in the wrong file is answered with the right one.
 */
import { BFD_STATEMENTS } from '../frr/bfd-conf.js';
import { Findings, type ConfigError, type ConfigNote } from '../config-error.js';
import { FILTER_STATEMENTS } from '../frr/filter-statements.js';
import { LINK_PARAMS_STATEMENTS } from '../frr/link-params-conf.js';
import { ROUTE_MAP_STATEMENTS } from '../frr/route-map-conf.js';
import { OSPFD_STATEMENTS } from '../frr/ospfd-conf.js';
import { OUTSIDE_STATEMENTS } from '../frr/outside-statements.js';
import { SESSION_STATEMENTS } from '../frr/session-statements.js';
import { StatementReader, StatementTables, type Daemon, type UnderstoodStatement } from '../frr/statement-reader.js';
import { SystemConfiguration, type Dialect } from '../system-configuration.js';
import type { StatementLine } from '../frr/vty.js';
import { ZEBRA_STATEMENTS } from '../frr/zebra-conf.js';

const TABLES = new StatementTables([...ZEBRA_STATEMENTS, ...OSPFD_STATEMENTS, ...FILTER_STATEMENTS, ...ROUTE_MAP_STATEMENTS, ...LINK_PARAMS_STATEMENTS, ...SESSION_STATEMENTS, ...BFD_STATEMENTS, ...OUTSIDE_STATEMENTS]);

/** Whose file it is, by its name: `lnx31/ospfd.conf` and the paper's `ospf.conf` are ospfd's; any other name is read as integrated. */
export function daemonOfFile(path: string): Daemon {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  if (/(^|[.-])zebra\.conf$/.test(name)) return 'zebra';
  if (/(^|[.-])ospfd?\.conf$/.test(name)) return 'ospfd';
  if (/(^|[.-])staticd\.conf$/.test(name)) return 'staticd';
  if (/(^|[.-])bfdd\.conf$/.test(name)) return 'bfdd';
  return 'integrated';
}

/** Reads one more file of a system. */
export function readSystemFile(text: string, file: string, daemon: Daemon, dialect: Dialect, system: SystemConfiguration, findings: Findings): void {
  new StatementReader(system, TABLES, file, dialect, daemon, findings).read(text);
}

/** A system anew from what was understood of its files, and of lines typed since. */
export function systemOf(statements: readonly UnderstoodStatement[], dialect: Dialect, findings: Findings): SystemConfiguration {
  const system = new SystemConfiguration();
  for (let from = 0; from < statements.length; ) {
    const first = statements[from];
    let to = from + 1;
    while (to < statements.length && statements[to].file === first.file && statements[to].daemon === first.daemon) to++;
    new StatementReader(system, TABLES, first.file, dialect, first.daemon, findings).apply(statements.slice(from, to));
    from = to;
  }
  return system;
}

/** Reads lines as vtysh does, for all daemons; what they make of `earlier`. */
export function understandLines(lines: readonly StatementLine[], earlier: readonly UnderstoodStatement[], file: string, dialect: Dialect, findings: Findings): UnderstoodStatement[] {
  return new StatementReader(new SystemConfiguration(), TABLES, file, dialect, 'integrated', findings).understand(lines, earlier, true);
}

export interface ParsedSystemFile {
  readonly system: SystemConfiguration;
  /** Empty: `system` is all that the file says. */
  readonly errors: readonly ConfigError[];
  readonly notes: readonly ConfigNote[];
}

function parseFile(text: string, file: string, daemon: Daemon, dialect: Dialect): ParsedSystemFile {
  const findings = new Findings();
  const system = new SystemConfiguration();
  readSystemFile(text, file, daemon, dialect, system, findings);
  return { system, errors: findings.errors, notes: findings.notes };
}

/** Interfaces, addresses, static routes, forwarding. */
export function parseZebraConf(text: string, file: string, dialect: Dialect): ParsedSystemFile {
  return parseFile(text, file, 'zebra', dialect);
}

/** OSPF: `system.ospf`. */
export function parseOspfdConf(text: string, file: string, dialect: Dialect): ParsedSystemFile {
  return parseFile(text, file, 'ospfd', dialect);
}

/** The integrated configuration of all daemons. */
export function parseFrrConf(text: string, file: string, dialect: Dialect = 'frr'): ParsedSystemFile {
  return parseFile(text, file, 'integrated', dialect);
}
