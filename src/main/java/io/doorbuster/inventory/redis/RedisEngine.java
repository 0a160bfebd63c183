package io.doorbuster.inventory.redis;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.OrderNews;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.inventory.SaleControl;
import io.doorbuster.inventory.StockLoad;
import io.doorbuster.inventory.StockMark;
import io.doorbuster.inventory.StockStatus;
import io.doorbuster.inventory.StockSums;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.StoreLook;
import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine on Redis, or a cluster of it: many processes sell from one stock, and what was
 * reserved outlives any of them.
 *
 * <h2>Design</h2>
 *
 * Each shard of a sale is a few keys of one hash tag, changed by scripts alone ({@link Script}):
 * dedupe, decrement and queueing are one step of the server. A script names the sale's epoch and is
 * refused where the shard is of another one, not whole, or on a server that restarted or took over;
 * then the sale counts as not loaded here, until the database's word has been compared with what is
 * there. A call whose answer is lost is repeated with the same ids.
 *
 * <p>What is free and how many are held is told from the last answers, renewed many times a second
 * by a thread of its own, since gates ask for it on their event loops.
 */
public final class RedisEngine implements InventoryEngine {
  private static final Logger log = LoggerFactory.getLogger(RedisEngine.class);

  /** How old the figures of what other processes have reserved may be. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private static final Duration KEEP_EVERY = Duration.ofSeconds(1);

  /** A transfer takes two calls; one that is older was left by a process that died. */
  private static final Duration TRANSFER_DUE = Duration.ofSeconds(2);

  private final Redis redis;
  private final int shards;
  private final ToIntFunction<BuyerId> shardOf;
  private final @Nullable InstantSource clock;
  private final int queueCapacity;
  private final Duration claimAfter;
  private final Map<String, RedisSale> sales = new ConcurrentHashMap<>();
  private final RedisQueue queue;
  private final Thread watch =
      Thread.ofPlatform().daemon().name("redis-watch").unstarted(this::watch);
  private volatile Optional<String> fault = Optional.empty();
  private volatile @Nullable RedisNews news;
  private volatile boolean closing;

  /**
   * The engine's bounds.
   *
   * @param shards of each sale's stock, 1 to 256
   * @param queueCapacity orders reserved and not committed, all sales together, as far as this
   *     process has seen
   * @param claimAfter how long a writer must be silent before its orders are another's
   */
  public record Options(int shards, int queueCapacity, Duration claimAfter) {}

  private RedisEngine(
      Redis redis, Options options, ToIntFunction<BuyerId> shardOf, @Nullable InstantSource clock) {
    this.redis = redis;
    this.shards = options.shards;
    this.shardOf = shardOf;
    this.clock = clock;
    this.queueCapacity = options.queueCapacity;
    this.claimAfter = options.claimAfter;
    this.queue = new RedisQueue(UUID.randomUUID().toString(), this::current);
    watch.start();
  }

  /**
   * Connects, and compares what the servers keep with what is asked of them.
   *
   * @param shardOf a buyer's shard, from 0
   */
  public static RedisEngine open(
      RedisOptions redis, Options options, ToIntFunction<BuyerId> shardOf) {
    return open(redis, options, shardOf, null);
  }

  /**
   * The same by another clock than the servers'.
   *
   * @param clock a test's
   */
  public static RedisEngine open(
      RedisOptions options,
      Options engine,
      ToIntFunction<BuyerId> shardOf,
      @Nullable InstantSource clock) {
    Redis redis = Redis.open(options);
    try {
      ServerCheck.run(redis, options.durability());
      return new RedisEngine(redis, engine, shardOf, clock);
    } catch (RuntimeException e) {
      redis.close();
      throw e;
    }
  }

  @Override
  public Optional<StoreLook> findLook() {
    return Optional.of(ServerCheck.look(redis, redis.options()));
  }

  /** The sales that can be worked on. */
  private Collection<RedisSale> current() {
    return sales.values().stream().filter(RedisSale::isRunning).toList();
  }

  private @Nullable RedisSale find(String sale) {
    RedisSale found = sales.get(sale);
    return found == null || !found.isRunning() ? null : found;
  }

  private RedisSale newSale(String sale, long epoch) {
    return new RedisSale(redis, sale, epoch, shards, shardOf, clock, this::room);
  }

  /** Orders that may still be reserved; a shard adds what it holds itself. */
  private int room() {
    return queueCapacity - queued();
  }

  @Override
  public void load(StockLoad load) {
    RedisSale sale = newSale(load.sale(), load.epoch());
    sale.announce(load);
    sales.put(load.sale(), sale);
    try {
      sale.load(load);
    } catch (RuntimeException e) {
      sales.remove(load.sale(), sale);
      throw e;
    }
  }

  @Override
  public boolean resume(StockMark mark) {
    if (mark.sequences().size() != shards) { // spread over another number of them
      return false;
    }
    RedisSale sale = newSale(mark.sale(), mark.epoch());
    try {
      for (RedisShard shard : sale.shards) {
        shard.look();
        if (shard.sequence() < mark.sequences().getOrDefault(shard.index, Long.MAX_VALUE)) {
          return false;
        }
      }
    } catch (Fenced e) {
      return false;
    }
    sales.put(mark.sale(), sale);
    return true;
  }

  @Override
  public boolean carryOver(StockMark mark, SaleControl control) {
    if (mark.sequences().size() != shards) {
      return false;
    }
    RedisSale sale = newSale(mark.sale(), mark.epoch());
    try {
      for (RedisShard shard : sale.shards) {
        shard.carryOver(mark.sequences().getOrDefault(shard.index, Long.MAX_VALUE), control);
      }
    } catch (Fenced e) {
      return false;
    }
    sales.put(mark.sale(), sale);
    return true;
  }

  @Override
  public Optional<StockMark> findMark(String sale) {
    return Optional.ofNullable(sales.get(sale)).map(RedisSale::mark);
  }

  @Override
  public boolean isLoaded(String sale) {
    RedisSale found = sales.get(sale);
    return found != null && !found.isStopped();
  }

  @Override
  public void unload(String sale) {
    RedisSale old = sales.remove(sale);
    if (old != null) {
      try {
        old.shards.forEach(RedisShard::unload);
      } catch (StoreUnavailable e) {
        log.warn("{} is forgotten here and not in Redis: {}", sale, e.getMessage());
      }
    }
  }

  @Override
  public void control(String sale, SaleControl control) {
    with(sale, found -> found.control(control));
  }

  /** Does something with a sale that was loaded; throws where it turns out not to be any more. */
  private void with(String sale, Consumer<RedisSale> step) {
    RedisSale found = sales.get(sale);
    if (found == null) {
      return;
    }
    try {
      found.requireRunning();
      step.accept(found);
    } catch (Fenced e) {
      found.stop(e);
      throw new StoreUnavailable("the stock of " + sale + " is to be taken up anew", e);
    }
  }

  @Override
  public List<ReserveResult> reserve(List<Claim> claims) {
    List<ReserveResult> results =
        new ArrayList<>(
            Collections.nCopies(claims.size(), (ReserveResult) new ReserveResult.Unknown()));
    Map<String, List<Integer>> bySale = new LinkedHashMap<>();
    for (int i = 0; i < claims.size(); i++) {
      bySale.computeIfAbsent(claims.get(i).sale(), k -> new ArrayList<>()).add(i);
    }
    bySale.forEach(
        (id, places) -> {
          RedisSale sale = find(id);
          if (sale != null) {
            List<ReserveResult> answers = sale.reserve(places.stream().map(claims::get).toList());
            for (int i = 0; i < places.size(); i++) {
              results.set(places.get(i), answers.get(i));
            }
          }
        });
    return results;
  }

  @Override
  public List<QueuedOrder> drain(int most, Duration wait) {
    return queue.drain(most, wait);
  }

  @Override
  public void acknowledge(List<QueuedOrder> orders) {
    queue.acknowledge(orders);
  }

  @Override
  public void end(String move, String sale, OrderId order, BuyerId buyer, boolean forget) {
    with(sale, found -> found.end(move, order, buyer, forget));
  }

  @Override
  public void add(String move, String sale, String sku, int shard, int quantity) {
    requireUnits(quantity);
    with(sale, found -> found.add(move, sku, shard, quantity));
  }

  @Override
  public int withdraw(String move, String sale, String sku, int quantity) {
    requireUnits(quantity);
    int[] taken = new int[1];
    with(sale, found -> taken[0] = found.withdraw(move, sku, quantity));
    return taken[0];
  }

  private static void requireUnits(int quantity) {
    if (quantity < 0) {
      throw new IllegalArgumentException("a move is of 0 units or more, not " + quantity);
    }
  }

  @Override
  public int available(String sale, String sku) {
    RedisSale found = sales.get(sale);
    return found == null || found.isStopped() ? 0 : found.available(sku);
  }

  @Override
  public Optional<StockSums> findSums(String sale) {
    return ask(sale, found -> Optional.of(found.sums()));
  }

  @Override
  public void refresh(String sale) {
    with(sale, RedisSale::refresh);
  }

  @Override
  public Optional<StockStatus> findStatus(String sale) {
    return ask(sale, found -> Optional.of(found.status()));
  }

  @Override
  public Optional<QueuedOrder> findQueued(String sale, BuyerId buyer) {
    return ask(sale, found -> found.findQueued(buyer));
  }

  private <T> Optional<T> ask(String sale, Function<RedisSale, Optional<T>> question) {
    RedisSale found = find(sale);
    if (found == null) {
      return Optional.empty();
    }
    try {
      return question.apply(found);
    } catch (Fenced e) {
      found.stop(e);
      return Optional.empty();
    }
  }

  @Override
  public int queued() {
    return current().stream().mapToInt(RedisSale::held).sum();
  }

  @Override
  public void listen(OrderNews listener) {
    news = new RedisNews(redis, listener);
  }

  @Override
  public Optional<String> fault() {
    return fault;
  }

  private void watch() {
    long nextKeep = System.nanoTime();
    while (!closing) {
      look();
      if (System.nanoTime() - nextKeep >= 0) {
        nextKeep = System.nanoTime() + KEEP_EVERY.toNanos();
        queue.keep(claimAfter);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look() {
    Optional<String> seen = Optional.empty();
    for (RedisSale sale : current()) {
      try {
        sale.look(TRANSFER_DUE);
      } catch (Fenced e) {
        sale.stop(e);
      } catch (StoreUnavailable e) {
        seen = Optional.of(String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        log.error("the watch over {} goes on after: {}", sale.id, e.toString(), e);
      }
    }
    if (seen.isPresent() != fault.isPresent()) {
      log.warn("{}", seen.orElse("Redis answers again"));
    }
    fault = seen;
  }

  /** Leaves everything as it is: another process goes on with it, or this one's next life. */
  @Override
  public void close() {
    closing = true;
    watch.interrupt();
    try {
      boolean _ = watch.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    RedisNews listening = news;
    if (listening != null) {
      listening.close();
    }
    redis.close();
  }
}
