package io.doorbuster.inventory.redis;

import io.doorbuster.inventory.OrderNews;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisPubSub;

/**
 * Hears what other processes say of orders, on one channel of the servers. Nothing depends on it
 * but how soon somebody is told: a message that is lost is made up for when the connection is back,
 * and by the end of each long poll.
 */
final class RedisNews implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisNews.class);

  /** Scripts and gates publish there. */
  static final String CHANNEL = "doorbuster:news";

  /** Everybody says so once a second; a connection on which nothing comes for long is dead. */
  private static final String ALIVE = "alive";

  private static final Duration ALIVE_EVERY = Duration.ofSeconds(1);
  private static final Duration SILENT_MAX = Duration.ofSeconds(4);
  private static final Duration RETRY = Duration.ofMillis(250);

  private final Redis redis;
  private final OrderNews listener;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread listening =
      Thread.ofPlatform().daemon().name("redis-news").unstarted(this::listen);
  private final Thread speaking = Thread.ofVirtual().name("redis-alive").unstarted(this::sayAlive);
  private volatile @Nullable Connection subscription;
  private volatile long heardNs = System.nanoTime();

  RedisNews(Redis redis, OrderNews listener) {
    this.redis = redis;
    this.listener = listener;
    listening.start();
    speaking.start();
  }

  private final class Ear extends JedisPubSub {
    @Override
    public void onSubscribe(String channel, int channels) {
      heardNs = System.nanoTime();
      listener.missed();
    }

    @Override
    public void onMessage(String channel, String message) {
      heardNs = System.nanoTime();
      try {
        tell(message);
      } catch (RuntimeException e) {
        log.error("news goes on after: {}", e.toString(), e);
      }
    }
  }

  private void tell(String message) {
    String[] words = message.split(" ", -1);
    if (words[0].equals("order")) {
      for (int i = 1; i < words.length; i++) {
        OrderId.parse(words[i]).ifPresent(listener::changed);
      }
    } else if (words[0].equals("ended")) {
      String[] ended = message.split(" ", 5);
      OrderId.parse(ended[2])
          .ifPresent(
              order ->
                  listener.ended(
                      ended[1], new BuyerId(ended[4]), order, ended[3].equals("forget")));
    }
  }

  private void listen() {
    while (closing.getCount() > 0) {
      try {
        subscribe();
      } catch (RuntimeException e) {
        log.debug("no news of orders: {}", e.getMessage());
      }
      pause(RETRY);
    }
  }

  /** Listens until the connection is lost, or {@link #drop} is called. */
  private void subscribe() {
    try (Connection connection = redis.connection(CHANNEL)) {
      subscription = connection;
      try {
        new Ear().proceed(connection, CHANNEL);
      } finally {
        subscription = null;
        connection.setBroken(); // it can be used for nothing else
      }
    }
  }

  private void drop() {
    Connection open = subscription;
    try {
      if (open != null) {
        open.forceDisconnect();
      }
    } catch (IOException e) {
      log.debug("the connection is gone already", e);
    }
  }

  private void sayAlive() {
    while (closing.getCount() > 0) {
      try {
        redis.publish(CHANNEL, ALIVE);
      } catch (RuntimeException e) {
        log.debug("news of orders are not sent: {}", e.getMessage());
      }
      if (System.nanoTime() - heardNs > SILENT_MAX.toNanos()) {
        heardNs = System.nanoTime();
        drop();
      }
      pause(ALIVE_EVERY);
    }
  }

  private void pause(Duration time) {
    try {
      boolean _ = closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      closing.countDown();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    drop();
  }
}
