/** What the hospital sends in the demo. Times are given, so that the story happens now. */
import { SYSTEM } from '../../../profiles/canonical.ts';
import type { DemoPerson } from './person.ts';
import { STORIES, type Story } from './stories.ts';

const [FIRST] = STORIES as readonly [Story, ...Story[]];

/** HL7 v2 DTM in UTC, to the second. */
const dtm = (at: Date): string => `${at.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}+0000`;

export interface LabFacts {
  readonly controlId: string;
  readonly filler: string;
  readonly potassium: string;
  readonly flag: 'L' | 'N';
  /** OBX-11: F final, C corrected. */
  readonly status: 'F' | 'C';
  readonly at: Date;
  /** Overrides the BSN: for the message that must be refused. */
  readonly bsn?: string;
}

const patientSegment = (person: DemoPerson, bsn: string): string =>
  `PID|1||${person.patientNumber}^^^^PI~${bsn}^^^NLMINBIZA^NNNLD||${person.prefix} ${person.family}&${person.prefix}&${person.family}^${person.given}^^^^^L||${person.birthDate.replaceAll('-', '')}|F`;

export function labResult(person: DemoPerson, lab: LabFacts): string {
  const bsn = lab.bsn ?? person.bsn;
  const at = dtm(lab.at);
  return [
    `MSH|^~\\&|GLIMS|LAB|WKGATEWAY|WK|${at}||ORU^R01^ORU_R01|${lab.controlId}|P|2.5|||||NLD|UNICODE UTF-8`,
    patientSegment(person, bsn),
    `ORC|RE|P${lab.filler}|${lab.filler}||||||${at}`,
    `OBR|1|P${lab.filler}|${lab.filler}|24326-1^Electrolytes panel^LN|||${at}||||||||||||||||||${lab.status}`,
    `OBX|1|NM|2823-3^Kalium^LN||${lab.potassium}|mmol/l|3.5 - 5.0|${lab.flag === 'N' ? '' : lab.flag}|||${lab.status}|||${at}`,
    `OBX|2|NM|2160-0^Creatinine^LN||88|umol/l|49 - 90||||F|||${at}`,
    '',
  ].join('\r');
}

export function transferRequest(person: DemoPerson, requestId: string, at: Date, story: Story = FIRST): unknown {
  const earlier = (minutes: number): string => new Date(at.getTime() - minutes * 60_000).toISOString();
  return {
    requestId,
    requestedAt: at.toISOString(),
    patient: {
      bsn: person.bsn,
      patientNumber: person.patientNumber,
      name: { given: [person.given], prefix: person.prefix, family: person.family },
      birthDate: person.birthDate,
      gender: 'female',
      address: { street: 'Teststraat', houseNumber: '1', postalCode: '1000 AA', city: 'Amsterdam' },
      phone: '0200000000',
    },
    tier: story.tier,
    haemodynamicallyStable: true,
    complexDiagnosticsNeeded: false,
    reason: { system: SYSTEM.snomed, ...story.reason },
    requester: { name: 'S. Eerstehulp', profession: 'seh-arts' },
    careTeam: [
      { role: 'RESP', ...story.regie },
      { role: 'SPRF', ...story.mede },
    ],
    allergies: [],
    medication: [{ text: 'Furosemide 40 mg tablet', dosage: '1 dd 1' }],
    treatmentDirectives: [{ treatment: 'resuscitation', decision: 'deny' }],
    vitalSigns: [
      { loinc: '8480-6', value: 128, unit: 'mm[Hg]', at: earlier(25) },
      { loinc: '8462-4', value: 74, unit: 'mm[Hg]', at: earlier(25) },
      { loinc: '8867-4', value: 92, unit: '/min', at: earlier(25) },
    ],
    geriatric: { dos: 2, snaq65plus: 'orange', barthel: 14, fallRisk: true, pressureUlcer: 0 },
    goals: ['Weer zelfstandig naar huis'],
    contacts: [{ name: 'K. Testcontact', relation: 'dochter', phone: '0200000001' }],
    isolation: null,
  };
}

/** RDE^O11: what the hospital prescribed. */
export function medicationOrder(person: DemoPerson, story: Story, controlId: string, at: Date): string {
  const { product, dose, unit, repeat, route, said } = story.medication;
  const moment = dtm(at);
  return [
    `MSH|^~\\&|HIX|APOTHEEK|WKGATEWAY|WK|${moment}||RDE^O11^RDE_O11|${controlId}|P|2.5|||||NLD|UNICODE UTF-8`,
    patientSegment(person, person.bsn),
    `ORC|NW|M${controlId}|||||||${moment}|||01004567^Voorschrijver^A.^^^^^^VEKTIS`,
    `TQ1|1||${repeat}||||${moment}`,
    `RXE||${product}|${dose}||${unit}^${unit}^UCUM||^${said}`,
    `RXR|${route}`,
    '',
  ].join('\r');
}
