package io.doorbuster.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for 127.0.0.1 that signs itself.
 *
 * @param certificate a file in PEM
 * @param key its private key, a file in PEM
 * @param store both, a file in PKCS 12
 */
record Certificates(Path certificate, Path key, Path store, List<X509Certificate> trusted) {
  static final String PASSWORD = "of-the-tests";

  static Certificates make(Path folder) throws IOException, InterruptedException {
    Path file = folder.resolve("broker.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    int exit =
        new ProcessBuilder(
                List.of(
                    keytool,
                    "-genkeypair",
                    "-alias",
                    "broker",
                    "-keyalg",
                    "RSA",
                    "-keysize",
                    "2048",
                    "-validity",
                    "2",
                    "-dname",
                    "CN=broker",
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    PASSWORD))
            .inheritIO()
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IOException("keytool ended with " + exit);
    }
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      X509Certificate certificate = (X509Certificate) store.getCertificate("broker");
      byte[] key = store.getKey("broker", PASSWORD.toCharArray()).getEncoded();
      return new Certificates(
          pem(folder.resolve("broker.pem"), "CERTIFICATE", certificate.getEncoded()),
          pem(folder.resolve("broker.key"), "PRIVATE KEY", key),
          file,
          List.of(certificate));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static Path pem(Path file, String what, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }
}
