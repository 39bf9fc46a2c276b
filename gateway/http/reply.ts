/** Answers in the two forms the doors speak: OperationOutcome for partners, a plain error object for operators. */
import type { FhirResource, OperationOutcome } from 'fhir/r4.js';
import type { Request, Response } from 'express';
import { readJson } from '../../profiles/json/read.ts';
import { writeJson } from '../../profiles/json/write.ts';
import { Unwritable, writeXml } from '../../profiles/xml/write.ts';
import { outcomeOf } from '../outcome.ts';
import { wordsOf, type Refusal } from '../refusal.ts';
import type { Issue } from '../../profiles/issue.ts';
import { formAsked } from './format.ts';

const FHIR_JSON = 'application/fhir+json; charset=utf-8';
const FHIR_XML = 'application/fhir+xml; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
/** Seconds; what stands in the way (a full disk, a busy moment) is rarely gone sooner. */
const RETRY_AFTER = '5';

const PARTNER_DOOR = /^\/(fhir|transfers|hl7v2)(\/|$)/;
export const isPartnerDoor = ({ path }: Request): boolean => PARTNER_DOOR.test(path);

export function sendJson(response: Response, status: number, value: unknown): void {
  sendText(response, status, JSON_TYPE, JSON.stringify(value));
}

export function sendFhir(response: Response, status: number, resource: FhirResource): void {
  if (wantsXml(response) && sendXml(response, status, resource)) return;
  sendText(response, status, FHIR_JSON, writeJson(resource));
}

/** A resource that is JSON text already, as it stands. */
export function sendFhirText(response: Response, status: number, text: string): void {
  const read = wantsXml(response) ? readJson(text) : null;
  if (read?.ok === true && sendXml(response, status, read.value)) return;
  sendText(response, status, FHIR_JSON, text);
}

const wantsXml = ({ req }: Response): boolean => req.originalUrl.startsWith('/fhir') && formAsked(req) === 'xml';

/** False when XML cannot say it: a caller is better off with JSON than without an answer (RFC 9110 §12.5.1). */
function sendXml(response: Response, status: number, resource: unknown): boolean {
  try {
    sendText(response, status, FHIR_XML, writeXml(resource));
    return true;
  } catch (error) {
    if (error instanceof Unwritable) return false;
    throw error;
  }
}

/** Bytes as they are: express would add a charset of its own to a text type. */
export function sendBytes(response: Response, status: number, mediaType: string, bytes: Uint8Array): void {
  response.status(status);
  response.setHeader('content-type', mediaType);
  response.setHeader('content-length', bytes.byteLength);
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

export function sendText(response: Response, status: number, mediaType: string, text: string): void {
  sendBytes(response, status, mediaType, Buffer.from(text));
}

/** Refuses in the words of the door: `fault` names what is wrong, where, and the rule (or code) that says so. */
export function sendFault(request: Request, response: Response, status: number, fault: Fault): void {
  if (status === 503) response.setHeader('retry-after', RETRY_AFTER);
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (isPartnerDoor(request)) {
    sendFhir(response, status, outcomeOf([{ severity: 'error', ...fault }]));
  } else {
    sendJson(response, status, { error: { code: fault.rule, text: fault.text, location: fault.expression || null } });
  }
}

export type Fault = Omit<Issue, 'severity'>;

export function sendRefusal(response: Response, refusal: Refusal): void {
  const { httpStatus } = wordsOf(refusal);
  if (httpStatus === 503) response.setHeader('retry-after', RETRY_AFTER);
  if (httpStatus === 401) response.setHeader('www-authenticate', 'Bearer');
  const outcome: OperationOutcome = outcomeOf(refusal.issues);
  sendFhir(response, httpStatus, outcome);
}
