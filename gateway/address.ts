/** Addresses as a program on this machine calls them. */
import { isIPv6 } from 'node:net';

/** 0.0.0.0 and :: are every address of this machine: to listen on, not to call. */
const EVERY = /^[0.:]+$/;

/** `host:port` for a URL. */
export function addressOf(host: string, port: number): string {
  if (EVERY.test(host)) return `127.0.0.1:${port}`;
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What a command of ours needs to find that gateway; nothing where it looks by itself. */
export const urlOption = (http: string): string => (http === 'http://127.0.0.1:8080' ? '' : ` --url ${http}`);
