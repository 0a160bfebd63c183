package io.doorbuster.order;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.StockMark;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.RegularStock;
import io.doorbuster.sale.StoreUnavailable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what the database has decided to the engine and to the shop's regular stock: each intent
 * by a step that is idempotent by its id, then marked as done. The only place that touches two
 * stores, so a crash anywhere is healed by doing the same again.
 *
 * <h2>Design</h2>
 *
 * Two threads: one for the engine and one for the shop, whose endpoint may take seconds to answer,
 * or never answer; units that come back on sale do not wait for it. An intent that fails leaves the
 * others of its round alone; a shop that does not answer ends its round. The shop's round alone
 * knows what failed there.
 */
public final class IntentWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IntentWorker.class);

  /** The outcome of a TAKE for which there were not enough units. */
  public static final String NOT_ENOUGH = ShopMoves.NOT_ENOUGH;

  /** How the outcome of a TAKE begins that the shop refused for another reason. */
  public static final String REFUSED = ShopMoves.REFUSED;

  private static final int BATCH_MAX = 500;
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration PAUSE_AFTER_FAULT = Duration.ofMillis(500);

  /**
   * An intent that was applied, and in which epoch of the engine; with none it holds no such sale.
   */
  private record Applied(Intent intent, Optional<Long> epoch) {}

  private final Database database;
  private final Intents intents;
  private final Catalog catalog;
  private final InventoryEngine engine;
  private final ShopMoves shop;
  private final InstantSource clock;
  private final Runnable loader;
  private final Consumer<Intent> orderEnded;
  private final Round engineRound = new Round("intents-engine", this::moveInEngine);
  private final Round shopRound = new Round("intents-shop", this::moveAtShop);
  private final List<String> failedAtShop = new ArrayList<>();
  private volatile BooleanSupplier turn = () -> true;
  private volatile boolean stopping;

  /** Something done again and again, at once when it is woken. */
  private final class Round implements Runnable {
    private final Semaphore signal = new Semaphore(0);
    private final Runnable work;
    private final Thread thread;

    Round(String name, Runnable work) {
      this.work = work;
      this.thread = Thread.ofPlatform().name(name).unstarted(this);
    }

    void wake() {
      if (signal.availablePermits() == 0) {
        signal.release();
      }
    }

    void stop(Duration most) {
      if (!thread.isAlive()) {
        return;
      }
      thread.interrupt();
      try {
        boolean _ = thread.join(most);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void run() {
      while (!stopping) {
        Duration pause = PAUSE;
        try {
          if (turn.getAsBoolean()) {
            work.run();
          }
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
  }

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
    this.shop = new ShopMoves(database, catalog, stock);
    this.clock = clock;
    this.loader = loader;
    this.orderEnded = orderEnded;
  }

  /**
   * Moves units, until it is closed.
   *
   * @param turn whether it is this process that moves units, asked ahead of each round; two at once
   *     do no harm, but do each other's work
   */
  public void start(BooleanSupplier turn) {
    this.turn = turn;
    engineRound.thread.start();
    shopRound.thread.start();
  }

  /** There is something new to do. */
  public void wake() {
    engineRound.wake();
    shopRound.wake();
  }

  /** Runs something while no unit is moved in the engine: loading it anew. */
  public synchronized void exclusively(Runnable work) {
    work.run();
  }

  /** One round of both. */
  void runOnce() {
    moveInEngine();
    moveAtShop();
  }

  /** Applies to the engine all that is due; what fails is left to the next round. */
  synchronized void moveInEngine() {
    RuntimeException fault = null;
    try {
      loader.run();
    } catch (RuntimeException e) {
      fault = e;
    }
    Instant now = clock.instant();
    List<Applied> applied = new ArrayList<>();
    for (Intent intent : intents.listOpen(false, BATCH_MAX)) {
      if (!isDue(intent, now)) {
        continue;
      }
      try {
        Optional<StockMark> before = engine.findMark(intent.sale());
        if (apply(intent, now)) {
          applied.add(new Applied(intent, before.map(StockMark::epoch)));
        }
      } catch (RuntimeException e) {
        fault = noted(intent, e, fault);
      }
    }
    if (!applied.isEmpty()) {
      database.write(connection -> noteDone(connection, applied, now));
    }
    if (fault != null) {
      throw fault;
    }
  }

  /** What was applied in an epoch that is over meanwhile stays open: it is to be done again. */
  private List<Applied> noteDone(Connection connection, List<Applied> applied, Instant now)
      throws SQLException {
    for (String sale : new TreeSet<>(applied.stream().map(one -> one.intent.sale()).toList())) {
      long epoch = catalog.hold(connection, sale).epoch(); // an audit sees each intent once
      for (Applied one : applied) {
        if (one.intent.sale().equals(sale) && one.epoch.orElse(epoch) == epoch) {
          Intents.done(connection, one.intent.id(), now, null);
        }
      }
      raiseMark(connection, sale, epoch);
    }
    return applied;
  }

  private void raiseMark(Connection connection, String sale, long epoch) throws SQLException {
    Optional<StockMark> mark = engine.findMark(sale);
    if (mark.isPresent() && mark.get().epoch() == epoch) {
      StockMarks.raise(connection, mark.get());
    }
  }

  /**
   * Asks the shop for all that is open, ahead what has not failed yet: a shop that does not answer
   * ends the round, and one SKU's trouble may hold up no other.
   */
  void moveAtShop() {
    List<Intent> open = new ArrayList<>(intents.listOpen(true, BATCH_MAX));
    failedAtShop.retainAll(open.stream().map(Intent::id).toList());
    open.sort(Comparator.comparingInt(intent -> failedAtShop.indexOf(intent.id())));
    RuntimeException fault = null;
    for (Intent intent : open) {
      if (stopping) {
        return;
      }
      try {
        shop.apply(intent, clock.instant());
        engineRound.wake();
      } catch (RuntimeException e) {
        notedAtShop(intent, e);
        if (e instanceof StoreUnavailable) {
          throw e;
        }
        fault = e;
      }
    }
    if (fault != null) {
      throw new StoreUnavailable("the shop took not all", new IOException(fault));
    }
  }

  /** It is the last to be asked for in the next round; what is wrong is said once. */
  private void notedAtShop(Intent intent, RuntimeException e) {
    if (!failedAtShop.remove(intent.id())) {
      log.warn("{} is still open: {}", intent.id(), e.getMessage());
    }
    failedAtShop.add(intent.id());
  }

  private static RuntimeException noted(
      Intent intent, RuntimeException e, @Nullable RuntimeException first) {
    if (!(e instanceof StoreUnavailable)) {
      log.error("intent {} stays open after: {}", intent.id(), e.toString());
    }
    return first == null ? e : first;
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
      case WITHDRAW -> {
        if (inEngine) {
          withdraw(intent, now);
        }
      }
      case TAKE, GIVE -> throw new IllegalArgumentException("this one is the shop's");
    }
    return false;
  }

  private void withdraw(Intent intent, Instant now) {
    Optional<Long> in = engine.findMark(intent.sale()).map(StockMark::epoch);
    int taken = engine.withdraw(intent.id(), intent.sale(), intent.sku(), intent.quantity());
    database.write(
        connection -> {
          long epoch = catalog.lock(connection, intent.sale()).epoch();
          if (in.orElse(epoch) != epoch) {
            return 0;
          }
          raiseMark(connection, intent.sale(), epoch);
          if (Intents.done(connection, intent.id(), now, Integer.toString(taken)) && taken > 0) {
            Row.run(
                connection,
                "UPDATE sku SET returned = returned + ? WHERE sale = ? AND id = ?",
                taken,
                intent.sale(),
                intent.sku());
            String give = intent.id() + "/give";
            Intents.write(
                connection,
                List.of(Intent.of(give, intent.sale(), intent.sku(), Intent.Kind.GIVE, taken)));
          }
          return taken;
        });
  }

  @Override
  public void close() {
    stopping = true;
    engineRound.stop(Duration.ofSeconds(2));
    shopRound.stop(Duration.ofSeconds(3));
  }
}
