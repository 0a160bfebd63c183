package io.doorbuster.outbox;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Publishes each event to one RabbitMQ exchange, by its type, and takes it as delivered once the
 * broker has confirmed that every queue it goes to holds it.
 *
 * <h2>Design</h2>
 *
 * Messages are persistent and mandatory: one that no queue is bound for comes back. The exchange is
 * the operator's, checked on each new connection and never made by us. We connect again ourselves,
 * at the next event, so that the relay's backoff is the only one. All waits are bounded:
 * connecting, any call, and {@link #CONFIRM}.
 *
 * <pre>
 * what happened                                        delivery     connection
 * confirmed                                            Delivered    kept
 * returned: no queue is bound for this type            Failed       kept
 * channel closed: 406 too large, other codes           Failed       kept
 * channel closed: 403 this type is not allowed         Failed       kept
 * channel closed: 403 the exchange is not allowed      Unreachable  kept
 * channel closed: 404 there is no exchange             Unreachable  kept
 * refused (nack): a full queue, a fault of the broker  Unreachable  kept
 * blocked: the broker is short of memory or disk       Unreachable  kept
 * no confirm in time                                   Unreachable  cut
 * no connection, wrong password, TLS, it was lost      Unreachable  made anew
 * </pre>
 *
 * What concerns one event or one type is held against the event; what concerns all makes all wait.
 * A refused message waits, since what fills a queue is a consumer that is away, and passes by
 * itself.
 */
public final class RabbitSink implements EventSink {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration RPC = Duration.ofSeconds(5);

  /** From a message's sending to its confirm. */
  static final Duration CONFIRM = Duration.ofSeconds(10);

  /** After twice as long without a sign a connection is taken for dead. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /**
   * Where the broker is and how to be let in.
   *
   * @param url {@code amqp://user@host:port/vhost}, or amqps with TLS; user guest and vhost / where
   *     none is given
   * @param trusted who may sign the broker's certificate; empty means whom the JDK trusts
   */
  public record Options(URI url, String password, String exchange, List<X509Certificate> trusted) {
    @Override
    public String toString() {
      return "RabbitMQ at " + url.getHost() + ", exchange " + exchange;
    }
  }

  /** A try to connect that failed; who waited for it shares its outcome. */
  private record Missed(Exception cause, long atNs) {}

  private final Options options;
  private final Duration confirm;
  private final ConnectionFactory factory;
  private final ReentrantLock opening = new ReentrantLock();
  private @Nullable Missed missed; // by the lock
  private volatile @Nullable RabbitLink link;
  private volatile boolean closed;

  /** Calls nobody yet. */
  public RabbitSink(Options options) {
    this(options, CONFIRM);
  }

  RabbitSink(Options options, Duration confirm) {
    this.options = options;
    this.confirm = confirm;
    this.factory = factory(options);
  }

  private static ConnectionFactory factory(Options options) {
    URI url = options.url();
    boolean tls = "amqps".equals(url.getScheme());
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(url.getHost());
    factory.setPort(url.getPort() > 0 ? url.getPort() : tls ? 5671 : 5672);
    factory.setUsername(url.getRawUserInfo() == null ? "guest" : decoded(url.getRawUserInfo()));
    factory.setPassword(options.password());
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    factory.setVirtualHost(path.length() < 2 ? "/" : decoded(path.substring(1)));
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout((int) CONNECT.toMillis());
    factory.setHandshakeTimeout((int) RPC.toMillis());
    factory.setChannelRpcTimeout((int) RPC.toMillis());
    factory.setRequestedHeartbeat((int) HEARTBEAT.toSeconds());
    factory.setThreadFactory(Thread.ofPlatform().daemon().name("rabbitmq-", 0).factory());
    if (tls) {
      factory.useSslProtocol(tls(options.trusted()));
    }
    return factory;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The client's own default would trust anybody. */
  private static SSLContext tls(List<X509Certificate> trusted) {
    try {
      KeyStore store = null;
      if (!trusted.isEmpty()) {
        store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate certificate : trusted) {
          store.setCertificateEntry("ca-" + store.size(), certificate);
        }
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the certificates can not be used: " + e.getMessage(), e);
    }
  }

  @Override
  public Delivery deliver(StoredEvent event) {
    RabbitLink used = null;
    try {
      used = link();
      if (used.blocked().isPresent()) {
        return new Unreachable("RabbitMQ takes no messages: " + used.blocked().get());
      }
      return switch (used.publish(event, confirm)) {
        case CONFIRMED -> new Delivered();
        case REFUSED ->
            new Unreachable(
                "RabbitMQ refuses messages: if a queue is full, consume it or raise its bound");
        case UNROUTABLE ->
            new Failed(
                "no queue is bound to exchange %s for %s: bind one by this routing key"
                    .formatted(options.exchange(), event.type()));
      };
    } catch (TimeoutException e) {
      if (used != null && used.blocked().isEmpty()) {
        used.cut();
      }
      return new Unreachable("RabbitMQ at %s gave no answer in time".formatted(host()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Unreachable("stopped while it was sent");
    } catch (IllegalArgumentException e) {
      return new Failed("it can not be written: " + e.getMessage());
    } catch (IOException | IllegalStateException | ShutdownSignalException e) {
      return failed(e);
    }
  }

  private Delivery failed(Exception error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException signal
          && !signal.isHardError()
          && signal.getReason() instanceof AMQP.Channel.Close close) {
        return refused(close.getReplyCode(), close.getReplyText());
      }
      if (cause instanceof AuthenticationFailureException) {
        return new Unreachable(
            "RabbitMQ at %s does not let us in: look at the user of events.rabbitmq.url and at"
                    .formatted(host())
                + " events.rabbitmq.passwordFile");
      }
    }
    return new Unreachable("no connection to RabbitMQ at %s: %s".formatted(host(), reason(error)));
  }

  /** The client wraps the broker's own words in an exception without any. */
  private static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  private Delivery refused(int code, String text) {
    return switch (code) {
      case AMQP.NOT_FOUND ->
          new Unreachable(
              "RabbitMQ has no exchange %s: declare it, or mend events.rabbitmq.exchange"
                  .formatted(options.exchange()));
      case AMQP.ACCESS_REFUSED ->
          text.contains("access to topic")
              ? new Failed("RabbitMQ does not allow this type: " + text)
              : new Unreachable(
                  "RabbitMQ does not let us write to exchange %s: allow it the user of"
                          .formatted(options.exchange())
                      + " events.rabbitmq.url");
      default -> new Failed("RabbitMQ refuses the event: " + text);
    };
  }

  private String host() {
    return factory.getHost() + ":" + factory.getPort();
  }

  private RabbitLink link() throws IOException, TimeoutException {
    RabbitLink known = link;
    if (known != null && known.isOpen()) {
      return known;
    }
    long askedNs = System.nanoTime();
    opening.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the sink is closed");
      }
      RabbitLink other = link;
      if (other != null && other.isOpen()) {
        return other;
      }
      if (missed != null && missed.atNs - askedNs > 0) {
        throw new IOException(missed.cause);
      }
      return open();
    } finally {
      opening.unlock();
    }
  }

  private RabbitLink open() throws IOException, TimeoutException {
    try {
      RabbitLink made = RabbitLink.open(factory, options.exchange());
      link = made;
      if (closed) { // while it was opened
        made.cut();
      }
      return made;
    } catch (IOException | TimeoutException | RuntimeException e) {
      missed = new Missed(e, System.nanoTime());
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    RabbitLink last = link;
    if (last != null) {
      last.close();
    }
  }
}
