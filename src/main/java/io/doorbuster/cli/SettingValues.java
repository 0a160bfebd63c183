package io.doorbuster.cli;

import io.doorbuster.cli.Settings.Secret;
import io.doorbuster.http.TrustedProxies;
import io.doorbuster.sale.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Settings that are more than a number or a word: secrets, addresses, files. */
final class SettingValues {
  /** Shorter ones could be found by trying. */
  private static final int SECRET_BYTES_MIN = 16;

  /** As browsers write it. */
  private static final Pattern ORIGIN =
      Pattern.compile("https?://([a-z0-9.-]+|\\[[0-9a-f:]+])(:\\d{1,5})?");

  private SettingValues() {}

  /** A secret, given as it is or as a file that holds it: UTF-8, white space around it dropped. */
  static @Nullable Secret secret(Fields fields, String key) {
    return secret(fields, key, SECRET_BYTES_MIN);
  }

  /** A secret that others chose, of any length. */
  static @Nullable Secret password(Fields fields, String key) {
    return secret(fields, key, 1);
  }

  private static @Nullable Secret secret(Fields fields, String key, int bytesMin) {
    String value = fields.findText(key);
    String file = fields.findText(key + "File");
    if (value != null && file != null) {
      fields.reject(key, "give either " + key + " or " + key + "File");
    }
    try {
      String text = value != null || file == null ? value : Files.readString(Path.of(file));
      if (text == null) {
        return null;
      }
      byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
      if (bytes.length < bytesMin) {
        fields.reject(key, "a secret has at least " + bytesMin + " characters");
      }
      return new Secret(bytes);
    } catch (IOException e) {
      fields.reject(key + "File", "can not be read: " + file);
      return null;
    }
  }

  static @Nullable URI uri(Fields fields, String key) {
    String value = fields.findText(key);
    URI uri = value == null ? null : httpUri(value).orElse(null);
    if (value != null && uri == null) {
      fields.reject(key, "`" + value + "` is not an address such as https://shop.example/path");
    }
    return uri;
  }

  /**
   * An address that paths are put behind, without a slash at its end; empty where there is none.
   */
  static String base(Fields fields, String key) {
    URI uri = uri(fields, key);
    return uri == null ? "" : uri.toString().replaceAll("/+$", "");
  }

  private static Optional<URI> httpUri(String value) {
    try {
      URI uri = URI.create(value);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return web && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The lines {@code name=value} of a file; without any where none is named. */
  static Map<String, String> properties(Fields fields, String key) {
    Path file = path(fields, key);
    Map<String, String> values = new TreeMap<>();
    if (file == null || fields.isWrong(key)) {
      return values;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      properties.stringPropertyNames().forEach(n -> values.put(n, properties.getProperty(n)));
    } catch (IOException | IllegalArgumentException e) {
      fields.reject(key, "can not be read as lines name=value: " + file);
    }
    return values;
  }

  /** The certificates in a file in PEM; none where no file is named. */
  static List<X509Certificate> certificates(Fields fields, String key) {
    Path file = path(fields, key);
    List<X509Certificate> certificates = new ArrayList<>();
    if (file == null || fields.isWrong(key)) {
      return certificates;
    }
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        certificates.add((X509Certificate) one);
      }
    } catch (IOException | CertificateException e) {
      certificates.clear();
    }
    if (certificates.isEmpty()) {
      fields.reject(key, "has no certificate in PEM: " + file);
    }
    return certificates;
  }

  static @Nullable Path path(Fields fields, String key) {
    String value = fields.findText(key);
    if (value != null && !Files.isReadable(Path.of(value))) {
      fields.reject(key, "there is no readable file " + value);
    }
    return value == null ? null : Path.of(value);
  }

  /** One that no browser ever sends would let nobody in, and nobody would see why. */
  static Set<String> origins(Fields fields, String key) {
    List<String> origins = fields.texts(key);
    for (String origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        fields.reject(
            key,
            "`%s` is no origin: give scheme, host and port alone, such as https://shop.example"
                .formatted(origin));
      }
    }
    return Set.copyOf(origins);
  }

  static TrustedProxies proxies(Fields fields, String key) {
    try {
      return TrustedProxies.of(fields.texts(key));
    } catch (IllegalArgumentException e) {
      fields.reject(key, String.valueOf(e.getMessage()));
      return TrustedProxies.NONE;
    }
  }
}
