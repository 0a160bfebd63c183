package io.doorbuster.cli;

import io.doorbuster.drill.workload.Behaviour;
import io.doorbuster.drill.workload.DemoPasses;
import io.doorbuster.drill.workload.History;
import io.doorbuster.drill.workload.Plan;
import io.doorbuster.drill.workload.Shares;
import io.doorbuster.drill.workload.Workload;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.doorbuster.settlement.Audit;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The show of {@code serve --demo}: a new sale, a crowd that competes, the books at the end. */
final class Demo implements Runnable {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Most of a crowd loses heart after a try or two, which leaves a chance to who stays. */
  private static final Map<Behaviour, Double> CROWD =
      Map.of(
          Behaviour.GIVES_UP, 0.90,
          Behaviour.NEVER_PAYS, 0.02,
          Behaviour.CANCELS, 0.01);

  private final Application application;
  private final DemoShop shop;
  private final Sale sale;
  private final int buyers;
  private final String address;
  private final InstantSource clock;

  /**
   * @param buyers of the crowd; 0 leaves the person alone
   * @param address of the buyers' side
   */
  Demo(
      Application application,
      DemoShop shop,
      Sale sale,
      int buyers,
      String address,
      InstantSource clock) {
    this.application = application;
    this.shop = shop;
    this.sale = sale;
    this.buyers = buyers;
    this.address = address;
    this.clock = clock;
  }

  @Override
  public void run() {
    System.out.printf(
        "%n  Open  %s/s/%s/%n%n  %d units in %d sizes, from %s on (in %d s), against %,d simulated"
            + " buyers.%n  Sign in with any name. Ctrl-C ends the demo.%n%n",
        address,
        sale.id(),
        sale.skus().stream().mapToInt(Sku::units).sum(),
        sale.skus().size(),
        sale.opensAt(),
        Math.ceilDiv(Duration.between(clock.instant(), sale.opensAt()).toMillis(), 1_000),
        buyers);
    try {
      if (buyers == 0) {
        watch();
      } else {
        watchCrowd();
      }
      conclude();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watchCrowd() throws InterruptedException {
    Instant end = sale.closesAt().plus(sale.payWithin());
    long seed = sale.opensAt().toEpochMilli();
    Plan plan =
        new Plan(
            buyers,
            sale.skus().stream().mapToInt(Sku::units).sum(),
            sale.skus().size(),
            sale.release().wave(),
            sale.release().every(),
            Pick.FAIR,
            Duration.between(sale.opensAt(), sale.closesAt()),
            sale.payWithin(),
            sale.limits().tryEvery(),
            0,
            seed,
            new Shares(new EnumMap<>(CROWD)));
    Vertx vertx = Vertx.vertx();
    try (Workload crowd =
        new Workload(
            vertx, List.of(URI.create(address)), sale, plan, end, History.inMemory(), clock)) {
      crowd.start(new DemoPasses(crowd.calls()));
      watch();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** A line a second while something moves, until the books are closed. */
  private void watch() throws InterruptedException {
    String last = "";
    while (!DemoShop.isOver(application.catalog().get(sale.id()))) {
      JsonObject now = shop.figures();
      String line =
          "  %-9s  admitted %,d  refused %,d  available %d  held %d  sold %d (paid %d) of %d"
              .formatted(
                  application.catalog().get(sale.id()).phaseAt(clock.instant()),
                  now.getLong("admitted"),
                  now.getLong("refused"),
                  now.getInteger("available"),
                  now.getInteger("held"),
                  now.getInteger("sold"),
                  now.getInteger("paid"),
                  now.getInteger("units"));
      if (!line.equals(last)) {
        System.out.println(line);
        last = line;
      }
      Thread.sleep(LOOK);
    }
  }

  private void conclude() {
    Audit.Report report = application.audit().run(sale.id());
    System.out.printf("%n  The sale is settled. Audit: %s%n", report.isOk() ? "OK" : "BROKEN");
    for (Audit.SkuBooks sku : report.skus()) {
      System.out.printf(
          "  %s: allotted %d = sold %d + returned to the shop %d%n",
          sku.sku(), sku.allotted(), sku.sold(), sku.returned());
    }
    report.findings().forEach(finding -> System.out.println("  " + finding));
    System.out.printf(
        "%n  Next: ./doorbuster drill          a rehearsal that is checked against every promise%n"
            + "        ./doorbuster drill --kill 5  the same, with the server killed five times%n");
  }
}
