/** The sandbox partners on a real port, and region destinations that point at them. */
import { randomUUID } from 'node:crypto';
import express from 'express';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../gateway/clock.ts';
import type { Destination } from '../../gateway/regions/region.ts';
import { createSandbox } from '../../gateway/sandbox/app.ts';
import type { ReceivedRequest } from '../../gateway/sandbox/received.ts';
import { checkStructure } from '../../profiles/structure.ts';

export interface Partners {
  readonly base: string;
  received: (partner: string) => Promise<readonly ReceivedRequest[]>;
  fault: (partner: string, fault: object) => Promise<void>;
  get: (path: string) => Promise<{ status: number; body: unknown }>;
  end: () => Promise<void>;
}

export const listening = (server: Server, port = 0): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

export async function startPartners(port = 0): Promise<Partners> {
  const app = express();
  app.use('/sandbox', createSandbox({ clock: systemClock, newId: randomUUID, checkStructure }).router);
  const server = createServer(app);
  const base = `http://127.0.0.1:${await listening(server, port)}/sandbox`;
  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${base}${path}`);
    return { status: answer.status, body: await answer.json() };
  };
  return {
    base,
    get,
    received: async (partner) => ((await get(`/${partner}/log`)).body as { items: ReceivedRequest[] }).items,
    fault: async (partner, fault) => {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(`${base}/${partner}/faults`, { method: 'POST', headers, body: JSON.stringify(fault) });
      if (answer.status !== 201) throw new Error(await answer.text());
    },
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const destination = (id: string, baseUrl: string, over: object = {}): Destination => ({
  id,
  party: 'cordaan',
  protocol: 'fhir',
  baseUrl,
  auth: { kind: 'none' },
  format: 'json',
  idempotency: 'conditional-update',
  timeoutMs: 2_000,
  concurrency: 16,
  ratePerSecond: 5_000,
  maxOpen: 100_000,
  retry: { firstDelayMs: 20, maxDelayMs: 200, giveUpHours: 72 },
  ...over,
});

/** One Observation by conditional update; `n` makes its value, `key` its identifier. */
export const bundleOf = (key: string, n: number): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: `urn:uuid:${randomUUID()}`,
        resource: {
          resourceType: 'Observation',
          identifier: [{ system: 'https://lab.example/filler', value: key }],
          status: 'final',
          code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
          valueQuantity: { value: n, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
        },
        request: { method: 'PUT', url: `Observation?identifier=https%3A%2F%2Flab.example%2Ffiller%7C${key}` },
      },
    ],
  });

/** A hospital that speaks HL7 v2 alone, at this port. */
export const hospitalAt = (
  port: number,
  over: Partial<Extract<Destination, { protocol: 'mllp' }>> = {},
): Extract<Destination, { protocol: 'mllp' }> => ({
  id: 'epd',
  party: 'hospital',
  protocol: 'mllp',
  idempotency: 'control-id',
  version: '2.5',
  charset: 'UNICODE UTF-8',
  timezone: 'Europe/Amsterdam',
  codeSystems: {},
  sendingApplication: 'WIJKKLINIEK-GATEWAY',
  host: '127.0.0.1',
  port,
  timeoutMs: 2_000,
  concurrency: 1,
  ratePerSecond: 50,
  maxOpen: 100_000,
  retry: { firstDelayMs: 2_000, maxDelayMs: 900_000, giveUpHours: 72 },
  ...over,
});
