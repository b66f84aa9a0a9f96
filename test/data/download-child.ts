import { download } from 'kernel-lib/data/download';
import type { CorpusEntry } from 'kernel-lib/data/corpus';

// Run as a process of its own by download-kill.test.ts, which kills it.
const [folder = '', entry = '{}'] = process.argv.slice(2);
void download(JSON.parse(entry) as CorpusEntry, folder).then((file) => {
  console.log(file);
});
