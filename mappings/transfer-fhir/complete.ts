/** What the gateway adds to a transfer that came as FHIR: profiles, the wijkkliniek that is asked, the Task. */
import type { ServiceRequest, Task } from 'fhir/r4.js';
import { BundleDraft, referTo, type ResourceDraft } from '../bundle.ts';
import { Copied, Leaf } from '../draft.ts';
import type { DraftEntry, MappingContext } from '../mapping.ts';
import type { PlacedEntry } from '../pass-through.ts';
import type { coordinationTask } from '../transfer/task.ts';
import { locationReference, type Destination } from '../transfer/wijkkliniek.ts';
import type { Found } from './find-request.ts';

type Elements = Readonly<Record<string, unknown>>;

const elementsOf = ({ resource }: DraftEntry): Elements => resource as Elements;
const withElements = (entry: DraftEntry, elements: Elements): DraftEntry => ({ ...entry, resource: elements });

/** A request that names no wijkkliniek is meant for the region's own; the sender's other locations stay. */
export function completeRequest(entry: DraftEntry, destination: Destination, named: boolean): DraftEntry {
  const location = named ? undefined : locationReference(destination);
  if (location === undefined) return entry;
  const given = elementsOf(entry)['locationReference'];
  const others = given instanceof Copied ? itemsOf(given) : [];
  return withElements(entry, { ...elementsOf(entry), locationReference: [...others, location] });
}

const itemsOf = ({ value, from, rule }: Copied): Copied[] =>
  (Array.isArray(value) ? value : []).map((item: unknown, index) => new Copied(item, `${from}[${index}]`, rule));

/** The sender's Task as the gateway hosts it: its status is the gateway's, what it left open is filled in. */
export function completeTask(
  entry: DraftEntry,
  { at, resource }: Found<Task>,
  request: PlacedEntry,
  requestDraft: DraftEntry,
  task: ReturnType<typeof coordinationTask>,
): DraftEntry {
  const laidDown = task.draft.status;
  const agrees = laidDown instanceof Leaf && laidDown.value === resource.status;
  const added: Elements = { ...task.draft, ...aboutRequest(request, requestDraft) };
  const status = agrees ? new Leaf(resource.status, { path: () => `${at}.status` }, 'task.status') : laidDown;
  const own = elementsOf(entry);
  const lacking = Object.entries(added).filter(([element]) => own[element] === undefined);
  return withElements(entry, { ...own, ...Object.fromEntries(lacking), status });
}

/** The Task the gateway makes when the sender gives none. */
export function newTask(
  request: PlacedEntry,
  requestDraft: DraftEntry,
  task: ReturnType<typeof coordinationTask>,
  context: MappingContext,
  controlId: string,
): DraftEntry[] {
  const bundle = new BundleDraft(context.source, controlId);
  bundle.add<Task>('Task', task.id, () => ({ ...task.draft, ...aboutRequest(request, requestDraft) }));
  return bundle.entries();
}

/** `focus`, `for`, `authoredOn` and `priority` of a Task, from its request as drafted. */
function aboutRequest({ fullUrl }: PlacedEntry, request: DraftEntry): ResourceDraft<Task> {
  const draft = request.resource as ResourceDraft<ServiceRequest>;
  return {
    focus: referTo(fullUrl, 'ServiceRequest'),
    for: draft.subject,
    authoredOn: draft.authoredOn,
    priority: draft.priority,
  };
}
