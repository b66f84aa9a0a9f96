import { expect, it } from 'vitest';
import { checkDisk, diskFull, isDiskFull } from 'kernel-lib/setup';
import { saysDiskFull } from 'kernel-lib/setup/disk';
import { saysNetworkFailed, saysUntrusted } from 'kernel-lib/setup/network';
import { temporaryFolder } from './fakes';

it('lets pass what fits, by the system’s own count', async () => {
  await expect(checkDisk(temporaryFolder(), 'a byte', 1)).resolves.toBeUndefined();
  await expect(checkDisk(temporaryFolder(), 'everything', 1e30)).rejects.toThrow(
    /^The disk is too full: everything needs/,
  );
});

it('says how much is missing where', async () => {
  await expect(checkDisk('/data', 'TensorFlow', 1.2e9, 3e8)).rejects.toThrow(
    'The disk is too full: TensorFlow needs about 1.2 GB and /data has 0.3 GB; free some space and run the command again.',
  );
  await expect(checkDisk('/data', 'TensorFlow', 1.2e9, 1.2e9)).resolves.toBeUndefined();
  expect(diskFull('TensorFlow', 6e8).message).toContain('TensorFlow did not fit; free about 0.6 GB');
});

it('knows a full disk by its code, and by what programs print', () => {
  expect(isDiskFull(Object.assign(new Error(), { code: 'ENOSPC' }))).toBe(true);
  expect(isDiskFull(Object.assign(new Error(), { code: 'EDQUOT' }))).toBe(true);
  expect(isDiskFull(new Error('ENOSPC'))).toBe(false);
  expect(isDiskFull(undefined)).toBe(false);
  expect(saysDiskFull('OSError: [Errno 28] No space left on device: x')).toBe(true);
  expect(saysDiskFull('a package named space')).toBe(false);
});

it('knows a network that failed by what programs print', () => {
  expect(saysNetworkFailed("NewConnectionError('<...>: Failed to establish a new connection: [Errno 111]')")).toBe(
    true,
  );
  expect(saysNetworkFailed('ReadTimeoutError: Read timed out. (read timeout=15)')).toBe(true);
  expect(saysNetworkFailed('ERROR: No matching distribution found for networkx==9')).toBe(false);
  expect(saysUntrusted('[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate')).toBe(
    true,
  );
  expect(saysUntrusted('Connection refused')).toBe(false);
});
