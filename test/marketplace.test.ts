import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const { name, description, author, branding } = parse(
  readFileSync(resolve(import.meta.dirname, '../action.yml'), 'utf8'),
) as Record<'name' | 'description' | 'author', string> & { branding: { icon: string; color: string } };

/** Source: docs.github.com, "Metadata syntax for GitHub Actions", branding. */
const COLORS = ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'];
/** Those of Feather 4.28 that fit a vault. */
const ICONS = ['lock', 'unlock', 'key', 'shield', 'archive', 'box', 'package'];

// Source of the rules: docs.github.com, "Publishing actions in GitHub Marketplace", and what its release page refuses.
test("the name is one line that no other sign or GitHub's own word spoils", () => {
  expect(name).toMatch(/^[A-Za-z][\w .-]{1,49}$/);
  expect(name).not.toMatch(/github|^(?:actions?|security|deployment|utilities)$/i);
});

test('the description is one line of under 125 characters', () => {
  expect(description.length).toBeLessThan(125);
  expect(description).toMatch(/^[A-Z].*[^.\s]$/);
});

test('an author, an icon and a colour are there', () => {
  expect(author).not.toBe('');
  expect(ICONS).toContain(branding.icon);
  expect(COLORS).toContain(branding.color);
});
