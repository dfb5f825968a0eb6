/**
 * The one place that says what of a display may differ between two runs of the same network. Widths stay: a time is replaced together with
 * the spaces around it.
 */

/** Of several MaxAge LSAs with one link state id JSON has one, and which is chance. */
const WAITING = /("linkType": )\d+(, "linkStateId": "[\d.]+", "advertisingRouter": )"[\d.]+"(, "lsaLockCount": )\d+/g;

const DURATION = '(?:\\d+\\.\\d{3}s|\\d+m\\d\\ds|\\d+h\\d\\dm\\d\\ds|\\d+ usecs)';

/** In this order. */
const REPLACEMENTS: readonly (readonly [RegExp, string | ((...groups: string[]) => string)])[] = [
  [WAITING, '$1<type>$2<router>$3<number>'],
  // Columns of times keep their width.
  [new RegExp(`(?: *${DURATION})+ *`, 'g'), (found) => (found.includes('  ') ? `<times ${found.length}>` : ' <time> ')],
  [/\b\d\d:\d\d:\d\d\b/g, '<uptime>'],
  // Stays with a route that was installed once.
  [/^ *"installedNexthopGroupId":.*\n/gm, ''],
  // Lists of LSAs: age, sequence number, checksum.
  [/[ \d]{3}\d 0x8[0-9a-f]{7} 0x[0-9a-f]{4}/g, '<age> <sequence> <checksum>'],
  [/LS age: \d+/g, 'LS age: <age>'],
  [/LS Seq Number: [0-9a-f]{8}/g, 'LS Seq Number: <sequence>'],
  [/^ {2}Checksum: 0x[0-9a-f]{4}/gm, '  Checksum: <checksum>'],
  [/Checksum Sum 0x(?!00000000)[0-9a-f]{8}/g, 'Checksum Sum <sum>'],
  [/Saved Network-LSA sequence number 0x[0-9a-f]+/g, 'Saved Network-LSA sequence number <sequence>'],
  [/SPF algorithm executed \d+ times/g, 'SPF algorithm executed <number> times'],
  [/Hold time multiplier is currently \d+/g, 'Hold time multiplier is currently <number>'],
  // How an adjacency came about: through Loading or past it, with something to ask for or not, and what went wrong on the way.
  [/Thread Link State Request Retransmission (?:on|off)/g, 'Thread Link State Request Retransmission <either>'],
  [/^ *"threadLinkStateRequestRetransmission":"on",\n/gm, ''],
  [/\d+ state changes/g, '<number> state changes'],
  [/^ {6}Regressive change .*\n/gm, ''],
  [/^ *"lastRegressiveChange(?:Msec|Reason)":.*\n/gm, ''],
  // How many LSAs wait for an acknowledgment that never comes depends on when the adjacency got stuck.
  [/ {4}[1-9]( +\d+ +\d+)$/gm, ' some$1'], [/(Link State Retransmission List) [1-9]\d*/g, '$1 some'],
  [/("(?:retransmitCounter|linkStateRetransmissionListCounter)": ?)[1-9]\d*/g, '$1<some>'],
  // JSON.
  [/("(?:lsaAge|stateChangeCounter|holdtimeMultplier|spfExecutedCounter|nexthopGroupId|installedNexthopGroupId|spfLastExecutedMsecs|spfLastDurationMsecs|networkLsaSequence)": ?)\d+/g, '$1<number>'],
  [/("(?:\w+Msecs?|upTimeInMsec)": ?)[1-9]\d*/g, '$1<milliseconds>'],
  [/("lsa\w*Checksum": ?)[1-9]\d*/g, '$1<sum>'],
  [/("(?:sequenceNumber|lsaSeqNumber|checksum|upTime|deadTime)": ?)"[^"]*"/g, '$1<text>'],
  [/("hello(?:In|Out)": ?)[1-9]\d*/g, '$1<packets>'], [/("packetsQueued": ?)\d+/g, '$1<packets>'], [/("(?:dbDesc|lsReq|lsUpd|lsAck)(?:In|Out)": ?)\d+/g, '$1<packets>'],
  // Behind what it has room for FRR prints the end of the checksum.
  [/("opaqueData": "[0-9a-f]{127})[0-9a-f]+"/g, '$1<checksum>"'],
  // FRR counts router ids over all displays and begins a new line behind each fifth.
  [/^( {3}[\d.]+ *,)\n+/gm, '$1\n'],
  // How long a helper goes on.
  [/(Remaining GraceTime:)\d+/g, '$1<seconds>'], [/("remainGracetime": ?)\d+/g, '$1<seconds>'],
  // Packets. Of Hellos it stays whether there were any; how often the others are said again is chance.
  [/^(\S+)((?: +\d+\/\d+){5} +)(\d+)$/gm, (_found, name, pairs, queued) => `${name} ${packets(pairs)}, in ${pairs.length + queued.length}`],
];

function packets(pairs: string): string {
  const [hello] = pairs.trim().split(/ +/);
  return hello.replace(/[1-9]\d*/g, '<some>');
}

/** FRR keeps MaxAge LSAs by their addresses in memory. */
function sortMaxAge(text: string): string {
  const json = text.replace(/("maxAgeLinkStates": )\{ (.*) \} \}$/m, (_whole, key: string, list: string) => `${key}{ ${list.split(/, (?="[\d.]+": \{)/).sort().join(', ')} } }`);
  return json.replace(/(?:Link type: \d+\n(?:.+\n)+\n)+/, (list) => list.split(/(?=Link type: )/).sort().join(''));
}

/** Which of several equal ways comes first is chance in both. */
function sortWays(text: string): string {
  return text.replace(/(?: {27}(?:via|directly) .*\n)+/g, (list) => list.split(/(?<=\n)/).sort().join(''))
    .replace(/("nexthops":\[\n)((?: *\{\n[^{}]*\},?\n)+)/g, (_whole, start: string, list: string) => `${start}${list.trimEnd().split(/(?<=\}),\n/).sort().join(',\n')}\n`)
    .replace(/"nexthops":\[(\{[^\]]*\})\]/g, (_whole, list: string) => `"nexthops":[${list.split(/(?<=\}),/).sort().join(',')}]`);
}

export function normal(text: string): string {
  let made = sortWays(sortMaxAge(text));
  for (const [pattern, replacement] of REPLACEMENTS) {
    made = typeof replacement === 'string' ? made.replace(pattern, replacement) : made.replace(pattern, replacement);
  }
  return made;
}
