/** `GET /`: the plain page for a person, in Dutch, English a click away. */
import { addressOf } from '../address.ts';
import { page } from '../console/page.ts';
import { PAGE_POLICY } from '../console/style.ts';
import type { Doors } from './arrive.ts';
import { readiness } from './health.ts';
import { sendText } from './reply.ts';
import type { Route } from './route.ts';

export const pageRoutes = (doors: Doors): readonly Route[] => [
  {
    method: 'get',
    path: '/',
    answer: async (request, response) => {
      const { region, settings, sandbox } = doors;
      const { ready } = await readiness(doors);
      const language = request.query['lang'] === 'en' ? 'en' : 'nl';
      const { version, host, mllp } = settings;
      const http = `http://${addressOf(host, request.socket.localPort ?? 8080)}`;
      response.setHeader('content-security-policy', PAGE_POLICY);
      response.setHeader('content-language', language);
      const html = page({ language, region, version, ready, http, mllp, hasSandbox: sandbox !== undefined });
      sendText(response, 200, 'text/html; charset=utf-8', html);
    },
  },
];
