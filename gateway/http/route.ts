/** One way in: method, express path and what answers. The tables of routes are what the OpenAPI document is held against. */
import type { Request, Response } from 'express';

export interface Route {
  readonly method: 'get' | 'post' | 'put';
  readonly path: string;
  /** Rejections become 503 (ledger away) or 500 without internals. */
  readonly answer: (request: Request, response: Response) => Promise<void> | void;
}
