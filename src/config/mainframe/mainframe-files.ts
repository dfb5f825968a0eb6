/**
 * The two files of a z/VM stack: PROFILE TCPIP and MPROUTE CONFIG, each parsed. What they mean together is in mainframe-node.
 */
import type { Findings, SourcePlace } from '../config-error.js';
import { parseMprouteConfig, type MprouteConfiguration } from './mproute-conf.js';
import { parseTcpipProfile, type TcpipProfile } from './tcpip-profile.js';

/** Which of the two a file is, by its name: `PROFILE.TCPIP`, `zvm1/mproute.config`. */
export function mainframeFile(path: string): 'profile' | 'mproute' | undefined {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  if (/(^|[.-])profile[.-]?tcpip$|\.tcpip$/.test(name)) return 'profile';
  return /o?mproute/.test(name) ? 'mproute' : undefined;
}

export class MainframeFiles {
  profile: { readonly parsed: TcpipProfile; readonly place: SourcePlace } | undefined;
  mproute: { readonly parsed: MprouteConfiguration; readonly place: SourcePlace } | undefined;

  read(kind: 'profile' | 'mproute', text: string, file: string, findings: Findings): void {
    const place = { file, line: 1, column: 1 };
    if (this[kind] !== undefined) findings.error(place, `there is a second ${kind === 'profile' ? 'PROFILE TCPIP' : 'MPROUTE CONFIG'}; the first is ${this[kind].place.file}`);
    if (kind === 'profile') this.profile = { parsed: parseTcpipProfile(text, file, findings), place };
    else this.mproute = { parsed: parseMprouteConfig(text, file, findings), place };
  }
}
