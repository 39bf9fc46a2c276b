/** The Task's steps (CONTRACT §3): who may take it from where to where. `draft`, `ready`, `on-hold` are never accepted. */
export type TaskStatus =
  'requested' | 'received' | 'accepted' | 'rejected' | 'in-progress' | 'completed' | 'failed' | 'cancelled';

export type TaskActor = 'owner' | 'requester';

const STEPS: Readonly<Record<TaskStatus, Readonly<Record<TaskActor, readonly TaskStatus[]>>>> = {
  requested: { owner: ['received', 'accepted', 'rejected'], requester: ['cancelled'] },
  received: { owner: ['accepted', 'rejected'], requester: ['cancelled'] },
  accepted: { owner: ['in-progress'], requester: ['cancelled'] },
  'in-progress': { owner: ['completed', 'failed'], requester: [] },
  rejected: { owner: [], requester: [] },
  cancelled: { owner: [], requester: [] },
  completed: { owner: [], requester: [] },
  failed: { owner: [], requester: [] },
};

export const isTaskStatus = (status: string): status is TaskStatus => Object.hasOwn(STEPS, status);

/** Steps this actor may take from here. */
export const stepsFrom = (status: string, actor: TaskActor): readonly TaskStatus[] =>
  isTaskStatus(status) ? STEPS[status][actor] : [];

/** The conversation about the transfer goes on; afterwards nobody may move the Task. */
export const isOpen = (status: string): boolean =>
  isTaskStatus(status) && STEPS[status].owner.length + STEPS[status].requester.length > 0;

/** From acceptance the VVT sees the whole transfer; a rejected or cancelled one is closed to it again. */
export const isDisclosed = (status: string): boolean =>
  status === 'accepted' || status === 'in-progress' || status === 'completed' || status === 'failed';
