export function divertWhileFaulty(diversion: {
  flagFile: string;
  emulatorPort: number;
  proxyPort: number;
}): void;
