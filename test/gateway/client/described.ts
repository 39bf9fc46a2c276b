/** The parts of an OpenAPI description a test reads, and a check of a value against a schema of it. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

export interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Places where the value is not what the schema says, or, where it names the properties, has more than it says. */
export function faultsBySchema(described: Described, schema: Schema, value: unknown, at: string): string[] {
  if (schema.$ref !== undefined) {
    const named = described.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    return named === undefined ? [`${at}: ${schema.$ref} is not there`] : faultsBySchema(described, named, value, at);
  }
  if (schema.anyOf !== undefined) {
    const tries = schema.anyOf.map((one) => faultsBySchema(described, one, value, at));
    return tries.find((faults) => faults.length === 0) ?? tries[0] ?? [];
  }
  if ('const' in schema && value !== schema.const) return [`${at}: is not ${String(schema.const)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${at}: ${String(value)} is not in the list`];
  if (schema.type !== undefined && !isOf(schema.type, value)) return [`${at}: is no ${schema.type}`];
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? []
      : value.flatMap((item, index) => faultsBySchema(described, items, item, `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null || schema.properties === undefined) return [];
  const { properties } = schema;
  const isFhir = 'resourceType' in properties;
  return [
    ...(schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}.${name}: is missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const known = properties[name];
      if (known !== undefined) return faultsBySchema(described, known, item, `${at}.${name}`);
      return isFhir ? [] : [`${at}.${name}: is not described`];
    }),
  ];
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
