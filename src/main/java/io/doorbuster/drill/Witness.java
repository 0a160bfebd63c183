package io.doorbuster.drill;

import io.doorbuster.drill.checker.AuditAnswer;
import io.doorbuster.drill.checker.Books;
import io.doorbuster.drill.checker.BooksReader;
import io.doorbuster.drill.checker.Deliveries;
import io.doorbuster.drill.checker.Deliveries.BookedEvent;
import io.doorbuster.drill.checker.Evidence;
import io.doorbuster.drill.workload.Ending;
import io.doorbuster.drill.workload.History;
import io.doorbuster.drill.workload.Plan;
import io.doorbuster.sale.Sale;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Gathers what the checker judges by: the books, the server's own words, what arrived. */
final class Witness {
  /** For events to arrive after the settlement; a broker may have to be found again. */
  private static final Duration EVENTS = Duration.ofSeconds(60);

  private final Plan plan;
  private final ServerProcess server;
  private final AdminApi admin;
  private final History history;
  private final InstantSource clock;

  Witness(Plan plan, ServerProcess server, AdminApi admin, History history, InstantSource clock) {
    this.plan = plan;
    this.server = server;
    this.admin = admin;
    this.history = history;
    this.clock = clock;
  }

  /** Units that are paid by now. */
  long paid(Sale sale) {
    Optional<String> books = server.books();
    try {
      if (books.isPresent()) {
        return new BooksReader(books.get()).units(sale.id(), "PAID");
      }
    } catch (SQLException e) {
      // The store is away, or replayed, or locked by us: the buyers' own count will do.
    }
    return history.endings().values().stream().filter(end -> end == Ending.PAID).count();
  }

  /**
   * All that is known when the sale is settled.
   *
   * @param moreCalls on event loops, beside what the processes count now
   */
  Evidence evidence(Sale sale, long moreCalls) throws InterruptedException {
    Optional<Deliveries> deliveries = deliveries(sale);
    JsonObject draws = admin.draws(sale.id());
    AuditAnswer audit = AuditAnswer.parse(admin.audit(sale.id()));
    long calls = Math.max(0, admin.counter(Drill.BACKEND_CALLS) + moreCalls);
    Optional<String> idKey = server.findFile("order-id.key");
    return new Evidence(plan, sale, history, books(sale), audit, draws, idKey, deliveries, calls);
  }

  private Optional<Books> books(Sale sale) {
    Optional<String> url = server.books();
    if (url.isEmpty()) {
      return Optional.empty();
    }
    try {
      return new BooksReader(url.get()).read(sale.id());
    } catch (SQLException e) {
      throw new DrillFailed("the books can not be read: " + e.getMessage());
    }
  }

  /** Waits for events that are still under way. */
  private Optional<Deliveries> deliveries(Sale sale) throws InterruptedException {
    long untilMs = clock.millis() + EVENTS.toMillis();
    while (true) {
      Optional<List<String>> arrived = server.events();
      Optional<String> url = server.books();
      if (arrived.isEmpty() || url.isEmpty()) {
        return Optional.empty();
      }
      try {
        List<BookedEvent> booked = new BooksReader(url.get()).events(sale.id());
        Deliveries now = Deliveries.of(sale.id(), booked, arrived.get());
        if (now.missing().isEmpty() || clock.millis() > untilMs) {
          return Optional.of(now);
        }
      } catch (SQLException e) {
        throw new DrillFailed("the events can not be read: " + e.getMessage());
      }
      Thread.sleep(500);
    }
  }
}
