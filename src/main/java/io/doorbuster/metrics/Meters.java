package io.doorbuster.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** All counters of this process, and their text for Prometheus. Tags come from enums only. */
public final class Meters {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, LongAdder> verdicts = new ConcurrentHashMap<>();
  private final LongAdder pageRequests = new LongAdder();
  private final Counter backendCalls =
      Counter.builder("doorbuster.backend.calls")
          .description("Calls of the database or the inventory engine")
          .register(registry);
  private final Counter backendCallsOnEventLoop =
      Counter.builder("doorbuster.backend.calls.on.event.loop")
          .description("Those on an event loop, but for what is admitted and in memory: must be 0")
          .register(registry);
  private final DistributionSummary placedAfterMs =
      DistributionSummary.builder("doorbuster.order.placed.after.ms")
          .description("Milliseconds from a reservation to its commit")
          .publishPercentiles(0.5, 0.99)
          .register(registry);

  public Meters() {
    io.micrometer.core.instrument.FunctionCounter.builder(
            "doorbuster.page.requests", pageRequests, LongAdder::sum)
        .description("Requests for a page, its files or its state that no edge has answered")
        .register(registry);
  }

  /** A page, a file of it or its state was asked for. */
  public void pageRequest() {
    pageRequests.increment();
  }

  /** The gate or the engine has answered; the id is a refusal's, `waiting` or `admitted`. */
  public void verdict(String id) {
    LongAdder known = verdicts.get(id);
    (known == null ? verdicts.computeIfAbsent(id, this::newVerdict) : known).increment();
  }

  private LongAdder newVerdict(String id) {
    LongAdder adder = new LongAdder();
    io.micrometer.core.instrument.FunctionCounter.builder(
            "doorbuster.verdicts", adder, LongAdder::sum)
        .tag("verdict", id)
        .description("Answers to buy requests")
        .register(registry);
    return adder;
  }

  /** How often each verdict was given since the start. */
  public Map<String, Long> verdicts() {
    Map<String, Long> counts = new java.util.TreeMap<>();
    verdicts.forEach((id, adder) -> counts.put(id, adder.sum()));
    return counts;
  }

  /** Called, on the calling thread, ahead of each call of a store or the engine. */
  public void backendCall() {
    backendCalls.increment();
    if (Thread.currentThread().getName().startsWith("vert.x-eventloop")) {
      backendCallsOnEventLoop.increment();
    }
  }

  /** A reservation that an engine in memory answers at once, for a request that is admitted. */
  public void reservationAtOnce() {
    backendCalls.increment();
  }

  /** Store and engine calls made where refusals are answered. */
  public double backendCallsOnEventLoop() {
    return backendCallsOnEventLoop.count();
  }

  public void placedAfterMs(long ms) {
    placedAfterMs.record((double) ms);
  }

  /** The 99th percentile from reservation to commit over the last minutes, in milliseconds. */
  public double placedAfterP99Ms() {
    for (var value : placedAfterMs.takeSnapshot().percentileValues()) {
      if (value.percentile() > 0.98) {
        return value.value();
      }
    }
    return 0;
  }

  /** A figure that is asked for when the text is made. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** The text for Prometheus. */
  public String scrape() {
    return registry.scrape();
  }
}
