/**
 * `decode --count`: every frame is taken apart and every checksum verified, and only totals are written.
 */
import type { Tape } from '../wire/dissect/tape.js';
import { Layer } from '../wire/dissect/tape.js';
import { Field, VALUE_NAMES } from '../wire/dissect/field.js';

const LAYER_NAMES = Object.keys(Layer) as (keyof typeof Layer)[];

export class DecodeTotals {
  frames = 0;
  bytes = 0;
  checksums = 0;
  lsas = 0;
  /** By combination of layers, which are few: a counter a layer would be written ten times a frame. */
  private readonly byLayers = new Map<number, number>();
  private lastLayers = -1;
  private lastCount = 0;
  private readonly byOspfType = new Uint32Array(256);

  add(tape: Tape): void {
    this.frames++;
    this.bytes += tape.end - tape.start;
    this.checksums += tape.checksumCount;
    this.lsas += tape.lsaCount;
    this.byOspfType[tape.ospfType]++;
    if (tape.layers === this.lastLayers) {
      this.lastCount++;
      return;
    }
    this.settle();
    this.lastLayers = tape.layers;
    this.lastCount = 1;
  }

  private settle(): void {
    if (this.lastCount > 0) this.byLayers.set(this.lastLayers, (this.byLayers.get(this.lastLayers) ?? 0) + this.lastCount);
    this.lastCount = 0;
  }

  /** How many frames have this layer. */
  layer(name: keyof typeof Layer): number {
    this.settle();
    let count = 0;
    for (const [layers, frames] of this.byLayers) if ((layers & Layer[name]) !== 0) count += frames;
    return count;
  }

  /** One object; layers that never came are left out. */
  json(): object {
    const layers: Record<string, number> = {};
    for (const name of LAYER_NAMES) if (this.layer(name) > 0) layers[name] = this.layer(name);
    const types: Record<string, number> = {};
    for (let type = 1; type < 256; type++) if (this.byOspfType[type] > 0) types[ospfTypeName(type)] = this.byOspfType[type];
    return { frames: this.frames, bytes: this.bytes, layers, ospf: types, lsas: this.lsas, checksums: this.checksums, errors: this.layer('error') };
  }

  text(): string {
    const lines = [`${this.frames} frames, ${this.bytes} bytes, ${this.checksums} checksums right, ${this.lsas} LSAs`];
    const shown = LAYER_NAMES.filter((name) => name !== 'error' && this.layer(name) > 0);
    if (shown.length > 0) lines.push(`  ${shown.map((name) => `${name} ${this.layer(name)}`).join(', ')}`);
    const types: string[] = [];
    for (let type = 1; type < 256; type++) if (this.byOspfType[type] > 0) types.push(`${ospfTypeName(type)} ${this.byOspfType[type]}`);
    if (types.length > 0) lines.push(`  ospf: ${types.join(', ')}`);
    if (this.layer('error') > 0) lines.push(`  frames with an error: ${this.layer('error')}`);
    return `${lines.join('\n')}\n`;
  }
}

function ospfTypeName(type: number): string {
  return VALUE_NAMES.get(Field.ospfType)?.[type] ?? `type-${type}`;
}
