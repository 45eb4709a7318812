import type { Environment } from '@layers/stores/environment';
import { type App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Target } from '../target.ts';

/** Function timeouts stay under the gateway's 29 s; a message stays hidden for six of them, as SQS triggers ask for. */
export const functionTimeout = Duration.seconds(10);
const receivesMax = 5;

/** What must outlive a change of the code: tables, buckets, queues. */
export class StateStack extends Stack {
  readonly shopTable: Table;
  readonly shopDocuments: Bucket;
  readonly productReplica: Table;
  readonly registryTable: Table;
  readonly replicationQueue: Queue;
  private readonly removalPolicy: RemovalPolicy;

  constructor(app: App, id: string, target: Target) {
    super(app, id, { env: target.env, synthesizer: target.synthesizer() });
    this.removalPolicy = target.name === 'local' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    this.shopTable = this.table('Shop');
    this.productReplica = this.table('ProductReplica');
    this.registryTable = this.table('Registry');
    this.shopDocuments = this.bucket('ShopDocuments');
    this.replicationQueue = this.queue('Replication');
    for (const [name, value] of Object.entries(this.names))
      new CfnOutput(this, name.replaceAll('_', ''), { value });
  }

  /** What functions read through `layers/stores/environment.ts`. */
  get names(): Environment {
    return {
      SHOP_TABLE: this.shopTable.tableName,
      SHOP_DOCUMENTS_BUCKET: this.shopDocuments.bucketName,
      PRODUCT_REPLICA_TABLE: this.productReplica.tableName,
      REGISTRY_TABLE: this.registryTable.tableName,
      REPLICATION_QUEUE_URL: this.replicationQueue.queueUrl,
    };
  }

  private table(id: string): Table {
    return new Table(this, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: this.removalPolicy,
    });
  }

  private bucket(id: string): Bucket {
    return new Bucket(this, id, {
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
    });
  }

  private queue(id: string): Queue {
    const deadLetters = new Queue(this, `${id}DeadLetters`, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(functionTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: receivesMax },
    });
  }
}
