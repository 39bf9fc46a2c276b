/** Examples of the description: a synthetic patient with a test BSN, and messages that really are accepted. */
import type { z } from 'zod';
import type { transferSchema } from '../../../mappings/transfer-json/schema.ts';

export const TRANSFER: z.input<typeof transferSchema> = {
  requestId: 'SEH-2026-000123',
  requestedAt: '2026-11-20T14:05:00+01:00',
  patient: {
    bsn: '999900006',
    patientNumber: '4109590',
    name: { given: ['Anna'], prefix: 'de', family: 'Vries' },
    birthDate: '1941-03-07',
    gender: 'female',
    address: { street: 'Voorbeeldstraat', houseNumber: '1', postalCode: '1011 AB', city: 'Amsterdam' },
    phone: '+31 20 555 0100',
  },
  tier: 'wijkkliniek-complex',
  haemodynamicallyStable: true,
  complexDiagnosticsNeeded: false,
  reason: { system: 'http://snomed.info/sct', code: '233604007', text: 'Pneumonie' },
  requester: { name: 'S. de Boer', profession: 'seh-arts', agb: '03012345' },
  careTeam: [
    { role: 'RESP', name: 'P. Jansen', profession: 'physician-assistant', agb: '91012345' },
    { role: 'SPRF', name: 'G. Bakker', profession: 'klinisch-geriater', agb: '03054321' },
  ],
  allergies: [],
  medication: [{ prk: '25747', text: 'Furosemide 40 mg tablet', dosage: '1 dd 1', start: '2026-11-01' }],
  treatmentDirectives: [{ treatment: 'resuscitation', decision: 'deny' }],
  vitalSigns: [
    { loinc: '8867-4', value: 92, unit: '/min', at: '2026-11-20T13:40:00+01:00' },
    { loinc: '8480-6', value: 128, unit: 'mm[Hg]', at: '2026-11-20T13:40:00+01:00' },
    { loinc: '8462-4', value: 76, unit: 'mm[Hg]', at: '2026-11-20T13:40:00+01:00' },
  ],
  geriatric: { dos: 2, snaq65plus: 'orange', barthel: 14, fallRisk: true, pressureUlcer: 0 },
  goals: ['Terug naar huis met wijkverpleging'],
  contacts: [{ name: 'M. de Vries', relation: 'dochter', phone: '+31 6 5550 0101' }],
  isolation: null,
};

export const ORU = [
  'MSH|^~\\&|GLIMS|LAB|WKGW|WK|20261120130000+0100||ORU^R01^ORU_R01|LAB-000001|P|2.5.1|||||NLD|UNICODE UTF-8',
  'PID|1||4109590^^^ZIS^PI~999900006^^^NLMINBIZA^NNNLD||Vries^Anna^^^^^L||19410307|F',
  'OBR|1|ORD-1^ZIS|LAB-1^GLIMS|CHEM^Klinische chemie^L|||20261120123000+0100|||||||||||||||20261120130000+0100||CH|F',
  'OBX|1|NM|2823-3^Kalium^LN||5.60|mmol/L|3.5-5.1|H|||F|||20261120123000+0100',
  '',
].join('\r');

export const ACK = [
  'MSH|^~\\&|WKGW|WK|GLIMS|LAB|20261120120001+0000||ACK^R01^ACK|7f3c…|P|2.5.1',
  'MSA|AA|LAB-000001',
  '',
].join('\r');

export const OUTCOME = {
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'error',
      code: 'value',
      details: {
        coding: [{ system: 'https://fhir.wijkkliniek.example/CodeSystem/wk', code: 'bsn' }],
        text: 'The BSN fails the elfproef.',
      },
      expression: ['$.patient.bsn'],
    },
  ],
} as const;

export const MESSAGE = {
  id: '0d5e6c1a-6f0f-4f1e-9d5e-5a8f6f1f0c11',
  receivedAt: '2026-11-20T12:00:01.000Z',
  source: 'sandbox-hospital',
  door: 'mllp',
  type: 'ORU^R01',
  controlId: 'LAB-000001',
  flow: 'lab-result',
  status: 'pending',
  warnings: [],
  mapping: { id: 'lab-oru', version: '1.0.0' },
  task: null,
  deliveries: [
    {
      id: '5b0f0f6e-2f53-4a4c-8a52-0d4f1f9b7c22',
      kind: 'lab-result',
      destination: 'ecd',
      status: 'retrying',
      attempts: 1,
      nextAttemptAt: '2026-11-20T12:00:04.120Z',
      lastError: { class: 'transient', code: '503', text: 'The receiver is not available.' },
      deliveredAt: null,
      responseStatus: 503,
    },
  ],
  events: [
    { at: '2026-11-20T12:00:01.000Z', event: 'received', detail: null },
    { at: '2026-11-20T12:00:01.000Z', event: 'mapped', detail: null },
    { at: '2026-11-20T12:00:01.000Z', event: 'queued', detail: null },
    { at: '2026-11-20T12:00:02.010Z', event: 'attempted', detail: null },
  ],
} as const;
