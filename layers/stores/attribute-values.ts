import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** An item, or a part of one, as DynamoDB's wire format has it. */
export type Attributes = Record<string, AttributeValue>;

/**
 * JSON as attribute values and back, exactly. The SDK's marshaller turns whole numbers beyond 2^53 into BigInt and
 * loses a member named `__proto__`: an image that came back changed would not have its hash any more.
 */
export function toAttribute(value: Json): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  return { M: toAttributes(value as JsonObject) };
}

/** Members that are undefined are left out: absent is not null. */
export function toAttributes(value: Readonly<Record<string, Json | undefined>>): Attributes {
  const present = Object.entries(value).filter((member): member is [string, Json] => member[1] !== undefined);
  return Object.fromEntries(present.map(([name, member]) => [name, toAttribute(member)]));
}

/** @throws Error for types that `toAttribute` never writes: sets and binary. */
export function fromAttribute(value: AttributeValue): Json {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L !== undefined) return value.L.map(fromAttribute);
  if (value.M !== undefined) return fromAttributes(value.M);
  if (value.NULL !== undefined) return null;
  throw new Error(`An attribute of type ${Object.keys(value).join()} is none of this project's.`);
}

export function fromAttributes(attributes: Attributes): JsonObject {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)]));
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const depthMax = 30;
const magnitudeMax = 9.9e125;
const magnitudeMin = 1e-130;

/** Whether DynamoDB holds the value natively and gives back the same: its numbers, names and depth are narrower. */
export function isNative(value: Json, depth = 0): boolean {
  if (depth > depthMax) return false;
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return isNativeNumber(value);
  if (value === null || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every((element: Json) => isNative(element, depth + 1));
  return Object.entries(value).every(
    ([name, member]) => name !== '' && name.isWellFormed() && isNative(member, depth + 1),
  );
}

function isNativeNumber(value: number): boolean {
  const magnitude = Math.abs(value);
  return value === 0 || (magnitude >= magnitudeMin && magnitude <= magnitudeMax);
}

/** Bytes as DynamoDB counts them, rounded up: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export function bytesOf(attributes: Attributes): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(attributes))
    bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return 3 + Math.ceil(value.N.length / 2);
  if (value.L !== undefined) return value.L.reduce((bytes, element) => bytes + 1 + valueBytes(element), 3);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + bytesOf(value.M);
  return 1;
}
