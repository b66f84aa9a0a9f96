import fs from 'node:fs';
import { isContent } from './malformed';

export type SocketName = 'shell' | 'control' | 'iopub' | 'stdin' | 'heartbeat';

/** What Jupyter wrote into the connection file. */
export interface Connection {
  readonly key: string;
  readonly scheme: string;
  readonly ports: Readonly<Record<SocketName, number>>;
  /** For zeromq's `bind`. */
  readonly addresses: Readonly<Record<SocketName, string>>;
  readonly ipv6: boolean;
}

const portNames = {
  shell: 'shell_port',
  control: 'control_port',
  iopub: 'iopub_port',
  stdin: 'stdin_port',
  heartbeat: 'hb_port',
} as const satisfies Record<SocketName, string>;

/** @throws Error, one sentence, when the file cannot be read, lacks something, or names an address that others can reach. */
export function readConnection(file: string): Connection {
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The connection file ${file} cannot be read: ${reason}`);
  }
  return checkConnection(file, value);
}

/** @throws Error, one sentence. */
export function checkConnection(file: string, value: unknown): Connection {
  const wrong = (problem: string): Error => new Error(`The connection file ${file} ${problem}.`);
  if (!isContent(value)) throw wrong('holds no JSON object');
  const { transport = 'tcp', ip = '127.0.0.1', key = '', signature_scheme: scheme = 'hmac-sha256' } = value;
  if (typeof key !== 'string') throw wrong(`needs the key as a string, got ${JSON.stringify(key)}`);
  if (typeof scheme !== 'string') throw wrong(`needs signature_scheme as a string, got ${JSON.stringify(scheme)}`);
  if (typeof ip !== 'string') throw wrong(`needs the ip as a string, got ${JSON.stringify(ip)}`);
  if (transport !== 'tcp' && transport !== 'ipc') {
    throw wrong(`names the transport ${JSON.stringify(transport)}: use tcp or ipc`);
  }
  const host = ip === 'localhost' ? '127.0.0.1' : ip;
  if (transport === 'tcp' && !isLoopback(host)) {
    throw wrong(
      `names the address ${JSON.stringify(ip)}, and whoever reaches it could run code here: use 127.0.0.1, ::1 or localhost`,
    );
  }
  const ports = mapNames((name) => {
    const port = value[portNames[name]];
    if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
    throw wrong(`needs ${portNames[name]} as a number from 1 to 65535, got ${JSON.stringify(port)}`);
  });
  const ipv6 = host.includes(':');
  const addresses = mapNames((name) =>
    transport === 'ipc' ? `ipc://${ip}-${ports[name]}` : `tcp://${ipv6 ? `[${host}]` : host}:${ports[name]}`,
  );
  return { key, scheme, ports, addresses, ipv6: transport === 'tcp' && ipv6 };
}

function isLoopback(host: string): boolean {
  return host === '::1' || /^127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(host);
}

function mapNames<T>(of: (name: SocketName) => T): Record<SocketName, T> {
  return {
    shell: of('shell'),
    control: of('control'),
    iopub: of('iopub'),
    stdin: of('stdin'),
    heartbeat: of('heartbeat'),
  };
}
