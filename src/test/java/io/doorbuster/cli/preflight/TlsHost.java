package io.doorbuster.cli.preflight;

import io.doorbuster.drill.servers.Child;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Shakes hands on a free port of loopback, with a certificate that an authority has signed. */
public final class TlsHost implements AutoCloseable {
  private static final String PASSWORD = "of-the-tests";

  public final int port;

  /** The authority's certificate, a file in PEM. */
  public final Path authority;

  private final SSLServerSocket server;

  /**
   * @param name that the certificate is for
   * @param startDays from now, before or after it, on which the certificate begins
   * @param days that it holds from there on
   */
  public TlsHost(Path folder, String name, int startDays, int days)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(folder);
    Path store = folder.resolve("host.p12");
    authority = folder.resolve("authority.pem");
    keytool(
        store,
        "-genkeypair -alias authority -keyalg EC -dname CN=authority -ext bc:c"
            + " -startdate -60d -validity 400");
    keytool(
        store,
        "-genkeypair -alias host -keyalg EC -dname CN=host -signer authority"
            + " -ext san=dns:"
            + name
            + " -startdate "
            + sign(startDays)
            + "d -validity "
            + days);
    server =
        (SSLServerSocket)
            context(store)
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    port = server.getLocalPort();
    Thread.ofPlatform().daemon().start(this::run);
  }

  private static String sign(int days) {
    return days < 0 ? "" + days : "+" + days;
  }

  private static void keytool(Path store, String words) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    all.addAll(List.of(words.split(" ", -1)));
    all.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    all.addAll(List.of("-keystore", store.toString()));
    Child.run(all);
  }

  private SSLContext context(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    byte[] signer = store.getCertificate("authority").getEncoded();
    Files.writeString(
        authority,
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(signer)));
    store.deleteEntry("authority");
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private void run() {
    while (!server.isClosed()) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.startHandshake();
        var _ = socket.getInputStream().read();
      } catch (IOException e) {
        // The other side has refused it, or it was closed.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
