package io.doorbuster.cli.edge;

import static java.net.http.HttpClient.Version.HTTP_1_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.Child;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import picocli.CommandLine;

/** A real nginx on a free port that runs what {@code doorbuster edge nginx} prints. */
public final class RealNginx implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/nginx");

  private static final List<String> PLAIN = List.of("--no-tls", "--host", "127.0.0.1");

  public final int port = Child.freePort();
  private final Child child;
  private final String base;
  private final HttpClient client;

  public RealNginx(Path folder, String... options) throws IOException {
    this(folder, "http://127.0.0.1:", HttpClient.newBuilder().version(HTTP_1_1), PLAIN, options);
  }

  private RealNginx(
      Path folder, String base, HttpClient.Builder client, List<String> own, String... options)
      throws IOException {
    // Its workers may be of another account than the one that made the folder.
    Files.createDirectories(folder);
    for (Path open : List.of(folder, folder.resolveSibling("."))) {
      open.toFile().setReadable(true, false);
      open.toFile().setExecutable(true, false);
    }
    this.base = base + port;
    this.client = client.build();
    List<String> words = new ArrayList<>(List.of("nginx"));
    words.addAll(own);
    words.addAll(List.of("--port", Integer.toString(port), "--cache", folder + "/cache"));
    words.addAll(List.of("--access-log", "off"));
    words.addAll(List.of(options));
    Path file = folder.resolve("nginx.conf");
    // A test can not have port 80, where the redirect to TLS listens.
    String free = "listen " + Child.freePort() + ";";
    Files.writeString(
        file,
        "pid %s/nginx.pid;\nerror_log %s/error.log;\n".formatted(folder, folder)
            + print(words).replace("listen 80;", free));
    assertThat(test(file)).contains("test is successful");
    child = new Child(folder.resolve("nginx.log"));
    child.start(List.of(PROGRAM.toString(), "-c", file.toString(), "-g", "daemon off;"), Map.of());
    await().until(this::isUp);
  }

  static RealNginx withTls(Path folder, Path certificate, Path key, String... options)
      throws IOException, GeneralSecurityException {
    List<String> own =
        List.of("--host", "localhost", "--certificate", "" + certificate, "--key", "" + key);
    HttpClient.Builder client = HttpClient.newBuilder().sslContext(trusting(certificate));
    return new RealNginx(folder, "https://localhost:", client, own, options);
  }

  /** One of our own, for localhost; returns its file. */
  static Path makeCertificate(Path folder, Path key) throws IOException {
    Path file = folder.resolve("sale.pem");
    String words =
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
            + " -addext subjectAltName=DNS:localhost -keyout %s -out %s".formatted(key, file);
    Child.run(List.of(words.split(" ")));
    return file;
  }

  private static SSLContext trusting(Path certificate)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "edge", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** What nginx says of a file. */
  static String test(Path file) throws IOException {
    return Child.run(List.of(PROGRAM.toString(), "-t", "-c", file.toString()));
  }

  static String print(List<String> words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new EdgeCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(words.toArray(String[]::new));
    assertThat(exit).as(err.toString()).isZero();
    return out.toString();
  }

  private boolean isUp() {
    try (Socket socket = open()) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  Socket open() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  Socket openFrom(String address) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(address), 0);
  }

  public HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  HttpResponse<String> post(String path, String body, String... headers) {
    return send("POST", path, body, headers);
  }

  HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    child.stop("QUIT");
  }
}
