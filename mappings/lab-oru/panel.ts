/** An OBR that groups several results: the panel Observation, which lists them as members (zib LaboratoryTestResult). */
import type { Observation } from 'fhir/r4.js';
import { identifierOf, referTo } from '../bundle.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import type { Segment } from '../hl7v2/message.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { note } from './notes.ts';
import { codeKey } from './order-numbers.ts';
import { sequelTo } from './parent.ts';
import { resultProfile } from './profile.ts';
import { referAll, type OrderScope } from './scope.ts';
import { statusOf } from './status.ts';
import type { ResultEntry } from './observation.ts';

const RULE = 'lab.panel';

export interface PanelParts {
  readonly order: string | undefined;
  readonly specimens: readonly string[];
  readonly members: readonly string[];
  readonly comments: readonly Segment[];
}

/** Undefined when OBR-4 names nothing: then the report alone keeps the results together. */
export function panelEntry(scope: OrderScope, obr: Segment, parts: PanelParts): ResultEntry | undefined {
  const { reading } = scope;
  const code = codeableConcept(obr.rep(4), `${RULE}.code`, reading);
  if (code === undefined) return undefined;
  const id = scope.keys.key(scope.numbers.within, `panel|${codeKey(obr, 4)}`);
  const { meta, profile } = resultProfile(obr.rep(4), scope);
  const [specimen, ...others] = parts.specimens;
  const reference = scope.bundle.add<Observation>('Observation', id, () => {
    const draft = {
      meta,
      identifier: [identifierOf(id)],
      basedOn: parts.order === undefined ? undefined : [referTo(parts.order, 'ServiceRequest')],
      ...statusOf<Observation['status']>(obr.at(25), 'panel-status', '0123', `${RULE}.status`, reading),
      category: scope.section.resultCategory,
      code,
      subject: scope.subject,
      encounter: scope.encounter,
      ...scope.effective,
      issued: scope.issued,
      performer: [scope.laboratory],
      note: note(parts.comments, `${RULE}.note`),
      specimen: specimen !== undefined && others.length === 0 ? referTo(specimen, 'Specimen') : undefined,
      hasMember: referAll(parts.members, 'Observation'),
    };
    return {
      ...draft,
      extension: [...sequelTo(scope.parent.result), ...carryRemainders(parts.comments, 'lab.remainder')],
    };
  });
  return { reference, profile, attachments: [] };
}
