// `npm run bench [messages]`: ratios to the floor (JSON parse + stringify of the message's own output Bundle),
// alternating rounds in one run; start, memory and CPU of whole gateway processes. Writes test/bench/RESULTS.md.
import { setFlagsFromString } from 'node:v8';
import { buildIfNeeded } from '../../gateway/build.mjs';
import { alternate, row } from './measure.mjs';
import { adt, oru, testBsns } from './messages.mjs';
import { report } from './report.mjs';

setFlagsFromString('--no-allocation-site-pretenuring'); // as gateway/bin.mjs does
buildIfNeeded();
const { inProcess, jobsOf, kb } = await import('./in-process.mjs');
const { administration } = await import('./administration.mjs');
const { whole } = await import('./whole.mjs');
const { labOru } = await import('../../dist/mappings/lab-oru/mapping.js');
const { adminAdt } = await import('../../dist/mappings/admin-adt/mapping.js');

const COUNT = Number(process.argv[2] ?? 20_000);
const { tell, end } = report('RESULTS.md', 'Benchmark');
const table = () => ['', '| what | per message | ratio |', '| --- | --- | --- |'].forEach(tell);
const notes = (texts) => ['', ...texts].forEach(tell);

const [bsn] = testBsns(1);
tell(
  `${COUNT} messages of each kind. The senders and the receiver run in another process; the gateway’s CPU is its own, all its threads together. Times per message are CPU times. Where nothing else is said MAPPING_THREADS is unset: one thread maps where there is a second core.`,
);

notes(['## A laboratory result: ORU^R01 of 12 OBX']);
table();
const result = jobsOf(oru(bsn, 'B1'), labOru);
const found = await inProcess(result, tell);
notes([...(await whole(result.floor, COUNT, tell)), ...found]);

notes(['## A change of a patient’s data: ADT^A08']);
table();
const change = jobsOf(adt(bsn, 'B2'), adminAdt);
for (let warm = 0; warm < 1_000; warm++) [change.floor, change.prove].forEach((job) => job());
const [floorUs, proveUs] = alternate([change.floor, change.prove], 15, 200);
tell(row(`floor: JSON parse + stringify of the output Bundle (${kb(change.output)})`, floorUs, floorUs));
tell(row('map and prove', proveUs, floorUs));
const accepted = [];
for (const threads of [1, 0]) {
  accepted.push(...(await administration(change.floor, Math.ceil(COUNT / 5), threads, tell)));
}
notes(accepted);
end();
