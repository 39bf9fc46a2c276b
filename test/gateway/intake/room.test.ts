import { createRoom, type Room } from '../../../gateway/intake/room.ts';
import type { DestinationBacklog } from '../../../gateway/ledger/ledger.ts';
import type { Source } from '../../../gateway/regions/region.ts';
import { coalition, wijkkliniekOf } from '../../setup/coalition.ts';

const lab = { id: 'lab', party: 'klcl', doors: ['mllp'], auth: { kind: 'none' }, maxOpen: 5 };
const region = coalition('http://127.0.0.1:9/fhir', { ecd: { maxOpen: 3 }, more: { sources: [lab] } });
const source = region.sources[0] as Source;

let open = 0;
let waiting = 0;
let looks = 0;
let away = false;
const backlog = (): DestinationBacklog => ({
  destination: 'ecd',
  waiting,
  sending: 0,
  retrying: 0,
  dead: 9,
  oldestWaitingAt: null,
  lastDeliveredAt: null,
});
const ledger = {
  sourceBacklog: async () => {
    looks += 1;
    if (away) throw new Error('away');
    return new Map([['lab', open]]);
  },
  backlog: async () => [backlog()],
};

let room: Room;
beforeEach(() => {
  [open, waiting, looks, away] = [0, 0, 0, false];
  room = createRoom(region, ledger);
});
const enter = async (times: number): Promise<number> => {
  let entered = 0;
  for (let n = 0; n < times; n += 1) if (await room.enter(source, 'lab-result')) entered += 1;
  return entered;
};

describe('room', () => {
  test('is for as many as the destination may have open, those let in since the last look counted', async () => {
    waiting = 1;
    expect(await enter(10)).toBe(2);
    expect(looks).toBe(1);
  });

  test('is for as many as the source may have open, whoever they are for', async () => {
    open = 4;
    expect(await room.enter(source, 'observation')).toBe(true);
    expect(await room.enter(source, 'observation')).toBe(false);
  });

  test('is there again when the ledger counts less, and who waits is let in then', async () => {
    waiting = 3;
    expect(await enter(1)).toBe(0);
    const waited = room.until(source, 'lab-result', 5_000);
    waiting = 2;
    expect(await waited).toBe(true);
    expect(await enter(3)).toBe(1);
  });

  test('is not waited for longer than told', async () => {
    waiting = 3;
    expect(await room.until(source, 'lab-result', 300)).toBe(false);
  });

  test('is not denied because the ledger is away: that is said at the commit', async () => {
    away = true;
    expect(await enter(2)).toBe(2);
  });

  test('of one VVT of several is not denied for what waits at the other', async () => {
    const two = coalition('http://127.0.0.1:9/fhir', {
      more: {
        parties: [
          { id: 'hospital', kind: 'hospital', name: 'Ziekenhuis' },
          { id: 'vvt', kind: 'vvt', name: 'VVT' },
          { id: 'vvt-2', kind: 'vvt', name: 'VVT 2' },
        ],
        wijkkliniek: [wijkkliniekOf({}), wijkkliniekOf({ id: 'second', party: 'vvt-2' })],
        sources: [{ ...lab, party: 'hospital' }],
        destinations: ['ecd', 'ecd-2'].map((id) => ({
          id,
          party: id === 'ecd' ? 'vvt' : 'vvt-2',
          protocol: 'fhir',
          baseUrl: 'http://127.0.0.1:9/fhir',
          maxOpen: 3,
        })),
      },
    });
    waiting = 3;
    expect(await createRoom(two, ledger).enter(two.sources[0] as Source, 'lab-result')).toBe(true);
  });
});
