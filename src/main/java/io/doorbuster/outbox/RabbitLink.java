package io.doorbuster.outbox;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurator;
import com.rabbitmq.client.SocketConfigurators;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection to RabbitMQ, with its channels.
 *
 * <h2>Design</h2>
 *
 * A channel carries one message at a time, so that its confirm, its return or its end is this
 * message's and no other's; there are as many channels as messages under way at once, which the
 * relay bounds. Where the broker hangs, a write can block for as long as the system's buffers stay
 * full, and the client's own way of closing waits for that write: so the socket itself is kept, and
 * {@link #cut} closes it, which ends every call on the connection.
 */
final class RabbitLink {
  private static final int PERSISTENT = 2;

  /** To connect, to agree on TLS and version, and to find the exchange, all together. */
  private static final Duration OPEN = Duration.ofSeconds(6);

  /** For the broker to hear that we leave. */
  private static final Duration GOODBYE = Duration.ofMillis(500);

  /** How one message ended; a channel or connection that ended is an exception instead. */
  enum Outcome {
    CONFIRMED,
    REFUSED,
    UNROUTABLE
  }

  /** A channel, and whether its message came back. */
  private static final class Lane {
    final Channel channel;
    private volatile boolean returned;

    Lane(Channel channel) throws IOException {
      this.channel = channel;
      channel.addReturnListener(message -> returned = true);
      channel.confirmSelect();
    }

    Outcome publish(String exchange, StoredEvent event, Duration wait)
        throws IOException, TimeoutException, InterruptedException {
      returned = false;
      BasicProperties properties =
          new BasicProperties.Builder()
              .messageId(event.id())
              .contentType("application/cloudevents+json")
              .deliveryMode(PERSISTENT)
              .build();
      byte[] body = event.body().getBytes(StandardCharsets.UTF_8);
      channel.basicPublish(exchange, event.type(), true, properties, body);
      // A message that finds no queue comes back ahead of its confirm.
      if (!channel.waitForConfirms(wait.toMillis())) {
        return Outcome.REFUSED;
      }
      return returned ? Outcome.UNROUTABLE : Outcome.CONFIRMED;
    }
  }

  private final Connection connection;
  private final Socket socket;
  private final String exchange;
  private final Deque<Lane> free = new ConcurrentLinkedDeque<>();
  private volatile @Nullable String blocked;

  private RabbitLink(Connection connection, Socket socket, String exchange) {
    this.connection = connection;
    this.socket = socket;
    this.exchange = exchange;
  }

  /**
   * Connects, and sees whether the exchange is there.
   *
   * @param factory used by one thread at a time
   * @throws com.rabbitmq.client.ShutdownSignalException as a cause, where it is not there
   */
  static RabbitLink open(ConnectionFactory factory, String exchange)
      throws IOException, TimeoutException {
    AtomicReference<@Nullable Socket> socket = new AtomicReference<>();
    SocketConfigurator configurator =
        made -> {
          made.setTcpNoDelay(true);
          socket.set(made);
        };
    factory.setSocketConfigurator(
        factory.isSSL()
            ? configurator.andThen(SocketConfigurators.enableHostnameVerification())
            : configurator);
    Thread watch = Thread.ofVirtual().start(() -> cutLate(socket));
    try {
      Connection connection = factory.newConnection("doorbuster");
      Socket used = Objects.requireNonNull(socket.get());
      RabbitLink link = new RabbitLink(connection, used, exchange);
      try {
        connection.addBlockedListener(reason -> link.blocked = reason, () -> link.blocked = null);
        Channel probe = link.newChannel();
        probe.exchangeDeclarePassive(exchange);
        link.free.add(new Lane(probe));
        return link;
      } catch (IOException | RuntimeException e) {
        link.cut();
        throw e;
      }
    } finally {
      watch.interrupt();
    }
  }

  /** The client's own bounds add up, and do not hold while TLS is agreed on. */
  private static void cutLate(AtomicReference<@Nullable Socket> socket) {
    try {
      Thread.sleep(OPEN);
      Socket late = socket.get();
      if (late != null) {
        cut(late);
      }
    } catch (InterruptedException e) {
      // It is open, or has failed.
    }
  }

  private Channel newChannel() throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker gives no further channel: lower events.concurrency");
    }
    return channel;
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  /** Why the broker takes no messages at present, such as a full disk; empty while it does. */
  Optional<String> blocked() {
    return Optional.ofNullable(blocked);
  }

  /**
   * Publishes one message and waits for its confirm.
   *
   * @throws TimeoutException where none came in time; the message may have arrived
   */
  Outcome publish(StoredEvent event, Duration wait)
      throws IOException, TimeoutException, InterruptedException {
    Lane lane = free.pollFirst();
    while (lane != null && !lane.channel.isOpen()) {
      lane = free.pollFirst();
    }
    if (lane == null) {
      lane = new Lane(newChannel());
    }
    Outcome outcome = lane.publish(exchange, event, wait);
    free.addFirst(lane);
    return outcome;
  }

  /** Ends the connection at once, with all that is under way on it. */
  void cut() {
    cut(socket);
  }

  private static void cut(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      // It is closed already.
    }
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  /** Ends the connection in order where the broker answers at once, else as {@link #cut}. */
  void close() {
    Thread goodbye = Thread.ofVirtual().start(() -> connection.abort((int) GOODBYE.toMillis()));
    try {
      goodbye.join(GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cut();
  }
}
