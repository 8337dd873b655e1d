/**
 * Every handler of keys begins by asking whether the key belongs to an input method: somebody who writes Chinese confirms
 * a word with Enter, and must not send the message, choose a row or close a panel with it.
 *
 * A handler is a function called `on…keydown` (`keyup`, `keypress`), or one written into such an attribute. Functions that
 * handlers call are theirs to guard.
 */

const NAMED = /^on\w*key(?:down|up|press)$/i;
const ATTRIBUTE = /^onkey(?:down|up|press)(?:capture)?$/;

function nameOf(node) {
  const parent = node.parent;
  if (node.id) return node.id.name;
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name;
  if (['Property', 'PropertyDefinition', 'MethodDefinition'].includes(parent?.type) && !parent.computed)
    return parent.key.name ?? '';
  return '';
}

/** Is it written straight into `onkeydown={…}`? */
function inAttribute(node) {
  for (let at = node.parent; at; at = at.parent) {
    if (at.type === 'SvelteAttribute') return ATTRIBUTE.test(at.key.name);
    if (/Function/.test(at.type)) return false;
  }
  return false;
}

function asks(call, event) {
  return (
    call?.type === 'CallExpression' &&
    call.callee.type === 'Identifier' &&
    call.callee.name === 'isComposing' &&
    call.arguments[0]?.type === 'Identifier' &&
    call.arguments[0].name === event
  );
}

/** `if (isComposing(event) || …) return;` as the first statement. */
function asksFirst(node) {
  const event = node.params[0]?.type === 'Identifier' ? node.params[0].name : null;
  const first = node.body.type === 'BlockStatement' ? node.body.body[0] : null;
  if (event === null || first?.type !== 'IfStatement') return false;
  const leaves =
    first.consequent.type === 'ReturnStatement' ||
    (first.consequent.type === 'BlockStatement' && first.consequent.body.at(-1)?.type === 'ReturnStatement');
  let test = first.test;
  while (test.type === 'LogicalExpression' && test.operator === '||') test = test.left;
  return leaves && asks(test, event);
}

/** @type {import('eslint').Rule.RuleModule} */
export const imeKeys = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      ask: 'Begin with `if (isComposing(event)) return;` (src/components/shared/ime.ts): the key may be an input method’s.',
      once: 'Ask `isComposing(event)` of src/components/shared/ime.ts: the flag alone is not enough in WebKit.',
    },
  },
  create(context) {
    function check(node) {
      if ((NAMED.test(nameOf(node)) || inAttribute(node)) && !asksFirst(node))
        context.report({ node, messageId: 'ask' });
    }
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
      'MemberExpression[computed=false][property.name=/^(?:isComposing|keyCode)$/]'(node) {
        context.report({ node, messageId: 'once' });
      },
    };
  },
};
