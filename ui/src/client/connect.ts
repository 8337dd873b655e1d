/** Finds the host: the shell where there is one, else the in-memory double for a plain browser. */
import type { Client } from './client';

export async function connect(): Promise<Client> {
  if ('isTauri' in globalThis) return (await import('./tauri')).tauriClient;
  const [{ FakeClient }, { optionsFromUrl }] = await Promise.all([
    import('./fake/client'),
    import('./fake/options'),
  ]);
  return new FakeClient(optionsFromUrl(location.search));
}
