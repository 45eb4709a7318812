import type { Schedule } from './schedule.ts';
import { authoritySchedules } from './schedules-of-authority.ts';
import { controlSchedules } from './schedules-of-control.ts';
import { documentSchedules } from './schedules-of-documents.ts';
import { guardSchedules } from './schedules-of-guards.ts';
import { rebuildSchedules } from './schedules-of-rebuild.ts';
import { repairSchedules } from './schedules-of-repair.ts';
import { serviceSchedules } from './schedules-of-service.ts';

export const schedules: readonly Schedule[] = [
  ...authoritySchedules,
  ...controlSchedules,
  ...documentSchedules,
  ...guardSchedules,
  ...rebuildSchedules,
  ...repairSchedules,
  ...serviceSchedules,
];
