export function directRequests(settings: {
  emulatorPort: number;
  itemsPort: number | undefined;
  diversion: { flagFile: string; proxyPort: number } | undefined;
}): void;
