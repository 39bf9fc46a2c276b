/**
 * The partners a newcomer talks to: five FHIR systems in memory, mounted at `/sandbox`. Real in what they refuse, so
 * that what works here works elsewhere; for synthetic data only, and only on loopback. None ever answers by itself.
 */
import express, { type Router } from 'express';
import type { Clock } from '../clock.ts';
import type { HospitalMessage } from './mllp-hospital.ts';
import { partnerRouter } from './partner.ts';
import type { CheckStructure } from './write.ts';

const SANDBOX_PARTNERS = ['ecd', 'hospital', 'gp', 'pharmacy', 'home-care'] as const;

export interface SandboxDeps {
  readonly clock: Clock;
  /** A fresh FHIR id (uuid). */
  readonly newId: () => string;
  readonly checkStructure: CheckStructure;
  /** What the MLLP hospital received, oldest first; absent when it does not run. */
  readonly hospitalMessages?: () => readonly HospitalMessage[];
  /** Resources each partner remembers; 5,000 unless told. */
  readonly maxResources?: number;
  /** Largest body taken; 40 MiB unless told. */
  readonly maxBytes?: number;
}

export interface Sandbox {
  /** To be mounted at `/sandbox`, before any body parser. */
  readonly router: Router;
}

export function createSandbox(deps: SandboxDeps): Sandbox {
  const router = express.Router();
  router.get('/', (req, res) => {
    const at = (path: string): string => `${req.baseUrl}/${path}`;
    const partners = SANDBOX_PARTNERS.map((id) => ({
      id,
      fhir: at(`${id}/fhir`),
      log: at(`${id}/log`),
      faults: at(`${id}/faults`),
    }));
    res.json({ partners, hospitalMessages: at('hospital/messages') });
  });
  router.get('/hospital/messages', (_req, res) => {
    res.json({ items: deps.hospitalMessages?.() ?? [] });
  });
  for (const partner of SANDBOX_PARTNERS) {
    const { clock, newId, checkStructure, maxResources = 5_000, maxBytes = 40 * 1024 * 1024 } = deps;
    router.use(`/${partner}`, partnerRouter({ partner, clock, newId, checkStructure, maxResources, maxBytes }));
  }
  return { router };
}
