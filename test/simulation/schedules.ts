import type { Schedule } from './schedule.ts';
import { authoritySchedules } from './schedules-of-authority.ts';
import { documentSchedules } from './schedules-of-documents.ts';

export const schedules: readonly Schedule[] = [...authoritySchedules, ...documentSchedules];
