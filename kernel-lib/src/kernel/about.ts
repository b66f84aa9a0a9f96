import type { Content } from './link';

/** The content of `kernel_info_reply`, but for its status. */
export function kernelInfo(version: string): Content {
  return {
    protocol_version: '5.4',
    implementation: 'unrolled',
    implementation_version: version,
    language_info: {
      name: 'typescript',
      version: '5.0.4',
      mimetype: 'text/typescript',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
      codemirror_mode: { name: 'javascript', typescript: true },
      nbconvert_exporter: 'script',
    },
    banner: `Unrolled ${version}: TypeScript on Node.js ${process.version}. Top-level await, strict types; input('name? ') asks.`,
    help_links: [
      { text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/' },
      { text: 'TensorFlow.js', url: 'https://js.tensorflow.org/api/latest/' },
      { text: 'Node.js', url: 'https://nodejs.org/api/' },
      { text: 'JavaScript', url: 'https://developer.mozilla.org/docs/Web/JavaScript/Reference' },
    ],
    debugger: false,
    supported_features: [],
  };
}
