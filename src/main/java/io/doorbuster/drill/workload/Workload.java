package io.doorbuster.drill.workload;

import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The buyers of one sale: an open loop, since each acts when his own time has come, whatever the
 * server takes to answer others. A virtual thread each, over a bounded pool of connections.
 */
public final class Workload implements AutoCloseable {
  /** More would measure the operating system: 500 answers at once are a crowd. */
  private static final int CONNECTIONS_MAX = 500;

  /** Who has an order does not stand behind the crowd: in the world each has his own. */
  private static final int ORDERED_CONNECTIONS_MAX = 500;

  private static final int WARMERS = 50;
  private static final int WARM_CALLS = 40;
  private static final int WARM_SECONDS_MAX = 2;

  /** What the buyers share. */
  record Surroundings(InstantSource clock, History history, Workload owner) {
    long nowMs() {
      return clock.millis();
    }

    long deadlineMs() {
      return owner.deadlineMs;
    }

    boolean isStopped() {
      return owner.stopped;
    }

    /** Returns early where the workload is stopped or out of time. */
    void sleepUntil(long ms) throws InterruptedException {
      while (!isStopped()) {
        long left = Math.min(ms, deadlineMs() + 1) - nowMs();
        if (left <= 0) {
          return;
        }
        Thread.sleep(Math.min(left, 5_000));
      }
    }
  }

  private final Plan plan;
  private final Sale sale;
  private final List<Door> doors;
  private final History history;
  private final InstantSource clock;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile long deadlineMs;
  private volatile boolean stopped;

  /**
   * Asks nothing yet.
   *
   * @param bases of the buyers' side, scheme, host and port, of each gate
   * @param sale its id, SKUs and opening are what counts
   * @param deadline who has no ending by then is stuck
   */
  public Workload(
      Vertx vertx,
      List<URI> bases,
      Sale sale,
      Plan plan,
      Instant deadline,
      History history,
      InstantSource clock) {
    this.plan = plan;
    this.sale = sale;
    this.doors =
        bases.stream()
            .map(
                base ->
                    new Door(
                        new Calls(vertx, base, CONNECTIONS_MAX, clock),
                        new Calls(vertx, base, ORDERED_CONNECTIONS_MAX, clock)))
            .toList();
    this.history = history;
    this.clock = clock;
    this.deadlineMs = deadline.toEpochMilli();
  }

  /** The way to the buyers' side, for a source of passes. */
  public Calls calls() {
    return doors.getFirst().asks();
  }

  /** Fetches the passes and sets all buyers going; they wait for the opening by themselves. */
  public void start(PassSource source) throws InterruptedException {
    List<String> buyers = IntStream.range(0, plan.buyers()).mapToObj(plan::buyer).toList();
    Map<String, String> passes = source.passes(sale.id(), buyers);
    if (passes.size() < buyers.size()) {
      throw new IllegalStateException(
          "only " + passes.size() + " of " + buyers.size() + " buyers got a pass");
    }
    warmUp();
    List<String> skus = sale.skus().stream().map(Sku::id).toList();
    Surroundings around = new Surroundings(clock, history, this);
    for (int buyer = 0; buyer < plan.buyers(); buyer++) {
      BuyerApi api = new BuyerApi(buyer, sale.id(), pass(buyer, passes, source), doors, history);
      SimulatedBuyer simulated =
          new SimulatedBuyer(
              buyer, plan.behaviour(buyer), skus, api, around, plan.random(buyer, 3));
      long arrivalMs = sale.opensAt().plus(plan.arrival(buyer)).toEpochMilli();
      int number = buyer;
      threads.execute(() -> history.end(number, live(simulated, arrivalMs)));
    }
    threads.shutdown();
  }

  /** A client that has sent nothing yet would measure its own first steps. */
  private void warmUp() throws InterruptedException {
    String uri = "/s/" + sale.id() + "/state.json";
    ExecutorService warmers = Executors.newVirtualThreadPerTaskExecutor();
    for (int i = 0; i < WARMERS; i++) {
      Calls calls = doors.get(i % doors.size()).asks();
      warmers.execute(
          () -> {
            try {
              for (int sent = 0; sent < WARM_CALLS; sent++) {
                calls.send(HttpMethod.GET, uri, Map.of(), Buffer.buffer(), BuyerApi.TIMEOUT);
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    warmers.shutdown();
    if (!warmers.awaitTermination(WARM_SECONDS_MAX, TimeUnit.SECONDS)) {
      warmers.shutdownNow();
    }
  }

  private String pass(int buyer, Map<String, String> passes, PassSource source) {
    String good = passes.getOrDefault(plan.buyer(buyer), "");
    return switch (plan.behaviour(buyer)) {
      case FORGES_PASS ->
          BadPasses.forged(good, plan.buyer((buyer + 1) % plan.buyers()), buyer % 2 == 0);
      case EXPIRED_PASS -> BadPasses.expired(good, source);
      default -> good;
    };
  }

  private static Ending live(SimulatedBuyer buyer, long arrivalMs) {
    try {
      return buyer.live(arrivalMs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Ending.STOPPED;
    }
  }

  /** Who has no ending by this time is stuck. */
  public void deadline(Instant deadline) {
    deadlineMs = deadline.toEpochMilli();
  }

  /** Whether all buyers have their ending, after waiting at most so long. */
  public boolean awaitEnd(long timeoutMs) throws InterruptedException {
    return threads.awaitTermination(timeoutMs, TimeUnit.MILLISECONDS);
  }

  /** Those who still have no ending. */
  public List<Integer> waiting() {
    Map<Integer, Ending> endings = history.endings();
    List<Integer> waiting = new ArrayList<>();
    for (int buyer = 0; buyer < plan.buyers(); buyer++) {
      if (!endings.containsKey(buyer)) {
        waiting.add(buyer);
      }
    }
    return waiting;
  }

  /** Calls off what is left. */
  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
    try {
      threads.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    doors.forEach(Door::close);
  }
}
