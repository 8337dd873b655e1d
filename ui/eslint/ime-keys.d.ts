import type { Rule } from 'eslint';

export const imeKeys: Rule.RuleModule;
