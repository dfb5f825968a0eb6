/**
 * `failover-emulator/capture`: pcap and pcapng, read whole, read in pieces, and edited; written.
 *
 * A file in memory:
 *
 *     import { readFileSync } from 'node:fs';
 *     import { readCapture } from 'failover-emulator/capture';
 *     import { DecodeError, decodeLinkFrame } from 'failover-emulator/wire';
 *
 *     const capture = readCapture(readFileSync('a.pcapng'));
 *     if (capture instanceof DecodeError) throw new Error('no capture');
 *     for (const { timeMicros, interfaceId, bytes } of capture.frames)
 *       console.log(timeMicros, decodeLinkFrame(capture.interfaces[interfaceId].linkType, bytes));
 *     if (capture.break) console.log('broke off at byte', capture.break.offset);
 *
 * A file of any size, in the memory of one chunk:
 *
 *     const reader = new CaptureReader();
 *     for await (const chunk of createReadStream('large.pcap')) {
 *       reader.push(chunk);
 *       while (reader.next()) count(reader.bytes, reader.start, reader.end, reader.linkType);
 *     }
 *     reader.finish();
 *     reader.next();
 *     const trouble = reader.error ?? reader.break;
 *
 * All that is in a file, to be changed and written back; what was not changed comes out byte for byte:
 *
 *     const document = readDocument(readFileSync('a.pcapng'));
 *     if (!(document instanceof DecodeError) && document.format === 'pcapng')
 *       for (const block of document.blocks) if (block.kind === 'packet') block.options.add(OptionCode.comment, 'seen');
 *     writeFileSync('b.pcapng', writeCapture(document));
 *
 * A new file: PcapngWriter, or encodePcapHeader and encodePcapRecord.
 */
export { DecodeError } from '../wire/decode-error.js';
export type { DecodeErrorCode } from '../wire/decode-error.js';
export * from './capture-document.js';
export { CaptureReader } from './capture-reader.js';
export * from './capture.js';
export * from './captured-frame.js';
export { encodePcapHeader, encodePcapRecord, isPcap } from './pcap.js';
export * from './pcapng-block.js';
export { BlockType, OptionCode } from './pcapng-format.js';
export { PcapngWriter, isPcapng } from './pcapng.js';
export type { ChunkSink } from './pcapng.js';
