package io.doorbuster.order;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.outbox.Event;
import io.doorbuster.outbox.Outbox;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.RegularStock;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.StoreUnavailable;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what the database has decided to the engine and to the shop's regular stock: each intent
 * by a step that is idempotent by its id, then marked as done. The only place that touches two
 * stores, so a crash anywhere is healed by doing the same again.
 */
public final class IntentWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IntentWorker.class);

  /** The outcome of a TAKE or WITHDRAW for which there were not enough units. */
  public static final String NOT_ENOUGH = "not-enough";

  private static final int BATCH_MAX = 500;
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration PAUSE_AFTER_FAULT = Duration.ofMillis(500);

  private final Database database;
  private final Intents intents;
  private final Catalog catalog;
  private final InventoryEngine engine;
  private final RegularStock stock;
  private final InstantSource clock;
  private final Runnable loader;
  private final Consumer<Intent> orderEnded;
  private final Semaphore signal = new Semaphore(0);
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * @param loader brings into the engine what belongs there and is not; called ahead of a round
   * @param orderEnded hears of each END and FORGET that was applied
   */
  public IntentWorker(
      Database database,
      Catalog catalog,
      InventoryEngine engine,
      RegularStock stock,
      InstantSource clock,
      Runnable loader,
      Consumer<Intent> orderEnded) {
    this.database = database;
    this.intents = new Intents(database);
    this.catalog = catalog;
    this.engine = engine;
    this.stock = stock;
    this.clock = clock;
    this.loader = loader;
    this.orderEnded = orderEnded;
    this.thread = Thread.ofPlatform().name("intent-worker").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** There is something new to do. */
  public void wake() {
    if (signal.availablePermits() == 0) {
      signal.release();
    }
  }

  private void run() {
    while (!stopping) {
      Duration pause = PAUSE;
      try {
        runOnce();
      } catch (StoreUnavailable e) {
        pause = PAUSE_AFTER_FAULT;
      } catch (RuntimeException e) {
        log.error("the intent worker goes on after: {}", e.toString(), e);
        pause = PAUSE_AFTER_FAULT;
      }
      try {
        if (signal.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          signal.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Runs something while no unit is moved: loading the engine anew. */
  public synchronized void exclusively(Runnable work) {
    work.run();
  }

  /** Applies all that is due; a fault of one store leaves the rest to the next round. */
  synchronized void runOnce() {
    loader.run();
    Instant now = clock.instant();
    List<Intent> applied = new ArrayList<>();
    StoreUnavailable fault = null;
    for (Intent intent : intents.listOpen(BATCH_MAX)) {
      if (!isDue(intent, now)) {
        continue;
      }
      try {
        if (apply(intent, now)) {
          applied.add(intent);
        }
      } catch (StoreUnavailable e) {
        fault = e;
      }
    }
    if (!applied.isEmpty()) {
      database.write(
          connection -> {
            for (Intent intent : applied) {
              Intents.done(connection, intent.id(), now, null);
            }
            return applied;
          });
    }
    if (fault != null) {
      throw fault;
    }
  }

  private boolean isDue(Intent intent, Instant now) {
    if (!intent.notBefore().isAfter(now)) {
      return true;
    }
    return catalog.find(intent.sale()).filter(sale -> sale.isRunningAt(now)).isEmpty();
  }

  /** Applies one; true where only its mark is left to be set. */
  private boolean apply(Intent intent, Instant now) {
    boolean inEngine = engine.isLoaded(intent.sale());
    switch (intent.kind()) {
      case ADD, RETURN -> {
        if (!inEngine) {
          return false;
        }
        engine.add(intent.id(), intent.sale(), intent.sku(), intent.shard(), intent.quantity());
        return true;
      }
      case END, FORGET -> {
        engine.end(
            intent.id(),
            intent.sale(),
            Objects.requireNonNull(intent.order()),
            Objects.requireNonNull(intent.buyer()),
            intent.kind() == Intent.Kind.FORGET);
        orderEnded.accept(intent);
        return true;
      }
      case TAKE -> take(intent, now);
      case WITHDRAW -> {
        if (inEngine) {
          withdraw(intent, now);
        }
      }
      case GIVE -> give(intent, now);
    }
    return false;
  }

  private void take(Intent intent, Instant now) {
    boolean taken =
        isTest(intent) || stock.take(intent.id(), intent.sale(), intent.sku(), intent.quantity());
    boolean changed =
        database.write(
            connection -> {
              Listing listing = catalog.lock(connection, intent.sale());
              Intents.done(connection, intent.id(), now, taken ? "taken" : NOT_ENOUGH);
              return taken
                  ? taken(connection, listing, intent)
                  : notTaken(connection, listing, intent);
            });
    if (changed) {
      catalog.refresh(intent.sale());
    }
  }

  private boolean taken(Connection connection, Listing listing, Intent intent) throws SQLException {
    Row.run(
        connection,
        "UPDATE sku SET allotted = allotted + ? WHERE sale = ? AND id = ?",
        intent.quantity(),
        intent.sale(),
        intent.sku());
    if (listing.stored() != SalePhase.DRAFT) {
      Intents.write(
          connection,
          List.of(
              Intent.of(
                  intent.id() + ".add",
                  intent.sale(),
                  intent.sku(),
                  Intent.Kind.ADD,
                  intent.quantity())));
      return false;
    }
    if (!listing.publishing()) {
      giveBackAllotments(connection, listing);
      return false;
    }
    boolean all = Intents.listOpen(connection, intent.sale()).isEmpty();
    if (all) {
      catalog.published(connection, listing);
    }
    return all;
  }

  /** A SKU of a DRAFT can not be had in full: all is undone. */
  private boolean notTaken(Connection connection, Listing listing, Intent intent)
      throws SQLException {
    if (listing.stored() != SalePhase.DRAFT) {
      return false;
    }
    catalog.stopPublishing(connection, intent.sale());
    giveBackAllotments(connection, listing);
    return true;
  }

  private static void giveBackAllotments(Connection connection, Listing listing)
      throws SQLException {
    String sale = listing.sale().id();
    for (OrderStore.SkuSums sku : SkuBooks.read(connection, sale)) {
      if (sku.allotted() > 0) {
        Row.run(
            connection, "UPDATE sku SET allotted = 0 WHERE sale = ? AND id = ?", sale, sku.sku());
        long n = Intents.count(connection, sale);
        Intents.write(
            connection,
            List.of(
                Intent.of(
                    sale + "." + sku.sku() + ".undo-" + n,
                    sale,
                    sku.sku(),
                    Intent.Kind.GIVE,
                    sku.allotted())));
      }
    }
  }

  private void withdraw(Intent intent, Instant now) {
    int taken = engine.withdraw(intent.id(), intent.sale(), intent.sku(), intent.quantity());
    database.write(
        connection -> {
          catalog.lock(connection, intent.sale());
          Row.run(
              connection,
              "UPDATE sku SET returned = returned + ? WHERE sale = ? AND id = ?",
              taken,
              intent.sale(),
              intent.sku());
          if (taken > 0) {
            Intents.write(
                connection,
                List.of(
                    Intent.of(
                        intent.id() + ".give",
                        intent.sale(),
                        intent.sku(),
                        Intent.Kind.GIVE,
                        taken)));
          }
          Intents.done(connection, intent.id(), now, Integer.toString(taken));
          return taken;
        });
  }

  private void give(Intent intent, Instant now) {
    if (!isTest(intent)) {
      stock.give(intent.id(), intent.sale(), intent.sku(), intent.quantity());
    }
    database.write(
        connection -> {
          Intents.done(connection, intent.id(), now, "given");
          JsonObject data =
              new JsonObject()
                  .put("sale", intent.sale())
                  .put("sku", intent.sku())
                  .put("quantity", intent.quantity())
                  .put("key", intent.id());
          Outbox.append(
              connection,
              List.of(
                  new Event(
                      intent.id() + ".stock.returned",
                      intent.sale(),
                      intent.sku(),
                      "stock.returned",
                      isTest(intent),
                      now,
                      data)));
          return data;
        });
  }

  private boolean isTest(Intent intent) {
    return catalog.get(intent.sale()).sale().test();
  }

  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
