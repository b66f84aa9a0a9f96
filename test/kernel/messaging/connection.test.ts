import { describe, expect, it } from 'vitest';
import { checkConnection } from 'kernel-lib/kernel/messaging/connection';

const ports = { shell_port: 1, control_port: 2, iopub_port: 3, stdin_port: 4, hb_port: 65_535 };
const check = (fields: object): ReturnType<typeof checkConnection> =>
  checkConnection('c.json', { ...ports, ...fields });

describe('a connection file', () => {
  it('gives an address for each socket', () => {
    expect(check({ ip: '127.0.0.1', key: 'k', signature_scheme: 'hmac-sha512', transport: 'tcp' })).toEqual({
      key: 'k',
      scheme: 'hmac-sha512',
      ipv6: false,
      ports: { shell: 1, control: 2, iopub: 3, stdin: 4, heartbeat: 65_535 },
      addresses: {
        shell: 'tcp://127.0.0.1:1',
        control: 'tcp://127.0.0.1:2',
        iopub: 'tcp://127.0.0.1:3',
        stdin: 'tcp://127.0.0.1:4',
        heartbeat: 'tcp://127.0.0.1:65535',
      },
    });
    expect(check({ ip: '::1' })).toMatchObject({ ipv6: true, addresses: { shell: 'tcp://[::1]:1' } });
    expect(check({ ip: 'localhost' }).addresses.shell).toBe('tcp://127.0.0.1:1');
    expect(check({ transport: 'ipc', ip: '/run/kernel' }).addresses.stdin).toBe('ipc:///run/kernel-4');
  });

  it.each(['127.0.0.1', '127.255.0.9', '::1', 'localhost'])('may bind %s', (ip) => {
    expect(() => check({ ip })).not.toThrow();
  });

  it.each(['0.0.0.0', '*', '::', '10.0.0.1', '127.0.0.1.evil.org', '127.0.0', '1270.0.0.1', 'example.org', 'lo', ''])(
    'may not bind %s, which others may reach',
    (ip) => {
      expect(() => check({ ip })).toThrow(
        `The connection file c.json names the address ${JSON.stringify(ip)}, and whoever reaches it could run code here: use 127.0.0.1, ::1 or localhost.`,
      );
    },
  );

  it.each([
    [{ shell_port: 0 }, 'needs shell_port as a number from 1 to 65535, got 0.'],
    [{ hb_port: 65_536 }, 'needs hb_port as a number from 1 to 65535, got 65536.'],
    [{ iopub_port: '3' }, 'needs iopub_port as a number from 1 to 65535, got "3".'],
    [{ key: 5 }, 'needs the key as a string, got 5.'],
    [{ transport: 'udp' }, 'names the transport "udp": use tcp or ipc.'],
    [{ signature_scheme: [] }, 'needs signature_scheme as a string, got [].'],
    [{ ip: 1 }, 'needs the ip as a string, got 1.'],
  ])('with %j is refused', (fields, problem) => {
    expect(() => check(fields)).toThrow(`The connection file c.json ${problem}`);
  });

  it('must be an object', () => {
    expect(() => checkConnection('c.json', [])).toThrow('The connection file c.json holds no JSON object.');
  });
});
