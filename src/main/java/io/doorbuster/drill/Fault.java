package io.doorbuster.drill;

import io.doorbuster.drill.workload.Interval.What;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can befall a fleet; one of them in each round of a faulty drill. */
public enum Fault {
  GATE_KILLED("SIGKILL of a gate; started again after 2 s", What.KILLED),
  WRITER_KILLED("SIGKILL of an order writer; started again after 2 s", null),
  GATE_AND_WRITER_KILLED("SIGKILL of a gate and of an order writer at once", What.KILLED),
  ROLLING_RESTART("SIGTERM of each gate and order writer in turn; started again", What.KILLED),
  REDIS_RESTARTED("SIGKILL of all Redis nodes, or of a primary; back with its data", What.KILLED),
  REDIS_EMPTY("SIGKILL of all Redis nodes; back without any data", What.KILLED),
  REDIS_FAILOVER("SIGKILL of a primary; its replica takes over; back after 6 s", What.KILLED),
  POSTGRES_STOPPED("PostgreSQL stopped for 10 s", What.STORE_AWAY),
  POSTGRES_KILLED("SIGKILL of all of PostgreSQL's processes; started again", What.STORE_AWAY),
  KAFKA_DOWN("Kafka away for the whole sale; back afterwards", null),
  GATE_PAUSED("SIGSTOP of a gate for 5 s", null),
  WRITER_PAUSED("SIGSTOP of an order writer for 5 s", null),
  REDIS_SLOW("150 ms more each way to Redis, for 5 s", What.KILLED),
  REDIS_CUT("connections to Redis cut, or half open, for 3 s", What.KILLED),
  POSTGRES_SLOW("100 ms more each way to PostgreSQL, for 5 s", What.STORE_AWAY),
  POSTGRES_CUT("connections to PostgreSQL cut, or half open, for 5 s", What.STORE_AWAY),
  CLOCK_SKEWED("a gate's clock is 2 s ahead for the whole sale", null);

  private final String text;
  private final @Nullable What excuse;

  Fault(String text, @Nullable What excuse) {
    this.text = text;
    this.excuse = excuse;
  }

  /** As on the command line and in the table. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String text() {
    return text;
  }

  /** What answers that did not come are excused by; empty where all must come. */
  Optional<What> excuse() {
    return Optional.ofNullable(excuse);
  }

  /** Whether it lasts for the whole sale, so that there is no moment at which it strikes. */
  boolean lastsWholeSale() {
    return this == KAFKA_DOWN || this == CLOCK_SKEWED;
  }

  /** Whether it needs a server of the drill's own: one that runs elsewhere is not harmed. */
  public boolean harms(Setup.Cluster cluster) {
    return (name().startsWith("REDIS") && !cluster.redis().isEmpty())
        || (name().startsWith("POSTGRES") && cluster.postgres().isPresent())
        || (name().startsWith("KAFKA") && cluster.kafka().isPresent());
  }

  /** By its name on the command line. */
  public static Optional<Fault> find(String id) {
    return Arrays.stream(values()).filter(fault -> fault.id().equals(id)).findFirst();
  }

  /** All names, for a message. */
  public static String names() {
    return Arrays.stream(values()).map(Fault::id).collect(Collectors.joining(", "));
  }

  static List<Fault> all() {
    return List.of(values());
  }
}
