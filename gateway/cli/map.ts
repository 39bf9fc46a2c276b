/** `map`: the FHIR R4 Bundle each message becomes, or HL7 v2 again; with `--explain` where every value of it came from. */
import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4.js';
import { explanationOf } from '../flows/explain.ts';
import { prove, type ProvedOrNot } from '../flows/prove.ts';
import { readArrival, type Reading } from '../flows/reading.ts';
import { outcomeOf } from '../outcome.ts';
import type { PartyKind, RegionFile } from '../regions/region.ts';
import { readMessages, type InputMessage } from './input.ts';
import { printV2, writeFor } from './map-v2.ts';
import { EXIT, line, progress, resultPrinter, say, worst, type Exit } from './print.ts';
import { mappedFor, openRegion, type RegionOptions } from './region.ts';
import { tableOf } from './table.ts';

export interface MapOptions extends RegionOptions {
  readonly explain?: boolean;
  readonly format?: string;
  readonly as?: string;
}

/** One message through the same road as at the doors. */
export const mapMessage = (region: RegionFile | 'none', options: RegionOptions, message: InputMessage): ProvedOrNot =>
  readAndMap(region, options, message).proved;

interface ReadAndMapped {
  readonly reading: Reading;
  readonly sender: PartyKind | null;
  readonly proved: ProvedOrNot;
}

function readAndMap(region: RegionFile | 'none', options: RegionOptions, message: InputMessage): ReadAndMapped {
  const { context, sender, processing } = mappedFor(region, options, message);
  const reading = readArrival(message.bytes, message.kind, context.source.charset);
  if (!reading.ok) return { reading, sender, proved: { ok: false, flow: null, refusal: reading.refusal } };
  return { reading, sender, proved: prove(reading, context, sender, processing) };
}

/** What `map` prints of it. */
export const resultOf = (proved: ProvedOrNot): Bundle<FhirResource> | OperationOutcome =>
  proved.ok ? proved.bundle : outcomeOf(proved.refusal.issues);

export async function mapCommand(files: readonly string[], options: MapOptions): Promise<Exit> {
  const region = await openRegion(options);
  if (region === null) return EXIT.usage;
  const exits: Exit[] = [EXIT.ok];
  const printer = resultPrinter();
  const mapped = progress('messages');
  for await (const message of readMessages(files, exits)) {
    const { reading, sender, proved } = readAndMap(region, options, message);
    if (!proved.ok) exits.push(EXIT.refused);
    tell(message, proved);
    if (options.as === 'hl7v2' && proved.ok) {
      if (!printV2(writeFor(region, sender, proved), options.explain === true, printer)) exits.push(EXIT.refused);
      mapped.step();
      continue;
    }
    if (options.format === 'table') {
      if (proved.ok && reading.ok) for (const row of tableOf(reading, proved.mapped, proved.bundle)) line(row);
    } else printer.add(proved.ok && options.explain === true ? explanationOf(proved.mapped) : resultOf(proved));
    mapped.step();
  }
  mapped.end();
  printer.end();
  return worst(exits);
}

function tell({ place }: InputMessage, proved: ProvedOrNot): void {
  if (proved.ok) {
    for (const { code, location, text } of proved.warnings) say(`${place}: ${code} at ${location}: ${text}`);
    return;
  }
  for (const { expression, text } of proved.refusal.issues) {
    say(`${place}: refused${expression === '' ? '' : ` at ${expression}`}: ${text}`);
  }
}
