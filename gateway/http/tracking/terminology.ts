/** The tracking API's view of terminology: codes that still need a row in a ConceptMap. */
import { translateOwn } from '../../../mappings/terminology/own-codes.ts';
import type { UnmappedCode } from '../../ledger/ledger.ts';
import type { Doors } from '../arrive.ts';
import { sendJson } from '../reply.ts';
import type { Route } from '../route.ts';
import { keyed } from './keys.ts';
import { given, unmappedQuery } from './query.ts';
import { readQuery } from './read.ts';

export const terminologyRoutes = (doors: Doors): readonly Route[] => [
  keyed(doors, {
    method: 'get',
    path: '/terminology/unmapped',
    answer: async (request, response) => {
      const query = readQuery(unmappedQuery, request, response);
      if (query === null) return;
      const page = await doors.ledger.unmapped({ ...given(query), limit: query.limit });
      // What the source's ConceptMaps say by now is no work any more.
      const open = page.items.filter(({ source, system, code }) => {
        const own = doors.region.sources.find(({ id }) => id === source)?.ownCodes;
        return translateOwn(own, system, code).length === 0;
      });
      sendJson(response, 200, { items: open.map(told), next: page.next });
    },
  }),
];

const told = ({ source, system, code, text, count, firstSeen, lastSeen }: UnmappedCode): UnmappedCode => ({
  source,
  system,
  code,
  text,
  count,
  firstSeen,
  lastSeen,
});
