package io.doorbuster.cli;

import io.doorbuster.gate.pass.PassKeys;
import io.doorbuster.sale.NotAllowed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an installation: made at the first start in the data folder, readable by their owner
 * alone, or given by the environment.
 */
final class Secrets {
  private static final Logger log = LoggerFactory.getLogger(Secrets.class);

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final int KEY_BYTES = 32;

  private final Path folder;
  private final SecureRandom random = new SecureRandom();

  Secrets(Path folder) {
    this.folder = folder;
  }

  /** The key of the order ids; it never changes, since ids outlive every pass. */
  byte[] orderIdKey() {
    String given = given(Environment.ORDER_ID_KEY);
    try {
      byte[] key =
          HexFormat.of()
              .parseHex(given == null ? keep("order-id.key", this::newKey).strip() : given);
      if (key.length == KEY_BYTES) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      log.debug("no hex digits", e);
    }
    throw new IllegalStateException(
        (given == null ? folder.resolve("order-id.key") : Environment.ORDER_ID_KEY)
            + " is not 64 hex digits; `openssl rand -hex 32` makes a key");
  }

  /**
   * A secret of the environment, as it is or in the file that a variable of the same name names.
   */
  private static @Nullable String given(String name) {
    String text = System.getenv(name);
    String file = System.getenv(name + Environment.FILE);
    boolean isText = text != null && !text.isBlank();
    boolean isFile = file != null && !file.isBlank();
    if (isText && isFile) {
      throw new IllegalStateException("give either " + name + " or " + name + Environment.FILE);
    }
    if (!isFile) {
      return isText ? text.strip() : null;
    }
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new IllegalStateException(
          name + Environment.FILE + " names a file that can not be read: " + file, e);
    }
  }

  /** What an operator shows to the admin API. */
  String adminToken() {
    String given = given(Environment.ADMIN_TOKEN);
    return given == null ? keep("admin-token", this::newKey).strip() : given;
  }

  /** The shop's secret where the shop is ours: the demo's and a drill's. */
  byte[] demoShopSecret() {
    return keep("demo-shop-secret", this::newKey).strip().getBytes(StandardCharsets.UTF_8);
  }

  /** The keys of the passes: a line each, {@code id:hex}, the signing one first. */
  PassKeys passKeys() {
    String given = givenPassKeys();
    String text = given == null ? keep("pass-keys", () -> line(newPassKey())) : given;
    List<PassKeys.Key> keys = new ArrayList<>();
    for (String line : text.strip().split("[\\n,]", -1)) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IllegalArgumentException("a pass key is a line `id:hex digits` in pass-keys");
      }
      keys.add(
          new PassKeys.Key(
              line.substring(0, colon).strip(),
              HexFormat.of().parseHex(line.substring(colon + 1).strip())));
    }
    return new PassKeys(keys);
  }

  private static @Nullable String givenPassKeys() {
    return given(Environment.PASS_KEYS);
  }

  /** Makes a new signing key; the one before it goes on to verify. */
  synchronized void rotate(PassKeys keys) {
    if (givenPassKeys() != null) {
      throw new NotAllowed(
          "the pass keys are given by DOORBUSTER_PASS_KEYS: put the new key first there, and start"
              + " again");
    }
    StringBuilder text = new StringBuilder();
    for (PassKeys.Key key : keys.rotate(newPassKey())) {
      text.append(line(key));
    }
    write(folder.resolve("pass-keys"), text.toString());
  }

  private PassKeys.Key newPassKey() {
    byte[] secret = new byte[KEY_BYTES];
    random.nextBytes(secret);
    byte[] id = new byte[4];
    random.nextBytes(id);
    return new PassKeys.Key("k" + HexFormat.of().formatHex(id), secret);
  }

  private static String line(PassKeys.Key key) {
    return key.id() + ":" + HexFormat.of().formatHex(key.secret()) + "\n";
  }

  private String newKey() {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return HexFormat.of().formatHex(key) + "\n";
  }

  private String keep(String name, java.util.function.Supplier<String> make) {
    Path file = folder.resolve(name);
    try {
      if (!Files.exists(file)) {
        write(file, make.get());
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("can not read " + file, e);
    }
  }

  /** Whole or not at all, and never readable by others. */
  private static void write(Path file, String text) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      try {
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      } catch (UnsupportedOperationException | FileAlreadyExistsException e) {
        Files.writeString(fresh, "", StandardOpenOption.CREATE);
      }
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("can not write " + file, e);
    }
  }

  /** The token in a file that a command names. */
  static @Nullable String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return null;
    }
  }
}
