import { sampleData, startVault, type Vault, type VaultData } from '../vault/index.js';

/** The sample with no `$(…)` in a value, which no variable of a pipeline can hold. */
export function azureSampleData(): VaultData {
  const data = sampleData();
  for (const { data: rows } of data.secrets) {
    for (const row of Array.isArray(rows) ? rows : [rows]) {
      for (const [label, value] of Object.entries(row)) if (value !== null) row[label] = withoutMacros(value);
    }
  }
  for (const credential of data.credentials) credential.password = withoutMacros(credential.password);
  return data;
}

export function startAzureVault(): Promise<Vault> {
  return startVault({ dialect: 'api', data: azureSampleData() });
}

function withoutMacros(text: string): string {
  return text.replaceAll(/\$\(([^)]+)\)/g, '$$[$1]');
}
