/**
 * A region file names one coalition: who takes part, which wijkkliniek, who may send, where to deliver. This zod schema
 * is its only description; the JSON Schema in docs/ is generated from it.
 */
import { z } from 'zod';
import type { OwnCodes } from '../../mappings/terminology/own-codes.ts';

export const PROFESSIONS = [
  'verpleegkundig-specialist',
  'physician-assistant',
  'specialist-ouderengeneeskunde',
  'huisarts',
  'klinisch-geriater',
  'internist',
  'internist-ouderengeneeskunde',
  'longarts',
  'cardioloog',
  'seh-arts',
] as const;

export const FLOWS = [
  'transfer-request',
  'transfer-update',
  'lab-result',
  'order',
  'medication',
  'patient-admin',
  'co-treatment',
  'observation',
  'discharge',
] as const;
export type Flow = (typeof FLOWS)[number];

export const PARTY_KINDS = ['hospital', 'vvt', 'gp', 'pharmacy', 'home-care', 'laboratory', 'insurer'] as const;
export type PartyKind = (typeof PARTY_KINDS)[number];

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower case letters, digits and hyphens');
const envName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable, in capitals');
const timezone = z
  .string()
  .refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', 'an IANA time zone')
  .default('Europe/Amsterdam');
const tier = z.enum(['wijkkliniek-light', 'wijkkliniek-complex']);
const profession = z.enum(PROFESSIONS);

const party = z.strictObject({
  id,
  kind: z.enum(PARTY_KINDS),
  name: z.string().min(1),
  ura: z
    .string()
    .regex(/^\d{8}$/, 'URA: 8 digits')
    .optional(),
  agb: z
    .string()
    .regex(/^\d{8}$/, 'AGB: 8 digits')
    .optional(),
});

const wijkkliniek = z.strictObject({
  id,
  party: id,
  beds: z.int().min(0).nullable(),
  location: z.string().min(1),
  admits: z.array(tier).min(1),
  regiebehandelaar: z.array(profession).min(1),
  medebehandelaar: z.array(profession).min(1),
  negotiation: z.boolean().default(true),
  holdHours: z.number().positive().default(48),
  pendingResultsHours: z.number().min(0).default(336),
});

/** Beyond it nothing more is taken until something is delivered: the disk, not the memory, is what fills meanwhile. */
const maxOpen = z.int().positive().default(100_000).describe('so many may be open; beyond it senders are told to wait');

const source = z.strictObject({
  id,
  party: id,
  doors: z.array(z.enum(['fhir', 'transfers', 'mllp', 'hl7v2'])).min(1),
  auth: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('api-key'), keyEnv: envName }),
  ]),
  match: z
    .strictObject({ sendingApplication: z.string().optional(), sendingFacility: z.string().optional() })
    .optional(),
  charset: z.enum(['ASCII', '8859/1', '8859/15', 'UNICODE UTF-8', 'windows-1252']).default('UNICODE UTF-8'),
  timezone,
  codeSystems: z.record(z.string().min(1), z.string().min(1)).default({}),
  conceptMaps: z
    .array(z.string().min(1))
    .default([])
    .describe('FHIR R4 ConceptMaps for its own codes, as paths beside the region file'),
  routing: z.enum(['enrolment', 'all']).default('enrolment'),
  duplicateDays: z.number().positive().default(30),
  maxOpen,
  /** Where this source puts the tier and the roles of a REF^I12, when not where the contract has them. */
  referral: z
    .strictObject({
      tier: z
        .strictObject({
          path: z.string().min(1).describe('`RF1-4`, `ZTR-3.1`, or `OBX(TRIAGE)-5`'),
          codes: z.record(z.string().min(1), tier).describe('the source’s code to a tier'),
        })
        .optional(),
      roles: z
        .record(z.string().min(1), z.enum(['RESP', 'SPRF', 'CON', 'ATND', 'RP', 'RT', 'PP']))
        .optional()
        .describe('the source’s codes in PRD-1.1'),
    })
    .optional(),
  /** MSH-11 values this source may send; anything else is refused with 202. Absent: any. */
  processing: z.enum(['P', 'T', 'D']).optional(),
});

const destination = z.discriminatedUnion('protocol', [
  z.strictObject({
    id,
    party: id,
    protocol: z.literal('fhir'),
    baseUrl: z.url({ protocol: /^https?$/ }),
    auth: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('none') }),
        z.strictObject({ kind: z.literal('api-key'), keyEnv: envName }),
      ])
      .default({ kind: 'none' }),
    format: z.enum(['json', 'xml']).default('json').describe('in which of FHIR’s forms it takes what is sent'),
    idempotency: z
      .enum(['conditional-update', 'conditional-create', 'client-ids', 'header', 'none'])
      .default('conditional-update')
      .describe(
        'How it is asked, so that a request taken twice has one effect. conditional-update: PUT Type?identifier=…. ' +
          'conditional-create: what has no status (Patient, Organization, …) is made with If-None-Exist where it is ' +
          'missing and never overwritten, the rest is as conditional-update. client-ids: PUT Type/{id}, ids derived ' +
          'from the identifiers. header: POST; it knows a repeated request by its Idempotency-Key. none: POST; it ' +
          'knows nothing again, and a request without an answer is parked for a person instead of sent again',
      ),
    timeoutMs: z.int().positive().default(10_000),
    concurrency: z.int().positive().default(8),
    ratePerSecond: z.number().positive().default(50),
    maxOpen,
    retry: z
      .strictObject({
        firstDelayMs: z.int().positive().default(2_000),
        maxDelayMs: z.int().positive().max(900_000).default(900_000),
        giveUpHours: z.number().positive().default(72),
      })
      .prefault({}),
  }),
  z.strictObject({
    id,
    party: id,
    protocol: z.literal('mllp'),
    host: z.string().min(1),
    port: z.int().min(1).max(65_535),
    idempotency: z
      .enum(['control-id', 'none'])
      .default('control-id')
      .describe(
        'control-id: it knows a repeated message by MSH-10. none: it does not, and a message without an ' +
          'acknowledgement is parked for a person instead of sent again',
      ),
    version: z.enum(['2.4', '2.5', '2.5.1', '2.6', '2.7', '2.8']).default('2.5').describe('MSH-12'),
    charset: z
      .enum(['ASCII', '8859/1', '8859/15', 'UNICODE UTF-8'])
      .default('UNICODE UTF-8')
      .describe('MSH-18; what it cannot carry is never sent as something else: that delivery is dead, with words'),
    timezone: timezone.describe('whose clock its times are written on, each with its offset'),
    codeSystems: z
      .record(z.string().min(1), z.string().min(1))
      .default({})
      .describe('its names of coding systems (CWE.3), to the URI they stand for'),
    sendingApplication: z.string().min(1).default('WIJKKLINIEK-GATEWAY').describe('MSH-3'),
    sendingFacility: z.string().min(1).optional().describe('MSH-4; absent: the id of the region'),
    receivingApplication: z.string().min(1).optional().describe('MSH-5'),
    receivingFacility: z.string().min(1).optional().describe('MSH-6'),
    timeoutMs: z.int().positive().default(10_000),
    concurrency: z.int().positive().default(1),
    ratePerSecond: z.number().positive().default(50),
    maxOpen,
    retry: z
      .strictObject({
        firstDelayMs: z.int().positive().default(2_000),
        maxDelayMs: z.int().positive().max(900_000).default(900_000),
        giveUpHours: z.number().positive().default(72),
      })
      .prefault({}),
  }),
]);

const days = z.number().positive();

/** How long contents are kept, counted from the last that happened to a message; what happened is kept for good. */
const retention = z
  .strictObject({
    deliveredDays: days.default(30),
    refusedDays: days.default(30),
    deadDays: days.default(90),
    unroutedDays: days.default(90),
  })
  .prefault({})
  .describe('contents are destroyed after so many days; held ones after `holdHours`, parked ones by nobody');

const alarms = z
  .strictObject({
    oldestWaitingMinutes: z.number().positive().default(15),
    deadLetters: z.int().positive().default(1).describe('raised from so many dead messages on'),
    webhook: z
      .strictObject({
        urlEnv: envName,
        keyEnv: envName.optional().describe('sent as a Bearer key'),
      })
      .optional()
      .describe('POST of JSON when an alarm is raised and when it is cleared: ids and codes alone'),
  })
  .prefault({});

const deliverTo = z.union([id, z.record(z.enum([...FLOWS, 'default']), id.optional())]);

const packages = z
  .array(z.string().min(1))
  .default([])
  .describe(
    'FHIR packages for $validate, `validate` and the check of live output: folders or .tgz, beside the region file',
  );

export const regionSchema = z.strictObject({
  $schema: z.string().optional(),
  id,
  name: z.string().min(1),
  parties: z.array(party).min(1),
  wijkkliniek: z.union([wijkkliniek, z.array(wijkkliniek).min(1)]),
  sources: z.array(source).min(1),
  destinations: z.array(destination),
  deliver: z.partialRecord(z.enum(PARTY_KINDS), deliverTo),
  retention,
  alarms,
  provenance: z.boolean().default(false).describe('a Provenance in every Bundle made of a message'),
  packages,
  proveSample: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('share of the messages whose delivered output is checked in full; 0.01 with packages, 0 without'),
});

type ReadFile = z.output<typeof regionSchema>;
/** The file, and what the ConceptMaps beside it say. */
export type RegionFile = Omit<ReadFile, 'sources'> & { sources: Source[] };
export type Wijkkliniek = z.output<typeof wijkkliniek>;
export type Source = z.output<typeof source> & { readonly ownCodes?: OwnCodes };
export type Destination = RegionFile['destinations'][number];
