// The plugin of serverless, and the variables of serverless.yml. Loaded by serverless.cjs.
import { type Hooks, type InvokeOptions, invokeHooks, moreEvents, type ServerlessInvoke } from './invoke';
import { packageHooks, type ServerlessPackage } from './package';

export { variables } from './template';

type Utils = Readonly<{ log: Readonly<{ warning(text: string): void }>; writeText(text: string): void }>;

/** Must come after serverless-plugin-typescript in serverless.yml: its hooks use the files that were compiled. */
export class Plugin {
  readonly commands = { invoke: { commands: { local: { options: { more: moreEvents } } } } };
  readonly hooks: Hooks;

  constructor(serverless: ServerlessPackage & ServerlessInvoke, options: InvokeOptions, { log, writeText }: Utils) {
    this.hooks = {
      ...packageHooks(serverless, (text) => log.warning(text)),
      ...invokeHooks(serverless, options, writeText),
    };
  }
}
