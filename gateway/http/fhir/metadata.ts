/** `GET /fhir/metadata`: what this server does, and nothing it does not (FHIR R4 http.html#capabilities). */
import type { CapabilityStatement } from 'fhir/r4.js';
import { WK_BASE } from '../../../profiles/canonical.ts';
import type { Doors } from '../arrive.ts';
import { sendFhir } from '../reply.ts';
import type { Route } from '../route.ts';

export const metadataRoutes = (doors: Doors): readonly Route[] => {
  // One date for one process: a statement must not change while nobody changed it.
  const statement = capabilityStatement(doors, doors.clock.now().toISOString());
  return [
    { method: 'get', path: '/fhir/metadata', answer: (_request, response) => sendFhir(response, 200, statement) },
  ];
};

function capabilityStatement({ settings, region }: Doors, date: string): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    url: `${WK_BASE}/CapabilityStatement/gateway`,
    version: settings.version,
    name: 'WijkkliniekGateway',
    title: `wijkkliniek-gateway, ${region.name}`,
    status: 'active',
    date,
    kind: 'instance',
    software: { name: 'wijkkliniek-gateway', version: settings.version },
    implementation: { description: `Gateway between the hospitals and the wijkkliniek of ${region.name}` },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml'],
    rest: [
      {
        mode: 'server',
        documentation:
          'Takes transaction Bundles, stores them before it answers (`202 Accepted` per entry) and delivers them to the ' +
          'other party. Only Tasks are held here, and what a transfer disclosed to a party is read by it, as it was ' +
          'disclosed: GET {Type}/{id} and GET {Type}?identifier=system|value.',
        security: { description: 'Authorization: Bearer with the key of the source, as the region file has it.' },
        interaction: [{ code: 'transaction' }],
        operation: [
          {
            name: 'process-message',
            definition: 'http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message',
          },
          { name: 'validate', definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate' },
        ],
        resource: [
          {
            type: 'Task',
            versioning: 'versioned-update',
            readHistory: false,
            updateCreate: false,
            conditionalCreate: false,
            conditionalUpdate: false,
            interaction: [
              { code: 'read' },
              { code: 'search-type' },
              {
                code: 'update',
                documentation:
                  'If-Match is required; only status, statusReason, businessStatus, output and note differ.',
              },
            ],
            searchParam: [
              { name: 'status', type: 'token' },
              {
                name: 'owner',
                type: 'reference',
                documentation: 'A party of the region: its id, Organization/{id} or its URA.',
              },
              { name: '_lastUpdated', type: 'date', documentation: 'ge or gt.' },
            ],
          },
        ],
      },
    ],
  };
}
