// A gateway as a process of its own, a receiver and MLLP senders in this one: the generators' CPU is counted apart.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';

const TICK_MS = 10; // USER_HZ is 100 on Linux

export const cpuMs = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
};
export const rssMb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** `command`: `serve`, or `work` (which has no MLLP). */
export function startGateway(folder, env = {}, command = 'serve') {
  const started = performance.now();
  const child = spawn(process.execPath, ['gateway/bin.mjs', command], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      MLLP_PORT: '0',
      WORK_PORT: '0',
      LOG_LEVEL: 'error',
      DATABASE_URL: `file:${join(folder, 'g.sqlite')}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('exit', (code) => reject(new Error(`the gateway ended: ${code}`)));
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (!output.includes('Ctrl-C')) return;
      resolve({
        child,
        readyMs: performance.now() - started,
        url: /HTTP\s+(\S+)/.exec(output)[1],
        mllpPort: Number(/MLLP\s+\S+:(\d+)/.exec(output)?.[1]),
        stop: () =>
          new Promise((ended) => {
            child.once('exit', ended);
            child.kill('SIGTERM');
          }),
      });
    });
  });
}

export async function startReceiver() {
  let received = 0;
  let wanted = Infinity;
  let told = () => {};
  /** By control id: how often it came, and when it first did. */
  const seen = new Map();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/fhir+json' });
      response.end('{"resourceType":"Bundle","type":"transaction-response"}');
      const controlId = /"source":"[^"#]*#([^"]+)"/.exec(Buffer.concat(chunks).toString('latin1'))?.[1] ?? '';
      const before = seen.get(controlId);
      if (before === undefined) seen.set(controlId, { count: 1, at: performance.now() });
      else before.count += 1;
      received += 1;
      if (received >= wanted) told();
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: server.address().port,
    received: () => received,
    seen,
    until: (count) =>
      new Promise((resolve) => {
        wanted = count;
        told = resolve;
        if (received >= count) resolve();
      }),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Posts all texts to `url`, `atOnce` unanswered at a time over as many connections; resolves when all are accepted. */
export async function sendHttp(url, texts, atOnce) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const headers = { 'content-type': 'application/hl7-v2', 'x-source': 'lab' };
  const post = (text) =>
    new Promise((resolve, reject) => {
      const call = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
        if (response.statusCode >= 300) reject(new Error(`refused: ${response.statusCode}`));
        response.resume().on('end', resolve);
      });
      call.on('error', reject).end(text);
    });
  let next = 0;
  const line = async () => {
    while (next < texts.length) await post(texts[next++]);
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  agent.destroy();
}

/** Sends one text every `everyMs` over one MLLP connection, however late a timer is; returns when each was sent. */
export async function sendPaced(port, texts, everyMs) {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true).resume();
  await new Promise((connected) => socket.once('connect', connected));
  const started = performance.now();
  const sentAt = [];
  for (const text of texts) {
    const early = started + sentAt.length * everyMs - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    sentAt.push(performance.now());
    socket.write(`\u000b${text}\u001c\r`);
  }
  return { sentAt, close: () => socket.destroy() };
}

/** Sends all texts over one connection, `window` unanswered at a time; resolves when all are acknowledged. */
export function sendMllp(port, texts, window) {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let answered = 0;
    let rest = '';
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const fill = () => {
      while (sent < texts.length && sent - answered < window) socket.write(`\u000b${texts[sent++]}\u001c\r`);
    };
    socket.once('connect', fill);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\u001c\r'); end >= 0; end = rest.indexOf('\u001c\r')) {
        const answer = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (!/\rMSA\|(AA|CA)\|/.test(answer)) reject(new Error(`refused: ${answer}`));
        answered += 1;
      }
      fill();
      if (answered === texts.length) {
        socket.destroy();
        resolve();
      }
    });
  });
}

/** `change`: settings of the destination that differ. */
export const benchRegion = (port, change = {}) => ({
  ...JSON.parse(readFileSync('gateway/regions/sandbox.json', 'utf8')),
  id: 'bench',
  sources: [{ id: 'lab', party: 'sandbox-hospital', doors: ['mllp', 'hl7v2'], auth: { kind: 'none' }, routing: 'all' }],
  destinations: [
    {
      id: 'ecd',
      party: 'sandbox-vvt',
      protocol: 'fhir',
      baseUrl: `http://127.0.0.1:${port}/fhir`,
      auth: { kind: 'none' },
      concurrency: 32,
      ratePerSecond: 100000,
      ...change,
    },
  ],
  deliver: { vvt: 'ecd' },
});
