import { type Group, groupsWith } from '@layers/domain/redundancy/groups';
import { type StateVariable, stateVariables } from '@layers/stores/environment';
import { controlLayout, logLayout, tableLayout } from '@layers/stores/table-layout';
import { type App, CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { functionTimeout, proberTimeout } from '../constructs/tandem-function.ts';
import type { Target } from '../target.ts';

const receivesMax = 5;

/** What must outlive a change of the code, as the table of groups asks for it: tables, buckets, the queue of changes. */
export class StateStack extends Stack {
  /** As this deployment keeps them. */
  readonly groups: readonly Group[];
  /** Who decides in each group; in a table of its own, so that losing a group's table does not lose it. */
  readonly controlTable: Table;
  /** What happened and was measured, for people. */
  readonly logTable: Table;
  /** What the keys of the consensus and of its founders are derived from: with another one they are others. */
  readonly consensusSeed: Secret;
  readonly changeQueue: Queue;
  readonly deadLetterQueue: Queue;
  /** Wakes the prober when a group leaves NORMAL. */
  readonly wakeQueue: Queue;
  private readonly tables = new Map<string, Table>();
  private readonly buckets = new Map<string, Bucket>();
  private readonly accessLogs: Bucket;
  private readonly removalPolicy: RemovalPolicy;

  constructor(app: App, id: string, target: Target) {
    super(app, id, { env: target.env, synthesizer: target.synthesizer() });
    this.groups = groupsWith(target.shopFollower);
    this.removalPolicy = target.name === 'local' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    this.accessLogs = this.makeBucket('AccessLogs');
    for (const each of stateVariables) {
      if (each.kind === 'table')
        this.tables.set(each.variable, this.makeGroupTable(pascalCase(each.variable)));
      if (each.kind === 'bucket')
        this.buckets.set(each.variable, this.makeBucket(pascalCase(each.variable), this.accessLogs));
    }
    this.controlTable = this.makeTable('Control', controlLayout);
    this.logTable = this.makeTable('RedundancyLog', logLayout, logLayout.timeToLive);
    this.deadLetterQueue = this.makeDeadLetterQueue('ChangesDeadLetters');
    this.changeQueue = this.makeQueue('Changes', functionTimeout, this.deadLetterQueue);
    // What failed five times to wake the prober is older than what its rule has seen since.
    this.wakeQueue = this.makeQueue('Wake', proberTimeout, this.makeDeadLetterQueue('WakeDeadLetters'));
    this.consensusSeed = this.makeSeed('ConsensusSeed');
    for (const [variable, value] of Object.entries(this.names))
      new CfnOutput(this, `${pascalCase(variable)}Name`, { value });
  }

  /** What functions read through `layers/stores/environment.ts`. */
  get names(): Readonly<Record<string, string>> {
    return Object.fromEntries(stateVariables.map((each) => [each.variable, this.nameOf(each)]));
  }

  /** @throws Error for a store in which the group has no table. */
  table(store: string, group: string): Table {
    return found(
      stateVariables.find((each) => each.kind === 'table' && each.store === store && each.group === group),
      this.tables,
      `${group} in ${store}`,
    );
  }

  get allTables(): Table[] {
    return [...this.tables.values(), this.controlTable, this.logTable];
  }

  get allBuckets(): Bucket[] {
    return [...this.buckets.values()];
  }

  /** @throws Error for a store that no group keeps documents in. */
  bucket(store: string): Bucket {
    return found(
      stateVariables.find((each) => each.kind === 'bucket' && each.store === store),
      this.buckets,
      store,
    );
  }

  private nameOf(each: StateVariable): string {
    switch (each.kind) {
      case 'table':
        return this.table(each.store, each.group).tableName;
      case 'bucket':
        return this.bucket(each.store).bucketName;
      case 'control':
        return this.controlTable.tableName;
      case 'log':
        return this.logTable.tableName;
      case 'queue':
        return this.changeQueue.queueUrl;
      case 'dead-letters':
        return this.deadLetterQueue.queueUrl;
      case 'wake':
        return this.wakeQueue.queueUrl;
    }
  }

  private makeSeed(id: string): Secret {
    const seed = new Secret(this, id, {
      description: 'The keys of the consensus and of the models that founded it.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: this.removalPolicy,
    });
    Validations.of(seed).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Stakes and reputations belong to the keys derived from it: rotated, all of them would be lost.',
    });
    return seed;
  }

  private makeGroupTable(id: string): Table {
    const { openIndex, timeToLive, ...keys } = tableLayout;
    const table = this.makeTable(id, keys, timeToLive);
    table.addGlobalSecondaryIndex({
      indexName: openIndex.name,
      partitionKey: { name: openIndex.partitionKey, type: AttributeType.STRING },
      sortKey: { name: openIndex.sortKey, type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
    return table;
  }

  private makeTable(
    id: string,
    keys: { partitionKey: string; sortKey?: string },
    timeToLive?: string,
  ): Table {
    const { partitionKey, sortKey } = keys;
    return new Table(this, id, {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      ...(sortKey === undefined ? {} : { sortKey: { name: sortKey, type: AttributeType.STRING } }),
      ...(timeToLive === undefined ? {} : { timeToLiveAttribute: timeToLive }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: this.removalPolicy,
    });
  }

  /** Not encrypted with a KMS key: the protocol compares ETags with the MD5 of what it wrote. */
  private makeBucket(id: string, accessLogs?: Bucket): Bucket {
    const props = {
      ...(accessLogs === undefined
        ? {}
        : { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: `${id}/` }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: this.removalPolicy,
    };
    // The cast: aws-cdk-lib is not compiled with exactOptionalPropertyTypes.
    return new Bucket(this, id, props as BucketProps);
  }

  private makeDeadLetterQueue(id: string): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }

  private makeQueue(id: string, consumerTimeout: Duration, deadLetters: Queue): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(consumerTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: receivesMax },
    });
  }
}

function found<Made>(
  variable: StateVariable | undefined,
  made: ReadonlyMap<string, Made>,
  what: string,
): Made {
  const one = variable === undefined ? undefined : made.get(variable.variable);
  if (one === undefined) throw new Error(`The state stack makes nothing for ${what}: see groups.ts.`);
  return one;
}

/** `S3_DOCUMENTS` → `S3Documents`. */
function pascalCase(variable: string): string {
  return variable.toLowerCase().replaceAll(/(?:^|_)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}
