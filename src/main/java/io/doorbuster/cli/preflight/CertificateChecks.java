package io.doorbuster.cli.preflight;

import io.doorbuster.console.preflight.Check;
import io.doorbuster.page.cdn.CdnEdge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** Whether a browser would trust who answers for the sale's name, and for how much longer. */
public final class CertificateChecks {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /**
   * Who is asked.
   *
   * @param host the name that the certificate must be for
   */
  record Target(String host, String address, int port) {
    @Override
    public String toString() {
      String place = host + ":" + port;
      return address.equals(host) ? place : place + " at " + address;
    }
  }

  private final Trust trust;
  private final int daysMin;
  private final InstantSource clock;

  /**
   * @param daysMin with fewer left a certificate is red
   */
  public CertificateChecks(Trust trust, int daysMin, InstantSource clock) {
    this.trust = trust;
    this.daysMin = daysMin;
    this.clock = clock;
  }

  /**
   * Looks at the buyers' address and at each edge that has TLS.
   *
   * @param publicUrl http.publicUrl of the server; empty where none is set
   */
  public List<Check> run(String publicUrl, List<CdnEdge> edges) {
    Set<Target> targets = new LinkedHashSet<>();
    if (publicUrl.startsWith("https://")) {
      URI url = URI.create(publicUrl);
      targets.add(
          new Target(url.getHost(), url.getHost(), url.getPort() < 0 ? 443 : url.getPort()));
    }
    for (CdnEdge edge : edges) {
      if (edge.tls()) {
        String host = edge.host().replaceFirst(":\\d+$", "");
        targets.add(new Target(host, edge.address(), edge.port()));
      }
    }
    List<Check> checks = new ArrayList<>();
    if (!publicUrl.startsWith("https://")) {
      checks.add(
          Check.notChecked(
              "certificate",
              publicUrl.isEmpty() ? "no http.publicUrl is set" : publicUrl + " has no TLS",
              "set http.publicUrl to the https address that buyers see"));
    }
    targets.forEach(target -> checks.add(run(target)));
    return checks;
  }

  Check run(Target target) {
    String name = "certificate " + target;
    Trust.Witness witness = trust.witness();
    try {
      shakeHands(target, witness);
    } catch (UnknownHostException e) {
      return Check.red(name, "nobody knows the name " + target.address, "look at its DNS entry");
    } catch (SSLException e) {
      String left = witness.seen().isEmpty() ? "" : "; " + left(witness.seen().getFirst());
      return Check.red(
          name,
          "browsers would refuse it: " + reason(e) + left,
          "install a certificate for " + target.host + " with its whole chain, and reload");
    } catch (IOException e) {
      return Check.red(name, "does not answer: " + e.getMessage(), "start it, or look at its DNS");
    }
    return judge(name, first(witness.seen()));
  }

  private Check judge(String name, X509Certificate first) {
    Instant now = clock.instant();
    boolean enough = now.plus(Duration.ofDays(daysMin)).isBefore(first.getNotAfter().toInstant());
    return enough
        ? Check.ok(name, left(first))
        : Check.red(name, left(first), "renew it, and reload who serves it");
  }

  /** Of a chain that holds, that which ends first; what is over already was not needed. */
  private X509Certificate first(List<X509Certificate> chain) {
    Instant now = clock.instant();
    X509Certificate first = chain.getFirst();
    for (X509Certificate one : chain) {
      Instant end = one.getNotAfter().toInstant();
      if (now.isBefore(end) && end.isBefore(first.getNotAfter().toInstant())) {
        first = one;
      }
    }
    return first;
  }

  private String left(X509Certificate certificate) {
    Instant end = certificate.getNotAfter().toInstant();
    Duration left = Duration.between(clock.instant(), end);
    return left.isNegative()
        ? "it ended " + left.negated().toDays() + " days ago, on " + end
        : left.toDays() + " days left, until " + end;
  }

  private static String reason(SSLException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** By the first of its addresses that takes a connection. */
  private static Socket connect(Target target) throws IOException {
    IOException fault = new UnknownHostException(target.address);
    for (InetAddress one : InetAddress.getAllByName(target.address)) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(one, target.port), (int) TIMEOUT.toMillis());
        return socket;
      } catch (IOException e) {
        socket.close();
        fault = e;
      }
    }
    throw fault;
  }

  private static void shakeHands(Target target, Trust.Witness witness) throws IOException {
    try (Socket socket = connect(target)) {
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {witness}, null);
      try (SSLSocket tls =
          (SSLSocket)
              context.getSocketFactory().createSocket(socket, target.host, target.port, true)) {
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!target.host.matches("[0-9.]+|.*:.*")) {
          parameters.setServerNames(List.of(new SNIHostName(target.host)));
        }
        tls.setSSLParameters(parameters);
        tls.startHandshake();
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
