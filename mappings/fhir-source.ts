import type { Bundle } from 'fhir/r4.js';

/** A FHIR Bundle as it arrived: read, structure-checked, with the key it is known by at its source. */
export interface FhirSource {
  readonly bundle: Bundle;
  /** `Bundle.identifier.value`, `MessageHeader.id`, or a hash of the content: names the message in `meta.source`. */
  readonly controlId: string;
}
