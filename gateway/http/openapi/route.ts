/** `GET /openapi.json`. */
import type { Doors } from '../arrive.ts';
import { sendText } from '../reply.ts';
import type { Route } from '../route.ts';
import { openapi } from './document.ts';

export const openapiRoutes = ({ settings }: Doors): readonly Route[] => {
  // Made on first use: most processes are never asked.
  let text: string | undefined;
  return [
    {
      method: 'get',
      path: '/openapi.json',
      answer: (_request, response) => {
        text ??= JSON.stringify(openapi(settings.version));
        sendText(response, 200, 'application/json; charset=utf-8', text);
      },
    },
  ];
};
