package shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/** Secrets in files that only their owner can read; made at the first start, kept ever after. */
final class Secrets {
  private Secrets() {}

  /** The file's text without white space around it, as UTF-8: Doorbuster reads it so too. */
  static byte[] bytes(Path file) {
    return text(file, Secrets::random).getBytes(StandardCharsets.UTF_8);
  }

  static String text(Path file, Supplier<String> first) {
    try {
      if (Files.notExists(file)) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
          Files.createFile(
              file,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, first.get() + "\n", StandardOpenOption.CREATE);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String random() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }
}
