package io.doorbuster.outbox;

import io.doorbuster.outbox.EventSink.Delivery;
import io.doorbuster.outbox.EventSink.Failed;
import io.doorbuster.outbox.EventSink.Unreachable;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * What an exception of the Kafka client says: that this event is not taken, or that none is.
 *
 * <h2>Design</h2>
 *
 * An event that is not taken is parked after too many tries, and others go on. Where none is taken,
 * all wait, so that a mistake at the broker parks no event of a whole sale. All events go to one
 * topic: what is wrong with the topic is wrong with all of them. An exception that is not known
 * here is held against its event: taken for an outage, a single event could stop all others for
 * ever.
 *
 * <pre>
 * exception                                            delivery     producer
 * RecordTooLarge (ours or the broker's), Serialization Failed       kept
 * other ApiException: InvalidRecord, InvalidTimestamp  Failed       kept
 * UnknownTopicOrPartition, InvalidTopic                Unreachable  kept
 * Timeout, Network, NotLeader, NotEnoughReplicas
 *   and all other retriable ones                       Unreachable  kept
 * Authentication (SASL, TLS)                           Unreachable  made anew
 * Authorization (topic, cluster)                       Unreachable  made anew
 * OutOfOrderSequence, UnknownProducerId                Unreachable  made anew
 * UnsupportedVersion                                   Unreachable  made anew
 * plain KafkaException, IllegalState (it was closed)   Unreachable  made anew
 * </pre>
 *
 * The last five leave an idempotent producer in a state that it can not be brought back from.
 */
final class KafkaErrors {
  private final String bootstrap;
  private final String topic;

  /** Names both in its reasons. */
  KafkaErrors(String bootstrap, String topic) {
    this.bootstrap = bootstrap;
    this.topic = topic;
  }

  Delivery delivery(Throwable error) {
    return switch (error) {
      case SerializationException e -> new Failed("it can not be written: " + e.getMessage());
      case RetriableException e when isNoTopic(e) || isNoTopic(e.getCause()) -> noTopic();
      case InvalidTopicException _ -> noTopic();
      case RetriableException e ->
          new Unreachable("Kafka at %s does not answer: %s".formatted(bootstrap, name(e)));
      case AuthenticationException e ->
          new Unreachable(
              "Kafka at %s does not let us in (%s: %s): look at events.kafka.properties"
                  .formatted(bootstrap, name(e), e.getMessage()));
      case TopicAuthorizationException _ ->
          new Unreachable(
              "Kafka does not let us write to topic %s: allow it the user of".formatted(topic)
                  + " events.kafka.properties, or mend events.kafka.topic");
      case AuthorizationException e ->
          new Unreachable("Kafka does not let us write: " + e.getMessage());
      case ApiException e when isLasting(e) ->
          new Unreachable("the Kafka client starts anew after: " + name(e));
      case ApiException e ->
          new Failed("Kafka refuses the event: %s: %s".formatted(name(e), e.getMessage()));
      default -> new Unreachable("the Kafka client failed: " + root(error));
    };
  }

  /** Whether the producer is of no use any more. */
  static boolean endsProducer(Throwable error) {
    return switch (error) {
      case SerializationException _ -> false;
      case RetriableException _, InvalidTopicException _ -> false;
      case AuthenticationException _, AuthorizationException _ -> true;
      case ApiException e -> isLasting(e);
      default -> true;
    };
  }

  private static boolean isLasting(ApiException e) {
    return e instanceof OutOfOrderSequenceException
        || e instanceof UnknownProducerIdException
        || e instanceof UnsupportedVersionException;
  }

  private static boolean isNoTopic(@Nullable Throwable e) {
    return e instanceof UnknownTopicOrPartitionException;
  }

  private Unreachable noTopic() {
    return new Unreachable(
        "Kafka at %s has no topic %s: create it, or mend events.kafka.topic"
            .formatted(bootstrap, topic));
  }

  /** The client wraps what went wrong in exceptions that do not say it. */
  private static Throwable root(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String name(Throwable e) {
    return e.getClass().getSimpleName();
  }
}
