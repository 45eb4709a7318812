import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import {
  freePort,
  freePortAfter,
  listeningInodes,
  ownerFromLsof,
  portOwner,
  tryPort,
} from '../../../../infra/emulator/port-owner.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:11D6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 41001 1 0000
   1: 0100007F:11D6 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 41002 1 0000
   2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 41003 1 0000`;

describe('the owner of a port', () => {
  test('is looked for among listening sockets only', () => {
    expect(listeningInodes(table, 4566)).toEqual(['41001']);
    expect(listeningInodes(table, 8080)).toEqual(['41003']);
    expect(listeningInodes(table, 50_000)).toEqual([]);
  });

  test('is read from lsof on macOS', () => {
    expect(ownerFromLsof('p812\ncnode\nf21\n')).toEqual({ pid: 812, program: 'node' });
    expect(ownerFromLsof('')).toBeUndefined();
  });

  test('is nobody for one that is asked for to listen on later, and no outgoing connection takes it', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    for (const port of ports) {
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThan(32_768);
    }
    expect(new Set(ports).size).toBeGreaterThan(15);
  });

  test('is this process for a port that it listens on, and another port is offered', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      expect(await tryPort(port, '127.0.0.1')).toBeUndefined();
      expect(await portOwner(port)).toMatchObject({ pid: process.pid });
      const free = await freePortAfter(port, '127.0.0.1');
      expect(free).not.toBe(port);
      expect(await tryPort(free ?? 0, '127.0.0.1')).toBe(free);
    } finally {
      server.close();
    }
  });
});
