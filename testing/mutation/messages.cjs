// A plugin for Stryker: leaves out mutants of messages, which are the texts in `new ProblemError(...)`, `new Error(...)`,
// `warn(...)`, `damaged(...)`, `malformed(...)`, `ambiguous(...)` and `absent(...)`.
const messages = {
  shouldIgnore({ node, parentPath }) {
    if (node.type !== 'StringLiteral' && node.type !== 'TemplateLiteral') return undefined;
    for (let path = parentPath; path !== null && !path.node.type.endsWith('Statement'); path = path.parentPath) {
      if (/Error$|^(warn|damaged|malformed|ambiguous|absent)$/.test(path.node.callee?.name ?? '')) return 'a message';
    }
    return undefined;
  },
};

exports.strykerPlugins = [{ kind: 'Ignore', name: 'messages', value: messages }];
