// @ts-check
'use strict';
/** Running `npm ci`, and telling what went wrong in one sentence. */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** npm's own script, so that it can be tethered; undefined when all there is is a wrapper called npm. */
function npmScript() {
  const onPath = (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'npm'));
  return [process.env.npm_execpath ?? '', ...onPath]
    .filter((file) => file !== '' && fs.existsSync(file))
    .map((file) => fs.realpathSync(file))
    .find((file) => path.basename(file) === 'npm-cli.js');
}

/**
 * An npm that outlived a killed set-up would write into the next one's node_modules. So it ends when its standard input
 * does, and that closes with the parent, however the parent came to its end.
 */
const tether =
  "process.stdin.on('end', () => process.exit(1)).resume().unref();" +
  'process.argv.splice(1, 0, process.env.UNROLLED_NPM); require(process.env.UNROLLED_NPM);';

/** @param {string} project */
function spawnNpm(project) {
  const script = npmScript();
  // `npm run -s` hands its silence on, and then a failure says nothing of itself
  const env = { ...process.env, UNROLLED_NPM: script, npm_config_loglevel: 'notice' };
  const options = { cwd: project, env };
  return script ? spawn(process.execPath, ['-e', tether, 'ci'], options) : spawn('npm', ['ci'], options);
}

/**
 * @param {string} output of npm
 * @param {string} log where it can be read
 */
function explain(output, log) {
  const rest = `(its output is in ${log})`;
  if (/ENOSPC|EDQUOT|no space left|quota exceeded/i.test(output)) {
    return 'The disk is full: npm could not write the Node packages; free about 2.2 GB and run the command again.';
  }
  if (/CERT_|_CERT|UNABLE_TO_VERIFY/.test(output)) {
    return `npm does not trust the certificate of its registry ${rest}: let NODE_EXTRA_CA_CERTS name your network's certificate file and run the command again.`;
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|network/i.test(output)) {
    return `npm could not reach its registry for the Node packages ${rest}: check the network (behind a proxy, set HTTPS_PROXY) and run the command again.`;
  }
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!)/i, '').trim());
  const first = lines.find((line) => line !== '' && !/^(code|npm warn)\b/i.test(line)) ?? 'no output';
  return `\`npm ci\` failed ${rest}: ${first}`;
}

/**
 * @param {string} project
 * @returns {Promise<void>}
 */
function npmCi(project) {
  return new Promise((resolve, reject) => {
    const child = spawnNpm(project);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT';
      const sentence =
        'There is no npm on the PATH: it comes with Node from nodejs.org; on Debian, run `apt install npm`.';
      reject(missing ? new Error(sentence) : error);
    });
    child.on('close', (code) => {
      if (code === 0) return resolve();
      const log = path.join('build', 'logs', 'npm-ci.log');
      try {
        fs.mkdirSync(path.dirname(path.join(project, log)), { recursive: true });
        fs.writeFileSync(path.join(project, log), output);
      } catch {
        // on a full disk the sentence still has to come out
      }
      reject(new Error(explain(output, log)));
    });
  });
}

module.exports = { npmCi };
