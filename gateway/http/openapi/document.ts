/** The OpenAPI 3.1 description: every route of app.ts and nothing else, which a test proves. */
import type { Paths } from './operation.ts';
import { PARTNER_PATHS } from './partner-paths.ts';
import { SCHEMAS, type Json } from './schemas.ts';
import { TRACKING_PATHS } from './tracking-paths.ts';

export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: Json;
  readonly security: readonly Json[];
  readonly tags: readonly Json[];
  readonly paths: Paths;
  readonly components: Json;
}

export const openapi = (version: string): OpenApi => ({
  openapi: '3.1.0',
  info: {
    title: 'wijkkliniek-gateway',
    version,
    description:
      'Takes HL7 v2, FHIR R4 and plain JSON from hospitals, stores it before answering, maps it to Dutch FHIR R4 and ' +
      'delivers it to the wijkkliniek’s record system in order, once. The doors for partners refuse with an ' +
      'OperationOutcome, the tracking API with `{ "error": { code, text, location } }`. HL7 v2 is taken over MLLP too.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  security: [{ bearer: [] }],
  tags: [
    { name: 'FHIR', description: 'Messages in, as FHIR R4' },
    { name: 'Task', description: 'The conversation about a transfer' },
    { name: 'HL7 v2', description: 'Messages in, as HL7 v2' },
    { name: 'Transfers', description: 'Transfer requests in, as plain JSON' },
    {
      name: 'Tracking',
      description: 'What became of a message. OPERATOR_KEY: everything; INTEGRATOR_KEY: no contents',
    },
    { name: 'Health', description: 'For whoever watches this process' },
  ],
  paths: { ...PARTNER_PATHS, ...TRACKING_PATHS },
  components: {
    schemas: SCHEMAS,
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        description: 'At the doors the key of the source; at the tracking API OPERATOR_KEY or INTEGRATOR_KEY',
      },
    },
  },
});
