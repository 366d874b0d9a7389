// Serverless plugin for `serverless invoke local`: wrong settings are one clear line, and `--more` sends more events to the
// functions in the same process, after one compilation by serverless-plugin-typescript.
const { basename, dirname, join, resolve } = require('node:path');

/** What is printed before the log and the reply of each event, where there are several. */
const headline = (name, path) => `== ${name} ${path}`;

/** What serverless itself runs for one event; the compilation is a hook before the second. */
const steps = ['before:invoke:local:loadEnvVars', 'invoke:local:invoke'];

/** `function:file` pairs. Throws `Refusal` for one that is not. */
function readMore(texts, Refusal) {
  return texts.map((text) => {
    const [, name, path] = /^([A-Za-z]+):(.+)$/.exec(text) ?? [];
    if (name === undefined)
      throw new Refusal(`--more must be <function>:<file>, such as http:events/alb.json: ${text}`);
    return { name, path };
  });
}

/** Throws `Refusal` for a function without a bucket, which could not start: known before anything is compiled. */
function checkBucket({ EXIF_BUCKET: bucket, EXIF_HOSTS: hosts }, Refusal) {
  if (bucket || hosts) return;
  throw new Refusal(
    'No bucket: say --param bucket=<name> for a bucket of S3, or set EXIF_BUCKET (EXIF_BUCKET=./samples for the samples)',
  );
}

/** Loads a compiled handler, as serverless does next. Throws `Refusal` with the reason when its settings are wrong. */
function loadHandler(folder, handler, Refusal) {
  try {
    require(join(folder, handler.slice(0, handler.lastIndexOf('.'))));
  } catch (error) {
    if (error?.code === 'ConfigInvalid') throw new Refusal(`The function cannot start: ${error.message}`);
    throw error;
  }
}

/** Goes after serverless-plugin-typescript in serverless.yml, so that its hook before `invoke` has compiled. */
module.exports = function Invoke(serverless, options, { writeText }) {
  const Refusal = serverless.classes.Error;
  const others = () => readMore(options.more ?? [], Refusal);
  const load = () => loadHandler(serverless.config.servicePath, options.functionObj.handler, Refusal);
  const announce = () => {
    if (others().length > 0) writeText(headline(options.function, basename(options.path ?? '')));
  };
  const invokeOthers = async () => {
    const root = dirname(serverless.serviceDir); // the compiled files are in a folder of it
    for (const { name, path } of others()) {
      Object.assign(options, { function: name, path: resolve(root, path), data: '' });
      for (const step of steps) {
        for (const { hook } of serverless.pluginManager.hooks[step]) await hook();
        if (step === steps[0]) {
          load();
          announce();
        }
      }
    }
  };
  const usage = 'Run this event too, in the same process: <function>:<file>; may be repeated';
  this.commands = { invoke: { commands: { local: { options: { more: { type: 'multiple', usage } } } } } };
  this.hooks = {
    'before:invoke:local:loadEnvVars': () => {
      others(); // what is wrong with them is known now
      checkBucket(serverless.service.provider.environment, Refusal);
    },
    'before:invoke:local:invoke': () => {
      load();
      announce();
    },
    'after:invoke:local:invoke': invokeOthers,
  };
};
