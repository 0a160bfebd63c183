package io.doorbuster.page;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Published pages as files, each with its gzip and Brotli form beside it, for a web server that
 * picks the form. A file appears whole or not at all.
 */
public final class FolderTarget implements PageTarget {
  private final Path folder;

  /**
   * @param folder gets a folder for each sale
   */
  public FolderTarget(Path folder) {
    this.folder = folder;
  }

  @Override
  public String kind() {
    return "folder";
  }

  @Override
  public String where() {
    return folder.toAbsolutePath().normalize().toString();
  }

  @Override
  public boolean isNear() {
    return true;
  }

  @Override
  public void put(String sale, List<Encoded> files, boolean anew, Runnable written)
      throws IOException {
    try {
      Path home = Files.createDirectories(folder.resolve(sale));
      List<Encoded> htmlLast =
          files.stream().sorted(Comparator.comparingInt(file -> file.file().turn())).toList();
      for (Encoded file : htmlLast) {
        write(home, file, anew);
        written.run();
      }
    } catch (IOException e) {
      throw refused(e);
    }
  }

  @Override
  public void remove(String sale) throws IOException {
    Path home = folder.resolve(sale);
    try {
      Files.deleteIfExists(home.resolve(PageRenderer.EMBED));
      Files.deleteIfExists(home.resolve(PageRenderer.HTML));
      List<Path> rest;
      try (Stream<Path> found = Files.walk(home)) {
        rest = found.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : rest) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      // It was never published.
    } catch (IOException e) {
      throw refused(e);
    }
  }

  @Override
  public List<String> listMissing(String sale, List<Encoded> files) {
    Path home = folder.resolve(sale);
    List<String> missing = new ArrayList<>();
    for (Encoded file : files) {
      String name = file.file().name();
      addIfMissing(missing, home.resolve(name), file.plain());
      file.gzip().ifPresent(form -> addIfMissing(missing, home.resolve(name + ".gz"), form));
      file.brotli().ifPresent(form -> addIfMissing(missing, home.resolve(name + ".br"), form));
      leftOver(home, file).stream().map(Path::toString).forEach(missing::add);
    }
    return missing.stream().sorted().toList();
  }

  private static void addIfMissing(List<String> missing, Path file, Buffer whole) {
    try {
      if (Files.size(file) == whole.length()) {
        return;
      }
    } catch (IOException e) {
      // It is not there.
    }
    missing.add(file.toString());
  }

  private IOException refused(IOException e) {
    return new IOException(
        "the folder "
            + where()
            + " can not be written ("
            + e
            + "): look at its owner, its rights and its disk, or name another by page.folder",
        e);
  }

  private static void write(Path home, Encoded encoded, boolean anew) throws IOException {
    String name = encoded.file().name();
    boolean known = encoded.file().immutable() && Files.exists(home.resolve(name));
    if (known && !anew) {
      return;
    }
    for (Path form : leftOver(home, encoded)) {
      Files.deleteIfExists(form);
    }
    if (encoded.gzip().isPresent()) {
      write(home, name + ".gz", encoded.gzip().get());
    }
    if (encoded.brotli().isPresent()) {
      write(home, name + ".br", encoded.brotli().get());
    }
    write(home, name, encoded.plain());
  }

  /** Forms of an older content that this one does not have: a web server would prefer them. */
  private static List<Path> leftOver(Path home, Encoded encoded) {
    String name = encoded.file().name();
    List<Path> forms = new ArrayList<>();
    if (encoded.file().immutable()) {
      return forms; // the same name is the same content
    }
    if (encoded.gzip().isEmpty()) {
      forms.add(home.resolve(name + ".gz"));
    }
    if (encoded.brotli().isEmpty()) {
      forms.add(home.resolve(name + ".br"));
    }
    forms.removeIf(form -> !Files.exists(form));
    return forms;
  }

  private static void write(Path home, String name, Buffer bytes) throws IOException {
    Path whole = home.resolve(name);
    Path part = home.resolve("." + name + ".part");
    Files.write(part, bytes.getBytes());
    Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {}
}
