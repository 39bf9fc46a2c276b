// `npm run bench:soak -- --minutes 30 [--rate 200]`: the memory of a gateway that takes and delivers so many messages a
// second. Flat: its last third takes no more than a tenth above its first, the first fifth of all left out.
// Writes test/bench/RESULTS-soak.md; the exit tells whether it was flat and all arrived.
import { parseArgs } from 'node:util';
import { buildIfNeeded } from '../../gateway/build.mjs';
import { rssMb, sendPaced } from './gateway.mjs';
import { median } from './measure.mjs';
import { adt, oru, testBsns } from './messages.mjs';
import { coalition, lossOf, rest } from './partners.mjs';
import { report } from './report.mjs';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, rate: { type: 'string', default: '200' } },
});
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
const SAMPLE_MS = 5_000;
const FLAT = 1.1;

buildIfNeeded();
const { tell, end } = report('RESULTS-soak.md', `Memory over ${minutes} minutes at ${rate} messages a second`);
const bsns = testBsns(500);
const partners = await coalition();
const gateway = await partners.start();
const { pid } = gateway.child;
const count = Math.round(minutes * 60 * rate);
function* texts() {
  for (let at = 0; at < count; at++) yield (at % 2 === 0 ? adt : oru)(bsns[at % bsns.length], `K${at}`);
}
const samples = [rssMb(pid)];
const sampling = setInterval(() => samples.push(rssMb(pid)), SAMPLE_MS);
const started = performance.now();
const { close } = await sendPaced(gateway.mllpPort, texts(), 1000 / rate);
const seconds = (performance.now() - started) / 1000;
await partners.receiver.until(count);
clearInterval(sampling);
await rest(1_000);
close();
const warm = samples.slice(Math.ceil(samples.length / 5));
const third = Math.max(1, Math.floor(warm.length / 3));
const [first, last] = [median(warm.slice(0, third)), median(warm.slice(-third))];
const flat = last <= first * FLAT;
tell(
  `- half ADT^A08, half ORU^R01 of 12 OBX, sent at ${(count / seconds).toFixed(0)} messages/s for ${(seconds / 60).toFixed(1)} minutes: ${lossOf(count, partners.receiver)}`,
);
tell(
  `- memory (RSS): ${samples[0].toFixed(0)} MB at the start, at most ${Math.max(...samples).toFixed(0)} MB; median of the first third ${first.toFixed(0)} MB, of the last ${last.toFixed(0)} MB: ${flat ? 'flat' : 'not flat'}`,
);
const minute = Math.max(1, Math.round(60_000 / SAMPLE_MS));
tell(
  `- at each minute: ${samples
    .filter((_, at) => at % minute === 0)
    .map((mb) => mb.toFixed(0))
    .join(', ')} MB`,
);
const lost = partners.receiver.seen.size !== count;
await gateway.stop();
partners.end();
end();
process.exitCode = flat && !lost ? 0 : 1;
