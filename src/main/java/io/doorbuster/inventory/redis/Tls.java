package io.doorbuster.inventory.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.SslOptions;

/** Encrypted connections to servers whose names and certificates are checked. */
final class Tls {
  private Tls() {}

  @SuppressWarnings("deprecation") // ssl(boolean): the newer way reads no PEM
  static void configure(DefaultJedisClientConfig.Builder config, @Nullable Path ca) {
    if (ca == null) {
      config.sslOptions(SslOptions.defaults());
      return;
    }
    try {
      SSLParameters checked = new SSLParameters();
      checked.setEndpointIdentificationAlgorithm("HTTPS");
      config.ssl(true).sslSocketFactory(context(ca).getSocketFactory()).sslParameters(checked);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("redis.ca: no certificates in " + ca, e);
    } catch (IOException e) {
      throw new UncheckedIOException("redis.ca can not be read: " + ca, e);
    }
  }

  private static SSLContext context(Path ca) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(ca)) {
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("ca-" + number++, one);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
