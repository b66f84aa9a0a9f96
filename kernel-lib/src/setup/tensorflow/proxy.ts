import type { Environment } from './cache';

/**
 * Whether the environment sends requests for `url` through a proxy. Node 20's `fetch` knows no proxies, so pip must
 * download in that case.
 */
export function usesProxy(url: string, env: Environment): boolean {
  const { protocol, hostname } = new URL(url);
  const variable = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const proxy = lookup(env, variable) ?? lookup(env, 'all_proxy');
  return proxy !== undefined && !isExempt(hostname, lookup(env, 'no_proxy') ?? '');
}

function lookup(env: Environment, name: string): string | undefined {
  return [env[name], env[name.toUpperCase()]].find((value) => value !== undefined && value !== '');
}

function isExempt(hostname: string, list: string): boolean {
  return list
    .split(',')
    .map((item) =>
      item
        .trim()
        .replace(/:\d+$/, '')
        .replace(/^\*?\./, ''),
    )
    .some((item) => item === '*' || (item !== '' && (hostname === item || hostname.endsWith(`.${item}`))));
}
