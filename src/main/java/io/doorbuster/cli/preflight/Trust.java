package io.doorbuster.cli.preflight;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Who may sign a certificate: those that the JDK trusts, and those of a file. */
public final class Trust {
  private final X509ExtendedTrustManager signers;

  private Trust(X509ExtendedTrustManager signers) {
    this.signers = signers;
  }

  /**
   * Reads them.
   *
   * @param file certificates in PEM that may sign besides
   * @throws IOException where the file can not be read
   * @throws CertificateException where it holds something else
   */
  public static Trust with(Optional<Path> file) throws IOException, CertificateException {
    try {
      X509ExtendedTrustManager usual = manager(null);
      if (file.isEmpty()) {
        return new Trust(usual);
      }
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int count = 0;
      for (Certificate one : usual.getAcceptedIssuers()) {
        all.setCertificateEntry("usual-" + count++, one);
      }
      try (InputStream in = Files.newInputStream(file.get())) {
        for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          all.setCertificateEntry("own-" + count++, one);
        }
      }
      return new Trust(manager(all));
    } catch (CertificateException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager found) {
        return found;
      }
    }
    throw new IllegalStateException("this JDK trusts nobody");
  }

  /** One for each handshake. */
  Witness witness() {
    return new Witness(signers);
  }

  /** Keeps what was shown, and leaves the verdict, name included, to who knows. */
  static final class Witness extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;
    private volatile List<X509Certificate> seen = List.of();

    private Witness(X509ExtendedTrustManager judge) {
      this.judge = judge;
    }

    /** The server's own certificate first; empty where none was shown. */
    List<X509Certificate> seen() {
      return seen;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      seen = List.of(chain);
      judge.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      seen = List.of(chain);
      judge.checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      seen = List.of(chain);
      judge.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      judge.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      judge.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      judge.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return judge.getAcceptedIssuers();
    }
  }
}
