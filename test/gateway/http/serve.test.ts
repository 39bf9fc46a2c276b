import express from 'express';
import { setTimeout as wait } from 'node:timers/promises';
import { serveHttp } from '../../../gateway/http/serve.ts';
import { silentLog } from '../../../gateway/log.ts';

const address = { host: '127.0.0.1', port: 0, log: silentLog };

describe('the HTTP listener', () => {
  it('answers what is in flight when it stops, waits for no idle connection, and takes nothing new', async () => {
    const app = express();
    app.get('/slow', async (_request, response) => {
      await wait(150);
      response.send('done');
    });
    const server = await serveHttp(app, address);
    const url = `http://127.0.0.1:${server.port}/slow`;
    const answer = fetch(url).then((response) => response.text());
    await wait(50);
    const began = performance.now();
    await server.stop();
    expect(await answer).toBe('done');
    expect(performance.now() - began).toBeLessThan(2_000);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('cuts off what takes longer than its grace', async () => {
    const app = express();
    app.get('/never', () => undefined);
    const server = await serveHttp(app, address);
    const answer = fetch(`http://127.0.0.1:${server.port}/never`);
    const cut = expect(answer).rejects.toThrow();
    await wait(50);
    await server.stop(50);
    await cut;
  });

  it('rejects when the port is taken', async () => {
    const server = await serveHttp(express(), address);
    await expect(serveHttp(express(), { ...address, port: server.port })).rejects.toThrow('EADDRINUSE');
    await server.stop();
  });
});
