/** What the transfer tests share: a coalition, and the leaves of a resource. */
import type { RegionFacts, SourceSettings } from '../../mappings/mapping.ts';

const hospital = { id: 'amsterdam-umc', kind: 'hospital', name: 'Amsterdam UMC', ura: '00001234', agb: '06010101' };
const vvt = { id: 'cordaan', kind: 'vvt', name: 'Cordaan', ura: '00005678' };

export const AMSTERDAM: { readonly source: SourceSettings; readonly region: RegionFacts } = {
  source: { id: 'seh', timezone: 'Europe/Amsterdam', charset: 'UNICODE UTF-8', codeSystems: {}, party: hospital },
  region: {
    id: 'amsterdam',
    parties: [hospital, vvt],
    wijkklinieken: [
      {
        id: 'wijkkliniek-amsterdam',
        party: 'cordaan',
        admits: ['wijkkliniek-light', 'wijkkliniek-complex'],
        regiebehandelaar: ['verpleegkundig-specialist', 'physician-assistant'],
        medebehandelaar: ['klinisch-geriater', 'internist-ouderengeneeskunde'],
        negotiation: true,
      },
    ],
  },
};

/** Paths of the primitive leaves of a finished resource. */
export function leavesOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => leavesOf(item, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, child]) => leavesOf(child, `${path}.${key}`));
  }
  return value === null ? [] : [path];
}
