/** The demo's view of the gateway and of its sandbox partners, over HTTP like anybody else. */
import { z } from 'zod';
import type { Api } from '../api.ts';

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

export interface PartnersSeen {
  /** `source`: who to be in the sandbox. */
  readonly send: (path: string, mediaType: string, body: string, source?: string) => Promise<Reply>;
  readonly putTask: (id: string, change: object) => Promise<Reply>;
  readonly task: (id: string, asSource: string) => Promise<Reply>;
  readonly get: (path: string) => Promise<unknown>;
  /** Requests a partner received since `after`, waiting until there are `count` of them (at most 20 s). */
  readonly received: (partner: string, after: number, count: number) => Promise<readonly ReceivedRequest[]>;
  /** How many requests a partner has received so far. */
  readonly count: (partner: string) => Promise<number>;
}

const received = z.object({
  items: z.array(z.looseObject({ seq: z.number(), types: z.array(z.string()), status: z.number() })),
  received: z.number(),
});
export type ReceivedRequest = z.output<typeof received>['items'][number];

/** A delivery is seen within this time, or the step failed. */
const PATIENCE_MS = 20_000;

export function partnersAt({ url, key }: Api): PartnersSeen {
  const request = async (path: string, init: RequestInit): Promise<Response> =>
    fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(30_000) });
  const reply = async (response: Response): Promise<Reply> => ({
    status: response.status,
    text: await response.text(),
    location: response.headers.get('location'),
  });
  const get = async (path: string): Promise<unknown> => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const response = await request(path, { headers });
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return response.json();
  };
  const log = async (partner: string): Promise<z.output<typeof received>> =>
    received.parse(await get(`/sandbox/${partner}/log`));
  const task = async (id: string, asSource: string): Promise<Reply> =>
    reply(await request(`/fhir/Task/${id}`, { headers: { 'x-source': asSource } }));
  return {
    send: async (path, mediaType, body, source) => {
      const headers = { 'content-type': mediaType, ...(source === undefined ? {} : { 'x-source': source }) };
      return reply(await request(path, { method: 'POST', headers, body }));
    },
    task,
    putTask: async (id, change) => {
      const seen = JSON.parse((await task(id, 'sandbox-ecd')).text) as { meta?: { versionId?: string } };
      const headers = { 'content-type': 'application/fhir+json', 'if-match': `W/"${seen.meta?.versionId ?? ''}"` };
      return reply(
        await request(`/fhir/Task/${id}`, { method: 'PUT', headers, body: JSON.stringify({ ...seen, ...change }) }),
      );
    },
    get,
    count: async (partner) => (await log(partner)).received,
    received: async (partner, after, count) => {
      const until = Date.now() + PATIENCE_MS;
      for (;;) {
        const items = (await log(partner)).items.filter(({ seq, status }) => seq > after && status < 300 && status > 0);
        if (items.length >= count || Date.now() > until) return items;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  };
}
