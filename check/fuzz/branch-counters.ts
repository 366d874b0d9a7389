// Adds branch counters to compiled JavaScript: every branch increments one byte of a shared array.
import ts from 'typescript';

/** Name of the global that holds the counters, and of the constant in each instrumented file. */
export const countersGlobal = '__fuzzBranchCounters';
const counters = '__fuzzBranches';

/**
 * An instrumented file: its new code, how many counters it uses, and the literals in it. The literals are what the code
 * compares its input with, so they make a good dictionary.
 */
export type InstrumentedFile = Readonly<{
  code: string;
  branches: number;
  texts: readonly string[];
  numbers: readonly number[];
}>;

type Work = { source: ts.SourceFile; text: string; first: number; next: number; texts: string[]; numbers: number[] };

/** Instruments `text`, a CommonJS file. `first` is the number of its first counter; the code does what it did before. */
export function instrument(text: string, fileName: string, first: number): InstrumentedFile {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const work: Work = { source, text, first, next: first, texts: [], numbers: [] };
  const body = emit(work, source);
  // On the first line, after the directive, so that line numbers in stacks stay right.
  const strict = /^\s*(['"])use strict\1;?/.exec(body)?.[0] ?? '';
  const code = `${strict}const ${counters}=globalThis.${countersGlobal};${body.slice(strict.length)}`;
  return { code, branches: work.next - first, texts: work.texts, numbers: work.numbers };
}

/** The text of a node, leading white space included, with counters in it. */
function emit(work: Work, node: ts.Node): string {
  let out = '';
  let at = node.pos;
  ts.forEachChild(node, (child) => {
    out += work.text.slice(at, child.pos) + emitChild(work, node, child);
    at = child.end;
  });
  keepLiteral(work, node);
  return out + work.text.slice(at, node.end);
}

function emitChild(work: Work, parent: ts.Node, child: ts.Node): string {
  const inner = emit(work, child);
  if (isBranchExpression(parent, child)) return ` (${count(work)},${inner})`;
  if (ts.isBlock(child) && isBody(parent, child)) return inner.replace('{', () => `{${count(work)};`);
  if (isLoneStatement(parent, child)) {
    const noElse = ts.isIfStatement(parent) && parent.elseStatement === undefined ? `else{${count(work)};}` : '';
    return ` {${count(work)};${inner}}${noElse}`;
  }
  if (ts.isCaseOrDefaultClause(parent) && parent.statements[0] === child) return ` ${count(work)};${inner}`;
  return inner;
}

function count(work: Work): string {
  return `${counters}[${work.next++}]++`;
}

/** An expression that is evaluated in some cases only, or the whole body of an arrow function. */
function isBranchExpression(parent: ts.Node, child: ts.Node): boolean {
  if (ts.isConditionalExpression(parent)) return child === parent.whenTrue || child === parent.whenFalse;
  if (ts.isBinaryExpression(parent)) return child === parent.right && choices.has(parent.operatorToken.kind);
  if (ts.isParameter(parent) || ts.isBindingElement(parent)) return child === parent.initializer;
  return ts.isArrowFunction(parent) && child === parent.body && !ts.isBlock(child);
}

const choices: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

/** The block of a function or of a `catch`. */
function isBody(parent: ts.Node, child: ts.Node): boolean {
  return ts.isCatchClause(parent) || (ts.isFunctionLike(parent) && 'body' in parent && parent.body === child);
}

/** A statement that runs in some cases only, or several times. */
function isLoneStatement(parent: ts.Node, child: ts.Node): boolean {
  if (ts.isIfStatement(parent)) return child === parent.thenStatement || child === parent.elseStatement;
  return ts.isIterationStatement(parent, false) && child === parent.statement;
}

/** Messages and paths are of no use as input: only short texts are kept. */
const maxLiteral = 40;

function keepLiteral({ texts, numbers }: Work, node: ts.Node): void {
  if (ts.isStringLiteralLike(node) && node.text.length > 1 && node.text.length <= maxLiteral) texts.push(node.text);
  else if (ts.isNumericLiteral(node)) numbers.push(Number(node.text));
}
