import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { FromLanguage, LanguageData, ToLanguage } from '../link';
import { Language } from './language';

const { folder, messaging } = workerData as LanguageData;
const language = new Language(folder);

function serve(port: MessagePort): void {
  port.on('message', (message: ToLanguage) => {
    const answer: FromLanguage = language.answer(message);
    port.postMessage(answer);
    language.rest();
  });
}

if (!parentPort) throw new Error('language/worker is the entry of a worker thread, got the main thread.');
serve(parentPort);
serve(messaging);
language.start();
