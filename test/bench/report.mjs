// What a measurement tells: on standard output as it goes, and at its end in a file beside this one.
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

const machine = () =>
  `${cpus()[0].model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;

const load = () => loadavg()[0].toFixed(1);

/** `file`: its name here. The load tells a quiet machine from a busy one. */
export function report(file, title) {
  const lines = [];
  const before = load();
  const tell = (text) => {
    lines.push(text);
    process.stdout.write(`${text}\n`);
  };
  tell(`# ${title}\n`);
  return {
    tell,
    end: () => {
      tell(`\n${machine()}. Load of the machine (1 minute), before and at the end: ${before}, ${load()}.`);
      writeFileSync(new URL(`./${file}`, import.meta.url), `${lines.join('\n')}\n`);
    },
  };
}
