/** All that the laws are about, from a place that holds the modules of src or dist: `load('wire/frame.js')` gives one. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export async function subjectsFrom(load) {
  const modules = await Promise.all([
    'wire/bytes.js', 'wire/decode-error.js', 'wire/frame.js', 'wire/dissect/dissect.js', 'wire/dissect/tape.js', 'wire/dissect/field.js',
    'report/decode-json.js', 'report/decode-text.js', 'report/decode-brief.js', 'report/ascii-writer.js', 'report/decode-filter.js',
    'report/verify-frame.js', 'wire/ipv4-reassembly.js', 'capture/capture-reader.js', 'capture/capture-document.js',
  ].map(load));
  const all = Object.assign({}, ...modules);
  const filters = ["ospf.type == 4", "ospf.lsa.type == 1 || heartbeat.field.name == 't'", 'ip.ttl > 5', 'error'].map(all.compileFilter);
  for (const filter of filters) if (typeof filter !== 'function') throw new Error(filter.message);
  const encoder = new TextEncoder();
  const keys = { secrets: new Map([1, 2, 3, 7, 11].map((id) => [id, encoder.encode('takeover')])), password: encoder.encode('takeover') };
  return { ...all, filters, keys };
}

/** Every capture below these directories: {name, file, frames: [{bytes, linkType}]}. */
export function corpusOf({ CaptureReader }, directories) {
  return directories.flatMap(capturesBelow).map((name) => {
    const file = new Uint8Array(readFileSync(name));
    const reader = new CaptureReader();
    const frames = [];
    reader.push(file);
    reader.finish();
    while (reader.next()) frames.push({ bytes: reader.bytes.slice(reader.start, reader.end), linkType: reader.linkType });
    if (reader.error ?? reader.break) throw new Error(`${name} breaks off`);
    return { name, file, frames };
  });
}

function capturesBelow(directory) {
  return readdirSync(directory).sort().flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return capturesBelow(path);
    return /\.pcap(ng)?$/.test(name) ? [path] : [];
  });
}
