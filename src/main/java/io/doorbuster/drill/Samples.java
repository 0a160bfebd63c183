package io.doorbuster.drill;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Asks the server for its own figures once a second, from the start until it is closed. */
final class Samples implements AutoCloseable {
  /** An hour, as the history's own seconds. */
  private static final int SAMPLES_MAX = 3_600;

  private static final long BETWEEN_MS = 1_000;

  private final AdminApi admin;
  private final String sale;
  private final InstantSource clock;
  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread;

  private Samples(AdminApi admin, String sale, InstantSource clock) {
    this.admin = admin;
    this.sale = sale;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("samples").unstarted(this::run);
  }

  static Samples start(AdminApi admin, String sale, InstantSource clock) {
    Samples samples = new Samples(admin, sale, clock);
    samples.thread.start();
    return samples;
  }

  private void run() {
    try {
      for (int i = 0; i < SAMPLES_MAX; i++) {
        // On the full second: the sale opens on one too.
        Thread.sleep(BETWEEN_MS - clock.millis() % BETWEEN_MS);
        long atMs = clock.millis();
        Sample sample = new Sample(atMs, admin.reading(sale));
        synchronized (samples) {
          samples.add(sample);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Those taken so far. */
  List<Sample> list() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
