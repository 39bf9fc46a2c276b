/** What one partner received, in order: what the demo shows and what tests count effects by. Bounded. */
export interface ReceivedRequest {
  /** Counts requests to this partner from 1. */
  readonly seq: number;
  readonly at: string;
  readonly method: string;
  readonly url: string;
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
  /** Resource types of the Bundle's entries, in order. */
  readonly types: readonly string[];
  /** Answered; 0 when the connection was reset instead. */
  readonly status: number;
  /** Seen before: answered as then, nothing done. */
  readonly replayed: boolean;
  /** Relative references that lead to nothing on this server. */
  readonly dangling: number;
}

export interface ReceivedLog {
  add(request: Omit<ReceivedRequest, 'seq'>): void;
  list(): readonly ReceivedRequest[];
  clear(): void;
  count(): number;
}

export function createReceivedLog(limit: number): ReceivedLog {
  let requests: ReceivedRequest[] = [];
  let count = 0;
  return {
    add: (request) => {
      count += 1;
      requests.push({ seq: count, ...request });
      // Cut seldom, so that a full log costs nothing per request.
      if (requests.length > limit * 1.25) requests = requests.slice(-limit);
    },
    list: () => requests.slice(-limit),
    clear: () => {
      requests = [];
    },
    count: () => count,
  };
}
