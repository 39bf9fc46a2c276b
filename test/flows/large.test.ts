import { frameBytes } from '../../mappings/hl7v2/frame.ts';
import { labResult } from '../../gateway/cli/demo/messages.ts';
import { demoPerson } from '../../gateway/cli/demo/person.ts';
import { eventually, inProcess, regionOf, type TestGateway } from '../setup/gateway.ts';
import { regionFor } from '../faults/patients.ts';
import { startReceiver } from '../faults/receiver.ts';
import { talkMllp } from '../setup/mllp.ts';

let gateway: TestGateway;
afterEach(async () => gateway.stop());

const person = demoPerson(() => 0.31);
const lab = (controlId: string): string =>
  labResult(person, {
    controlId,
    filler: controlId,
    potassium: '4.0',
    flag: 'N',
    status: 'F',
    at: new Date('2026-11-20T13:00:00Z'),
  });

it('takes a report with a PDF of 10 MB over MLLP and delivers it byte for byte', async () => {
  const receiver = await startReceiver({ keepBodies: true });
  gateway = await inProcess({ region: regionOf(regionFor(receiver.port)) });
  const pdf = Buffer.alloc(10 * 1024 * 1024, 'synthetic pdf ').toString('base64');
  const message = `${lab('PDF1')}OBX|3|ED|PDF^Report^L||^application^pdf^Base64^${pdf}||||||F\r`;
  const bytes = frameBytes(Buffer.from(message));
  const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) =>
    bytes.subarray(index * 65_536, (index + 1) * 65_536),
  );
  const [answer] = await talkMllp(gateway.mllpPort, chunks, 1);
  expect(answer).toMatch(/MSA\|AA\|PDF1/);
  await eventually(async () => receiver.effects.length === 1, 20_000);
  expect(receiver.bodies[0]).toContain(pdf);
  await receiver.stop();
}, 60_000);

it('keeps what it accepted for a destination that is down from the start, and delivers when it comes', async () => {
  const receiver = await startReceiver();
  const { port } = receiver;
  await receiver.stop();
  gateway = await inProcess({ region: regionOf(regionFor(port)) });
  const framed = ['DOWN1', 'DOWN2', 'DOWN3'].map((id) => frameBytes(Buffer.from(lab(id))));
  expect(await talkMllp(gateway.mllpPort, framed, 3)).toHaveLength(3);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const back = await startReceiver({}, port);
  await eventually(async () => back.effects.length === 3, 15_000);
  expect(back.effects.map(({ message }) => message)).toEqual(['DOWN1', 'DOWN2', 'DOWN3']);
  await back.stop();
}, 30_000);
