import Module from 'node:module';

/**
 * Lets every module that is loaded from now on keep the globals of this moment. A top-level declaration of a cell stands above
 * the global object for all code of the thread, so that `const performance = …` in a cell would otherwise change what the
 * kernel and TensorFlow.js mean by `performance`. Must be imported before any other module.
 */
const names = Object.entries(Object.getOwnPropertyDescriptors(globalThis))
  .filter(([name, { value }]) => {
    const shared = typeof value === 'function' || (typeof value === 'object' && value !== null);
    // a cell may well replace these two for everybody; `eval` cannot be the name of a parameter
    return shared && /^[A-Za-z]\w*$/.test(name) && !['global', 'globalThis', 'console', 'eval'].includes(name);
  })
  .map(([name]) => name);
// Node keeps these behind getters
names.push('process', 'Buffer', 'performance');

const given = names.map((name) => `globalThis.${name}`).join(', ');
const wrapper: [string, string] = [
  `(function (${names.join(', ')}) { return (function (exports, require, module, __filename, __dirname) { `,
  `\n}); })(${given});`,
];

/** A CommonJS script as a function of `exports, require, module, __filename, __dirname`. */
export function wrap(script: string): string {
  return wrapper[0] + script + wrapper[1];
}

Object.assign(Module, { wrap });
