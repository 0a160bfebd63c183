package io.doorbuster.drill;

import io.doorbuster.drill.checker.Checker;
import io.doorbuster.drill.checker.Evidence;
import io.doorbuster.drill.workload.Calls;
import io.doorbuster.drill.workload.History;
import io.doorbuster.drill.workload.Interval;
import io.doorbuster.drill.workload.Interval.What;
import io.doorbuster.drill.workload.Lookers;
import io.doorbuster.drill.workload.OperatorPasses;
import io.doorbuster.drill.workload.Plan;
import io.doorbuster.drill.workload.Reply;
import io.doorbuster.drill.workload.Workload;
import io.doorbuster.sale.Sale;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A whole rehearsal of one sale, from its publishing to its settled books; {@link #run} tells. */
final class Drill implements AutoCloseable {
  static final String BACKEND_CALLS = "doorbuster_backend_calls_on_event_loop_total";
  private static final int ADMIN_CONNECTIONS = 8;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** From the sale's making to its opening, at least: the buyers get their passes meanwhile. */
  private static final Duration AHEAD = Duration.ofSeconds(4);

  /** A kill costs a start of the server, and so does what the kill undid; on a busy machine. */
  private static final Duration PER_KILL = Duration.ofSeconds(30);

  /** Time for what is unpaid at the end: it expires, is released again, and sold. */
  private static final Duration TAIL = Duration.ofSeconds(40);

  private final Setup setup;
  private final Plan plan;
  private final ServerProcess server;
  private final History history;
  private final InstantSource clock;
  private final Progress progress;
  private final Calls adminCalls;
  private final List<Calls> operators;
  private final AdminApi admin;
  private final Faults faults;
  private final Witness witness;
  private final Vertx vertx;
  private Optional<Blow> blow = Optional.empty();
  private long struckMs;
  private Optional<Lookers.Looks> looks = Optional.empty();

  Drill(
      Setup setup,
      ServerProcess server,
      Vertx vertx,
      History history,
      Progress progress,
      InstantSource clock) {
    this.setup = setup;
    this.plan = setup.plan();
    this.server = server;
    this.vertx = vertx;
    this.history = history;
    this.progress = progress;
    this.clock = clock;
    this.adminCalls = new Calls(vertx, server.admin(), ADMIN_CONNECTIONS, clock);
    this.operators =
        server.operators().stream()
            .map(process -> new Calls(vertx, process, ADMIN_CONNECTIONS, clock))
            .toList();
    this.admin = new AdminApi(server, adminCalls, operators, clock);
    this.witness = new Witness(plan, server, admin, history, clock);
    this.faults = new Faults(server, admin, history, clock, setup.kills(), plan.seed());
  }

  /** Has it struck by this once, instead of the operator's pause; returns itself. */
  Drill struckBy(Blow once) {
    blow = Optional.of(once);
    return this;
  }

  /** For what happens to the server: that it is ready. */
  AdminApi admin() {
    return admin;
  }

  /** When the blow came, in milliseconds since 1970; 0 where it did not. */
  long struckMs() {
    return struckMs;
  }

  /** The sale's life in order. */
  Report run() throws InterruptedException {
    progress.say("starting " + server.describe());
    long startMs = clock.millis();
    server.start();
    admin.awaitReady();
    long before = admin.counter(BACKEND_CALLS);
    if (blow.isPresent()) {
      blow.get().before();
    }
    Sale sale = makeSale(Duration.ofMillis(clock.millis() - startMs));
    admin.create(sale);
    try (Samples samples = Samples.start(admin, sale.id(), clock)) {
      rehearse(sale);
      if (blow.isPresent()) {
        blow.get().after();
      }
      Evidence evidence = witness.evidence(sale, faults.backendCalls() - before);
      return new Report(evidence, faults.kills(), Checker.judge(evidence), samples.list(), looks);
    }
  }

  /** From the sale's publishing to its settled books. */
  private void rehearse(Sale sale) throws InterruptedException {
    faults.during(Faults.Moment.PUBLISH, () -> admin.tell(sale.id(), "publish"));
    admin.tellUntil(sale.id(), "publish", "PUBLISHED", "OPEN");
    Instant deadline = sale.closesAt().plus(TAIL);
    try (Workload workload =
            new Workload(vertx, server.buyers(), sale, plan, deadline, history, clock);
        Lookers pages = new Lookers(vertx, server.buyers().getFirst(), sale.id(), clock)) {
      pages.start(setup.lookers(), sale.opensAt(), plan.random(plan.buyers(), 0));
      workload.start(
          new OperatorPasses(adminCalls, server::token, () -> server.findFile("pass-keys")));
      progress.say("published; it opens in " + untilOpening(sale));
      CompletableFuture<Void> trouble = Beside.start(() -> trouble(sale));
      if (blow.isEmpty()) {
        pauseAndResume(sale);
      }
      awaitSold(sale, workload, trouble);
      looks = pages.looks();
      close(sale);
      progress.say("closed; settling");
      workload.deadline(clock.instant().plus(plan.payWithin()).plus(TAIL));
      settle(sale);
      awaitBuyers(workload);
    }
  }

  /** A machine on which a server starts slowly gets more time for what comes before the opening. */
  private Sale makeSale(Duration starting) {
    Duration ahead = AHEAD.plus(starting.dividedBy(2)).plus(Lookers.arrival(setup.lookers()));
    if (setup.kills() > 0) {
      ahead = ahead.plus(starting.multipliedBy(2));
    }
    // On a full second, as the seconds of the report are.
    Instant opensAt = clock.instant().plus(ahead).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    Duration window =
        plan.selling()
            .multipliedBy(2)
            .plus(PER_KILL.multipliedBy(setup.kills() + (blow.isPresent() ? 2 : 0)))
            .plus(setup.storeOutage().orElse(Duration.ZERO))
            .plus(TAIL);
    String id = "drill-" + Long.toHexString(plan.seed()) + "-" + clock.millis() % 1_000_000;
    return plan.sale(id, opensAt, opensAt.plus(window));
  }

  private String untilOpening(Sale sale) {
    Duration left = Duration.between(clock.instant(), sale.opensAt());
    return "%.1f s".formatted(Math.max(0, left.toMillis()) / 1_000.0);
  }

  private void trouble(Sale sale) throws InterruptedException {
    faults.around(Faults.Moment.OPENING, sale.opensAt());
    sleepUntil(sale.opensAt());
    if (blow.isPresent()) {
      strike(blow.get(), sale);
    }
    if (setup.storeOutage().isPresent()) {
      Thread.sleep(plan.selling().dividedBy(4));
      faults.takeStoreAway(setup.storeOutage().get());
    }
    faults.duringTheRun(sale.id());
  }

  private void strike(Blow once, Sale sale) throws InterruptedException {
    sleepUntil(sale.opensAt().plus(once.moment()));
    struckMs = clock.millis();
    once.strike(sale.id());
    admin.awaitReady();
    long untilMs = clock.millis();
    once.excuse().ifPresent(what -> history.add(new Interval(what, struckMs, untilMs)));
  }

  /** An operator's pause in the midst of it, when a third of the time is over. */
  private void pauseAndResume(Sale sale) throws InterruptedException {
    sleepUntil(sale.opensAt().plus(plan.selling().dividedBy(3)));
    Reply paused = admin.tellUntil(sale.id(), "pause", "PAUSED");
    long fromMs = paused.ok() ? paused.endedMs() : clock.millis();
    progress.say("paused for a second");
    Thread.sleep(PAUSE);
    history.add(new Interval(What.PAUSED, fromMs, clock.millis()));
    admin.tellUntil(sale.id(), "resume", "OPEN", "CLOSED");
  }

  /** Until all is paid, or nobody asks any more, or the clock has closed the sale. */
  private void awaitSold(Sale sale, Workload workload, CompletableFuture<Void> trouble)
      throws InterruptedException {
    while (clock.instant().isBefore(sale.closesAt())) {
      long paid = witness.paid(sale);
      progress.update(paid, history.requests(), faults.kills());
      boolean over = paid >= plan.units() || workload.awaitEnd(1);
      if (over && trouble.isDone()) {
        break;
      }
      if (trouble.isCompletedExceptionally()) {
        break;
      }
      Thread.sleep(250);
    }
    try {
      trouble.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof DrillFailed failed ? failed : e;
    }
  }

  private void close(Sale sale) throws InterruptedException {
    faults.during(Faults.Moment.CLOSE, () -> admin.tell(sale.id(), "close"));
    Reply closed = admin.tellUntil(sale.id(), "close", "CLOSED", "SETTLED");
    long atMs = closed.ok() ? closed.endedMs() : clock.millis();
    history.add(new Interval(What.CLOSED, atMs, Long.MAX_VALUE));
  }

  private void settle(Sale sale) throws InterruptedException {
    faults.during(Faults.Moment.SETTLEMENT, () -> admin.tell(sale.id(), "settle"));
    admin.tellUntil(sale.id(), "settle", "SETTLED");
  }

  private void awaitBuyers(Workload workload) throws InterruptedException {
    // Their own deadline comes first; this only keeps a mistake of the drill's from hanging it.
    workload.awaitEnd(plan.payWithin().plus(TAIL).plusSeconds(10).toMillis());
  }

  /** Lets the server's connections go; the server itself stays as it is. */
  @Override
  public void close() {
    adminCalls.close();
    operators.forEach(Calls::close);
  }

  private void sleepUntil(Instant at) throws InterruptedException {
    Thread.sleep(Math.max(0, Duration.between(clock.instant(), at).toMillis()));
  }
}
