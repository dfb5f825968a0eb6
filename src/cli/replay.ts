/** `failover replay`: which of its two forms is meant. */
import { statSync } from 'node:fs';
import { InputFailure } from './failure.js';
import type { StandInWords } from './replay-stand-in.js';

const FORMS = 'failover replay DIR, of a recording, or failover replay TOPOLOGY --as NODE CAPTURE...';

export async function replay(path: string, captures: readonly string[], words: Partial<StandInWords>): Promise<number> {
  const { as } = words;
  if (as !== undefined) {
    const { replayStandIn } = await import('./replay-stand-in.js');
    return replayStandIn(path, captures, { ...words, as });
  }
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (captures.length > 0 || isDirectory === false || Object.keys(words).length > 0) throw new InputFailure(`replay: which node? ${FORMS}`);
  const { replayRecording } = await import('./replay-recording.js');
  return replayRecording(path);
}
