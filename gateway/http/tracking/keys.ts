/** Who may see the tracking API: the operator everything, the integrator no contents; nobody else, nothing. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import { credentialsOf } from '../caller.ts';
import type { HttpDeps } from '../deps.ts';
import { sendFault } from '../reply.ts';
import type { Route } from '../route.ts';

/** The keys, and where they are asked for. */
interface Keyed {
  readonly settings: Pick<HttpDeps['settings'], 'operatorKey' | 'integratorKey' | 'loopback'>;
}

type Role = 'operator' | 'integrator';

function roleOf(doors: Keyed, request: Request): Role | null {
  const { operatorKey, integratorKey, loopback } = doors.settings;
  const credentials = credentialsOf(request);
  if (operatorKey === null && integratorKey === null) {
    return loopback && credentials.loopback ? 'operator' : null;
  }
  if (operatorKey !== null && isSame(credentials.bearer, operatorKey)) return 'operator';
  if (integratorKey !== null && isSame(credentials.bearer, integratorKey)) return 'integrator';
  return null;
}

/** Only the operator sees contents. */
export const seesContents = (doors: Keyed, request: Request): boolean => roleOf(doors, request) === 'operator';

/** Equal in constant time; hashed first, so that lengths do not show either. */
function isSame(given: string | null, key: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(key));
}

/** What the operator alone may, and how it is refused to others. */
const OPERATOR_ONLY = {
  contents: 'INTEGRATOR_KEY shows no contents.',
  operator: 'INTEGRATOR_KEY does not run the gateway: this takes OPERATOR_KEY.',
} as const;

/** The route for whoever holds a key; `contents` and `operator` (what runs the gateway) for the operator alone. */
export function keyed(doors: Keyed, route: Route, asks: 'facts' | keyof typeof OPERATOR_ONLY = 'facts'): Route {
  return {
    ...route,
    answer: async (request: Request, response: Response) => {
      const role = roleOf(doors, request);
      if (role === null) {
        return sendFault(request, response, 401, {
          code: 'login',
          expression: 'Authorization',
          text: 'The tracking API takes a Bearer key: OPERATOR_KEY or INTEGRATOR_KEY.',
          rule: 'unauthorized',
        });
      }
      if (asks !== 'facts' && role !== 'operator') {
        return sendFault(request, response, 403, {
          code: 'forbidden',
          expression: 'Authorization',
          text: OPERATOR_ONLY[asks],
          rule: 'forbidden',
        });
      }
      await route.answer(request, response);
    },
  };
}
