import { randomUUID } from 'node:crypto';
import net from 'node:net';

const portNames = ['shell_port', 'control_port', 'stdin_port', 'iopub_port', 'hb_port'] as const;
export type Connection = Readonly<Record<(typeof portNames)[number], number>> & {
  readonly ip: string;
  readonly key: string;
};

/** A connection file's content with ports that were free a moment ago. */
export async function makeConnection(key: string = randomUUID()): Promise<Connection> {
  const servers = await Promise.all(
    portNames.map(async (name) => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      return { name, server, port: (server.address() as net.AddressInfo).port };
    }),
  );
  for (const { server } of servers) server.close();
  const ports = Object.fromEntries(servers.map(({ name, port }) => [name, port])) as Record<
    (typeof portNames)[number],
    number
  >;
  return { ip: '127.0.0.1', transport: 'tcp', key, signature_scheme: 'hmac-sha256', ...ports } as Connection;
}
