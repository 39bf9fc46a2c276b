// Without doors or ledger: reading, mapping, proving and validating one message in this process.
import { alternate, row } from './measure.mjs';
import { loading, packagesAreHere, validators } from './validation.mjs';

const { readArrival } = await import('../../dist/gateway/flows/reading.js');
const { prove } = await import('../../dist/gateway/flows/prove.js');
const { ANY_SOURCE } = await import('../../dist/mappings/mapping.js');
const { writeJson } = await import('../../dist/profiles/json/write.js');
const { toBundle } = await import('../../dist/mappings/bundle.js');
const { parseMessage } = await import('../../dist/mappings/hl7v2/parse.js');

const context = { source: ANY_SOURCE, region: null };

/** The jobs of one HL7 v2 message with its mapping. `floor`: JSON parse + stringify of its own output Bundle. */
export function jobsOf(text, mapping) {
  const bytes = Buffer.from(text);
  const proved = () => prove(readArrival(bytes, 'hl7v2', 'UNICODE UTF-8'), context, null);
  const output = writeJson(proved().bundle);
  return {
    output,
    floor: () => JSON.stringify(JSON.parse(output)),
    map: () => writeJson(toBundle(mapping.map(parseMessage(bytes, 'UNICODE UTF-8').message, context))),
    prove: () => writeJson(proved().bundle),
  };
}

export const kb = (text) => `${(text.length / 1024).toFixed(text.length < 10_240 ? 1 : 0)} KB`;

/** Tells what mapping and validating one ORU costs, and what validators find. */
export async function inProcess({ output, floor, map, prove: mapAndProve }, tell) {
  const checks = packagesAreHere ? await validators(output) : null;
  const jobs = [floor, map, mapAndProve, ...(checks === null ? [] : [checks.own])];
  for (let warm = 0; warm < 2_500; warm++) jobs.forEach((job) => job());
  const [floorUs, mapUs, proveUs, ownUs] = alternate(jobs, 15, 60);
  tell(row(`floor: JSON parse + stringify of the output Bundle (${kb(output)})`, floorUs, floorUs));
  tell(row('map: parse, map, write', mapUs, floorUs));
  tell(row('map and prove: the same with R4 structure and our rules', proveUs, floorUs));
  if (checks === null) return [];
  const { own, other, faults, foundByOwn, foundByOther, unread } = checks;
  for (let warm = 0; warm < 10; warm++) other();
  const [otherUs, besideUs] = alternate([other, own], 5, 10);
  tell(row('full profile validation of the Bundle: R4, nl-core, MP9, lab and wk-*', ownUs, floorUs));
  tell(row('the same by `@medplum/core` 4.5.2', otherUs, floorUs));
  const { loadedMs, firstMs, rssMb, mostMb, errors } = loading(output);
  return [
    `- validation beside Medplum’s \`validateResource\`: ${(otherUs / besideUs).toFixed(0)} × faster; of ${faults} faults planted in the examples of nl-core it finds ${foundByOwn}, Medplum’s ${foundByOther} (${unread} profiles it can only read without a slicing)`,
    `- a process that loads R4, nl-core, MP9, lab and wk-*: ${(loadedMs / 1000).toFixed(2)} s, first validation ${firstMs.toFixed(0)} ms (${errors} errors), ${rssMb.toFixed(0)} MB RSS (at most ${mostMb.toFixed(0)})`,
  ];
}
