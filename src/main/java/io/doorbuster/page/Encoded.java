package io.doorbuster.page;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.Encoder.Mode;
import io.doorbuster.sale.Hmac;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A file ready to be sent: as it is, and as gzip and Brotli at their strongest. A form that is not
 * smaller is left out, and Brotli on a machine for which there is no native part of it.
 *
 * @param etag a hash of the content, without quotes
 */
record Encoded(
    PageFile file, String etag, Buffer plain, Optional<Buffer> gzip, Optional<Buffer> brotli) {
  private static final int BROTLI_QUALITY = 11;

  static Encoded of(PageFile file) {
    byte[] bytes = file.bytes();
    Optional<byte[]> gzip = file.isCompressed() ? Optional.empty() : Optional.of(gzip(bytes));
    Optional<byte[]> brotli = file.isCompressed() ? Optional.empty() : brotli(bytes);
    return new Encoded(
        file,
        Hmac.digestHex(bytes).substring(0, 20),
        Buffer.buffer(bytes),
        gzip.filter(form -> form.length < bytes.length).map(Buffer::buffer),
        brotli.filter(form -> form.length < bytes.length).map(Buffer::buffer));
  }

  /** The form that most browsers are sent. */
  Buffer smallest() {
    return brotli.orElse(gzip.orElse(plain));
  }

  /**
   * What is stored or sent.
   *
   * @param encoding as HTTP calls it; empty for the plain bytes
   */
  record Body(Buffer bytes, String encoding) {}

  /** One form of the file; plain where there is none of it. */
  Body body(StoredForm form) {
    Body whole = new Body(plain, "");
    return switch (form) {
      case GZIP -> gzip.map(bytes -> new Body(bytes, "gzip")).orElse(whole);
      case BR -> brotli.map(bytes -> new Body(bytes, "br")).orElse(whole);
      case NONE -> whole;
    };
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2 + 64);
    try (GZIPOutputStream gzip = new BestGzip(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static Optional<byte[]> brotli(byte[] bytes) {
    if (!Brotli4jLoader.isAvailable()) {
      return Optional.empty();
    }
    try {
      Encoder.Parameters strongest = Encoder.Parameters.create(BROTLI_QUALITY).setMode(Mode.TEXT);
      return Optional.of(Encoder.compress(bytes, strongest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JDK's stream takes its level only from inside. */
  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
