/** What the gateway says of itself is true: OpenAPI, CapabilityStatement, $validate and the page. */
import type { CapabilityStatement, OperationOutcome } from 'fhir/r4.js';
import { Registry } from 'prom-client';
import { Router } from 'express';
import { page } from '../../../gateway/console/page.ts';
import { PAGE_POLICY } from '../../../gateway/console/style.ts';
import { WORDS } from '../../../gateway/console/words.ts';
import { httpApp, routesOf } from '../../../gateway/http/app.ts';
import type { Doors } from '../../../gateway/http/arrive.ts';
import { openapi } from '../../../gateway/http/openapi/document.ts';
import { ORU, TRANSFER } from '../../../gateway/http/openapi/examples.ts';
import { parseMessage } from '../../../mappings/hl7v2/parse.ts';
import { transferSchema } from '../../../mappings/transfer-json/schema.ts';
import { accept, openDoors, REFUSALS, region, type Doorway } from './stand-in.ts';

let doors: Doorway | undefined;
afterEach(async () => {
  await doors?.stop();
  doors = undefined;
});

describe('/openapi.json', () => {
  const document = openapi('1.2.3');
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );

  it('describes every route, and no other', async () => {
    doors = await openDoors();
    const settings = { version: '1' } as Doors['settings'];
    const standIn = { settings, region, clock: { now: () => new Date() }, metrics: new Registry() } as Doors;
    const routes = routesOf(standIn).map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect([...described].sort()).toEqual([...routes].sort());
  });

  it('is what express really has', () => {
    const app = httpApp({
      settings: { version: '1', maxMessageBytes: 1000 },
      region,
      clock: { now: () => new Date() },
      metrics: new Registry(),
    } as Parameters<typeof httpApp>[0]);
    // One verb is a way in; all of them at once is the answer to a wrong method.
    const real = app.router.stack.flatMap(({ route }) => {
      const methods = new Set(route?.stack.map(({ method }) => method));
      const path = route?.path.replace(/:(\w+)/g, '{$1}') ?? '';
      return methods.size === 1 ? [...methods].map((method) => `${method} ${path}`) : [];
    });
    expect(real.sort()).toEqual([...described].sort());
  });

  it('refers only to schemas it has', () => {
    const text = JSON.stringify(document);
    const schemas = Object.keys((document.components as { schemas: object }).schemas);
    const refs = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect(refs.length).toBeGreaterThan(20);
    for (const name of refs) expect(schemas).toContain(name);
  });

  it('names the parameters of the path in every operation', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const operation of Object.values(methods)) {
        const named = ((operation['parameters'] ?? []) as { name: string; in: string }[])
          .filter((parameter) => parameter.in === 'path')
          .map(({ name }) => name);
        expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      }
    }
  });

  it('has the transfer as its own schema has it', () => {
    const { Transfer } = (document.components as { schemas: { Transfer: { required: string[]; properties: object } } })
      .schemas;
    expect(Transfer.required).toContain('requestId');
    expect(Object.keys(Transfer.properties)).toEqual(expect.arrayContaining(['patient', 'tier', 'careTeam']));
  });

  it('gives examples that are accepted', () => {
    expect(transferSchema.safeParse(TRANSFER).error).toBeUndefined();
    expect(parseMessage(Buffer.from(ORU), 'UNICODE UTF-8')).toMatchObject({ ok: true });
  });

  it('is served', async () => {
    doors = await openDoors();
    const response = await fetch(`${doors.url}/openapi.json`);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toMatchObject({ openapi: '3.1.0', info: { version: '0.0.0-test' } });
  });
});

describe('/fhir/metadata', () => {
  it('names what the FHIR door does', async () => {
    doors = await openDoors();
    const statement = (await (await fetch(`${doors.url}/fhir/metadata`)).json()) as CapabilityStatement;
    expect(statement).toMatchObject({ resourceType: 'CapabilityStatement', kind: 'instance', fhirVersion: '4.0.1' });
    const [rest] = statement.rest ?? [];
    expect(rest?.interaction?.map(({ code }) => code)).toEqual(['transaction']);
    expect(rest?.operation?.map(({ name }) => name)).toEqual(['process-message', 'validate']);
    expect(rest?.resource?.map(({ type }) => type)).toEqual(['Task']);
  });

  it('names no search parameter that is refused', async () => {
    doors = await openDoors();
    const statement = (await (await fetch(`${doors.url}/fhir/metadata`)).json()) as CapabilityStatement;
    const values: Record<string, string> = { status: 'requested', owner: 'x', _lastUpdated: 'ge2026-11-20T12:00:00Z' };
    for (const { name } of statement.rest?.[0]?.resource?.[0]?.searchParam ?? []) {
      expect((await fetch(`${doors.url}/fhir/Task?${name}=${values[name] ?? ''}`)).status).toBe(200);
    }
  });
});

describe('$validate', () => {
  const validate = async (path: string, body: string): Promise<{ status: number; outcome: OperationOutcome }> => {
    doors = await openDoors();
    const headers = { 'content-type': 'application/fhir+json' };
    const response = await fetch(doors.url + path, { method: 'POST', body, headers });
    return { status: response.status, outcome: (await response.json()) as OperationOutcome };
  };
  const errors = ({ issue }: OperationOutcome): OperationOutcome['issue'] =>
    issue.filter(({ severity }) => severity === 'error');
  const patient = (more: object = {}): string => JSON.stringify({ resourceType: 'Patient', ...more });

  it('finds nothing wrong in a sound resource, and says so', async () => {
    const { status, outcome } = await validate('/fhir/$validate', patient({ birthDate: '1941-03-07' }));
    expect(status).toBe(200);
    expect(outcome.issue).toMatchObject([{ severity: 'information' }]);
  });

  it('finds a wrong structure, at its place, and answers 200', async () => {
    const { status, outcome } = await validate('/fhir/Patient/$validate', patient({ birthDate: 'yesterday' }));
    expect(status).toBe(200);
    expect(errors(outcome)[0]?.expression).toEqual(['Patient.birthDate']);
  });

  it('finds a BSN that fails the elfproef, without saying it', async () => {
    const identifier = [{ system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: '999900007' }];
    const { outcome } = await validate('/fhir/$validate', patient({ identifier }));
    expect(errors(outcome)).toHaveLength(1);
    expect(JSON.stringify(outcome)).not.toContain('999900007');
  });

  it('takes Parameters', async () => {
    const parameter = [{ name: 'resource', resource: { resourceType: 'Patient', gender: 'x' } }];
    const { outcome } = await validate('/fhir/$validate', JSON.stringify({ resourceType: 'Parameters', parameter }));
    expect(errors(outcome)[0]?.expression).toEqual(['Patient.gender']);
  });

  it('says when the type is not the one of the address', async () => {
    const { outcome } = await validate('/fhir/Observation/$validate', patient());
    expect(errors(outcome)[0]?.expression).toEqual(['resourceType']);
  });

  it('warns of a profile it does not know, claimed or asked for', async () => {
    const meta = { profile: ['http://nictiz.nl/fhir/StructureDefinition/nl-core-Patient'] };
    const { outcome } = await validate('/fhir/$validate', patient({ meta }));
    expect(outcome.issue.map(({ severity }) => severity)).toEqual(['warning', 'information']);
    expect(outcome.issue[0]?.expression).toEqual(['Patient.meta.profile[0]']);
  });

  it('holds a resource against the profile asked for, in the address or in Parameters', async () => {
    const url = 'https://fhir.wijkkliniek.example/StructureDefinition/wk-TriageOutcome';
    const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
    const asked = await validate(`/fhir/$validate?profile=${encodeURIComponent(url)}`, JSON.stringify(observation));
    const parameter = [
      { name: 'resource', resource: observation },
      { name: 'profile', valueUri: url },
    ];
    const body = JSON.stringify({ resourceType: 'Parameters', parameter });
    await doors?.stop();
    expect((await validate('/fhir/$validate', body)).outcome).toEqual(asked.outcome);
    expect(errors(asked.outcome).length).toBeGreaterThan(0);
    await doors?.stop();
    expect(errors((await validate('/fhir/$validate', JSON.stringify(observation))).outcome)).toEqual([]);
  });

  it.each([
    ['busy', 503, 'throttled'],
    ['failed', 500, 'exception'],
  ] as const)('says so when the check is %s', async (kind, status, code) => {
    doors = await openDoors({ check: async () => ({ kind }) });
    const headers = { 'content-type': 'application/fhir+json' };
    const response = await fetch(`${doors.url}/fhir/$validate`, { method: 'POST', body: patient(), headers });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ issue: [{ code }] });
  });

  it.each([
    ['nonsense', '{"a":'],
    ['a list', '[]'],
    ['a resource said twice', '{"resourceType":"Patient","resourceType":"Patient"}'],
    ['a JSON bomb', '['.repeat(200_000)],
    ['empty Parameters', '{"resourceType":"Parameters"}'],
  ])('refuses %s with 400', async (_what, body) => {
    const { status, outcome } = await validate('/fhir/$validate', body);
    expect(status).toBe(400);
    expect(outcome.resourceType).toBe('OperationOutcome');
  });

  it('is for known callers', async () => {
    doors = await openDoors({ identify: () => ({ ok: false, refusal: REFUSALS['unknown-sender'] }) });
    const headers = { 'content-type': 'application/fhir+json' };
    expect((await fetch(`${doors.url}/fhir/$validate`, { method: 'POST', body: patient(), headers })).status).toBe(401);
  });
});

describe('the page', () => {
  const http = 'http://127.0.0.1:8080';
  it('speaks Dutch, English a click away', async () => {
    doors = await openDoors();
    const response = await fetch(doors.url);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const dutch = await response.text();
    expect(dutch).toContain('<html lang="nl">');
    expect(dutch).toContain(WORDS.nl.ready);
    expect(dutch).toContain('href="/?lang=en"');
    const english = await (await fetch(`${doors.url}/?lang=en`)).text();
    expect(english).toContain('<html lang="en">');
    expect(english).toContain(WORDS.en.ready);
    expect(english).toContain('mllp://127.0.0.1:2575');
  });

  it('runs nothing and loads nothing', async () => {
    doors = await openDoors();
    const response = await fetch(doors.url);
    expect(response.headers.get('content-security-policy')).toBe(PAGE_POLICY);
    expect(await response.text()).not.toMatch(/<script|<link|<img|@import|url\(|src=/);
  });

  it('leads only to addresses that answer', async () => {
    const sandbox = Router();
    sandbox.get('/hospital/messages', (_request, response) => void response.json([]));
    doors = await openDoors({ sandbox, receive: async () => accept() });
    const html = await (await fetch(doors.url)).text();
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href ?? '');
    expect(links).toContain('/sandbox/hospital/messages');
    for (const href of links) expect((await fetch(doors.url + href)).status).toBe(200);
  });

  it('shows addresses that can be called, and the demo where this gateway answers', async () => {
    const settings = { host: '0.0.0.0', mllp: { host: '::', port: 2575 } };
    doors = await openDoors({ settings, sandbox: Router() });
    const html = await (await fetch(doors.url)).text();
    expect(html).toContain('mllp://127.0.0.1:2575');
    expect(html).toContain(`npm run gateway -- demo --url ${doors.url}<`);
    const shown = { language: 'nl', region, version: '1', ready: true, http, mllp: null, hasSandbox: true } as const;
    expect(page(shown)).toContain('npm run gateway -- demo<');
  });

  it('is ready when /health/ready is', async () => {
    let looks = true;
    doors = await openDoors({ looks: () => looks });
    expect(await (await fetch(doors.url)).text()).toContain(WORDS.nl.ready);
    looks = false;
    expect((await fetch(`${doors.url}/health/ready`)).status).toBe(503);
    expect(await (await fetch(doors.url)).text()).toContain(WORDS.nl.notReady);
  });

  it('says so when nothing can be stored', () => {
    const shown = { language: 'nl', region, version: '1', ready: false, http, mllp: null, hasSandbox: false } as const;
    expect(page(shown)).toContain(WORDS.nl.notReady);
  });

  it('escapes what the region file says', () => {
    const named = { ...region, name: '<script>alert(1)</script>' };
    const shown = {
      language: 'en',
      region: named,
      version: '1',
      ready: true,
      http,
      mllp: null,
      hasSandbox: true,
    } as const;
    expect(page(shown)).not.toContain('<script>');
  });
});
