package io.doorbuster.cli.plan;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a core does, as {@code ./bench --json} measures it; docs/scaling.md says by which race.
 *
 * @param refusalMicros of a gate's core for a refusal
 * @param signInMicros of a gate's core for a sign-in
 * @param orderMicros of gate and order writer together for an order
 * @param reserveMicros of a Redis core for an order
 * @param reservationsPerSecond of one Redis process, at most
 * @param commitMicros of PostgreSQL's cores for an order
 * @param ordersPerSecond of one order writer, at most
 * @param buyerBytes of a gate's memory for a buyer it has seen
 * @param connectionBytes of a gate's memory for an open connection
 */
record PerCore(
    double refusalMicros,
    double signInMicros,
    double orderMicros,
    double reserveMicros,
    double reservationsPerSecond,
    double commitMicros,
    double ordersPerSecond,
    double buyerBytes,
    double connectionBytes) {

  /** Of the machine of docs/benchmarks.md. */
  static final PerCore DOCUMENTED =
      new PerCore(12.8, 34, 57, 24, 110_000, 87, 40_000, 64, 14 * 1_024);

  /** The figures of a bench's file, and which of ours had to do where it has none. */
  record Read(PerCore figures, List<String> documented) {}

  /**
   * Reads what {@code ./bench --json} wrote.
   *
   * @throws IllegalArgumentException naming what is no figure
   */
  static Read read(JsonObject bench) {
    JsonObject figures =
        Optional.ofNullable(bench.getJsonObject("figures")).orElseGet(JsonObject::new);
    List<String> missing = new ArrayList<>();
    TreeSet<String> unknown = new TreeSet<>(figures.fieldNames());
    Source source = new Source(figures, missing, unknown);
    PerCore own = DOCUMENTED;
    PerCore read =
        new PerCore(
            source.figure("refusalMicros", own.refusalMicros),
            source.figure("signInMicros", own.signInMicros),
            source.figure("orderMicros", own.orderMicros),
            source.figure("reserveMicros", own.reserveMicros),
            source.figure("reservationsPerSecond", own.reservationsPerSecond),
            source.figure("commitMicros", own.commitMicros),
            source.figure("ordersPerSecond", own.ordersPerSecond),
            source.figure("buyerBytes", own.buyerBytes),
            source.figure("connectionBytes", own.connectionBytes));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown figures " + unknown + "; take the file that this version's ./bench writes");
    }
    return new Read(read, List.copyOf(missing));
  }

  private record Source(JsonObject figures, List<String> missing, TreeSet<String> unknown) {
    double figure(String name, double documented) {
      unknown.remove(name);
      Object value = figures.getValue(name);
      if (value == null) {
        missing.add(name);
        return documented;
      }
      if (value instanceof Number number && number.doubleValue() > 0) {
        return number.doubleValue();
      }
      throw new IllegalArgumentException("the figure " + name + " is " + value + ", not above 0");
    }
  }
}
