package io.doorbuster.gate.pass;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Public keys of RS256 and ES256 from a JWKS, in a file or at a URL: cached, fetched again in the
 * background now and then, and at an unknown key id, at a bounded rate. What can not be fetched
 * leaves the old keys as they are. Nobody who asks for a key ever waits for the shop.
 */
public final class JwksKeys implements ShopKeys, AutoCloseable {
  /**
   * When keys are fetched.
   *
   * @param every in the background; a key that the shop withdraws is good for so long
   * @param atUnknownEvery the least time between fetches that strangers' key ids can cause
   */
  public record Refresh(Duration every, Duration atUnknownEvery) {
    public static final Refresh DEFAULT =
        new Refresh(Duration.ofMinutes(5), Duration.ofSeconds(15));
  }

  /** A shop that answers slower than this is taken as away. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Some 300 RSA keys; a larger body is not a JWKS. */
  private static final int BYTES_MAX = 256 * 1024;

  /** A token without a key id is tried against so many keys at most. */
  private static final int TRIES_MAX = 4;

  /** Less can be broken; RFC 7518 asks for it too. */
  private static final int RSA_BITS_MIN = 2_048;

  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
  private static final Logger LOG = LoggerFactory.getLogger(JwksKeys.class);

  /** One usable key. */
  private record Key(@Nullable String id, JWSAlgorithm algorithm, JWSVerifier verifier) {}

  /** Where the text comes from. */
  @FunctionalInterface
  private interface Source {
    String read() throws IOException, InterruptedException;
  }

  private final Source source;
  private final String name;
  private final Refresh refresh;
  private final Semaphore asked = new Semaphore(0);
  private final Thread refresher;
  private volatile List<Key> keys = List.of();
  private volatile boolean fetching = true;
  private volatile boolean lastFailed;
  private volatile long fetchedAtNanos;

  private JwksKeys(Source source, String name, Refresh refresh) {
    this.source = source;
    this.name = name;
    this.refresh = refresh;
    // No virtual one: a pass worker that woke it could make a carrier, which would take after it.
    this.refresher = Thread.ofPlatform().name("jwks").daemon().unstarted(this::run);
  }

  /** Starts to fetch at once, and goes on trying where the URL does not answer yet. */
  public static JwksKeys at(URI url, Refresh refresh) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    HttpRequest request =
        HttpRequest.newBuilder(url).timeout(TIMEOUT).header("Accept", "application/json").build();
    JwksKeys jwks = new JwksKeys(() -> fetch(client, request), url.toString(), refresh);
    jwks.refresher.start();
    return jwks;
  }

  /**
   * Reads the file now, and again later.
   *
   * @throws IllegalArgumentException where it has no usable key
   */
  public static JwksKeys in(Path file, Refresh refresh) {
    JwksKeys jwks = new JwksKeys(() -> read(file), file.toString(), refresh);
    try {
      jwks.keys = parse(jwks.source.read());
    } catch (IOException | ParseException e) {
      throw new IllegalArgumentException(file + " is no readable JWKS: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a file is read without waiting", e);
    }
    jwks.refresher.start();
    return jwks;
  }

  private static String read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return text(in);
    }
  }

  private static String fetch(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = answer.body()) {
      if (answer.statusCode() != 200) {
        throw new IOException("status " + answer.statusCode());
      }
      return text(in);
    }
  }

  private static String text(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(BYTES_MAX + 1);
    if (bytes.length > BYTES_MAX) {
      throw new IOException("longer than " + BYTES_MAX + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<Key> parse(String text) throws ParseException {
    List<Key> usable =
        JWKSet.parse(text).getKeys().stream().flatMap(jwk -> usable(jwk).stream()).toList();
    if (usable.isEmpty()) {
      throw new ParseException("it has no key for RS256 (2048 bits or more) or ES256 (P-256)", 0);
    }
    return usable;
  }

  /** A public key that is meant for signatures; secrets in a JWKS are never taken. */
  private static Optional<Key> usable(JWK jwk) {
    if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
      return Optional.empty();
    }
    try {
      return switch (jwk) {
        case RSAKey rsa when rsa.size() >= RSA_BITS_MIN ->
            key(jwk, JWSAlgorithm.RS256, new RSASSAVerifier(rsa.toRSAPublicKey()));
        case ECKey ec when ec.getCurve().equals(Curve.P_256) ->
            key(jwk, JWSAlgorithm.ES256, new ECDSAVerifier(ec.toECPublicKey()));
        default -> Optional.empty();
      };
    } catch (JOSEException e) {
      return Optional.empty();
    }
  }

  private static Optional<Key> key(JWK jwk, JWSAlgorithm algorithm, JWSVerifier verifier) {
    return jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(algorithm)
        ? Optional.of(new Key(jwk.getKeyID(), algorithm, verifier))
        : Optional.empty();
  }

  @Override
  public Set<JWSAlgorithm> algorithms() {
    return ALGORITHMS;
  }

  @Override
  public Found find(JWSAlgorithm algorithm, @Nullable String keyId) {
    List<JWSVerifier> found = new ArrayList<>(1);
    for (Key key : keys) {
      boolean named = keyId == null || Objects.equals(key.id, keyId);
      if (named && key.algorithm.equals(algorithm) && found.size() < TRIES_MAX) {
        found.add(key.verifier);
      }
    }
    return found.isEmpty() && isFetching() ? new Found.Later() : new Found.Verifiers(found);
  }

  /** Asks for a fetch where one may be made; whether its outcome is open. */
  private synchronized boolean isFetching() {
    boolean due = System.nanoTime() - fetchedAtNanos >= refresh.atUnknownEvery.toNanos();
    if (!fetching && due) {
      fetching = true;
      asked.release();
    }
    return fetching || lastFailed;
  }

  private void run() {
    try {
      while (true) {
        fetch();
        Duration next = lastFailed ? refresh.atUnknownEvery : refresh.every;
        boolean wanted = asked.tryAcquire(next.toNanos(), TimeUnit.NANOSECONDS);
        fetching = true;
        if (wanted) {
          asked.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void fetch() throws InterruptedException {
    try {
      keys = parse(source.read());
      lastFailed = false;
    } catch (IOException | ParseException e) {
      if (!lastFailed) {
        LOG.warn(
            "The shop's keys at {} can not be read ({}); the old ones stay", name, e.toString());
      }
      lastFailed = true;
    } finally {
      synchronized (this) {
        fetchedAtNanos = System.nanoTime();
        fetching = false;
      }
    }
  }

  /** Stops fetching. */
  @Override
  public void close() {
    refresher.interrupt();
  }
}
