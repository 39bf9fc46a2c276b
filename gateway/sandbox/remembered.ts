/** Answers by Idempotency-Key: a request sent again gets the answer of the first time, and nothing happens twice. */
import { createHash } from 'node:crypto';
import { refused } from './outcome.ts';

export interface RememberedAnswers {
  /** The earlier answer to these bytes under this key; throws a refusal when the key came with other bytes. */
  find(key: string, body: Uint8Array): string | null;
  keep(key: string, body: Uint8Array, answer: string): void;
}

const digestOf = (body: Uint8Array): string => createHash('sha256').update(body).digest('base64');

export function createRememberedAnswers(limit: number): RememberedAnswers {
  const answers = new Map<string, { readonly digest: string; readonly answer: string }>();
  return {
    find: (key, body) => {
      const earlier = answers.get(key);
      if (earlier === undefined) return null;
      if (earlier.digest !== digestOf(body)) {
        throw refused(422, 'duplicate', 'idempotency-key', '', 'this Idempotency-Key came before with another content');
      }
      return earlier.answer;
    },
    keep: (key, body, answer) => {
      answers.set(key, { digest: digestOf(body), answer });
      if (answers.size <= limit) return;
      for (const oldest of answers.keys()) {
        answers.delete(oldest);
        break;
      }
    },
  };
}
