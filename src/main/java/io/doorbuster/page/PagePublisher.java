package io.doorbuster.page;

import io.doorbuster.sale.Sale;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A sale in, its page published out: in memory for our own server, and as files for any other, each
 * with its gzip and Brotli form beside it. A file appears whole or not at all, and the HTML last,
 * so that what it names is always there. Files of older versions stay until the sale is taken down:
 * a browser may still hold the HTML that names them.
 */
public final class PagePublisher {
  private final Path folder;
  private final PageRenderer renderer;
  private final StaticFiles files = new StaticFiles();

  /** The assets are the same for all sales, and compressing them well takes a while. */
  private final Map<String, Encoded> assets = new ConcurrentHashMap<>();

  /**
   * @param folder gets a folder for each sale
   */
  public PagePublisher(Path folder, PageRenderer renderer) {
    this.folder = folder;
    this.renderer = renderer;
  }

  /**
   * Publishes a sale's page, or publishes it anew. It is served from memory also where the disk
   * does not take it, which is thrown.
   *
   * @param seedSha256 of the draws' seed, in hex
   */
  public synchronized void publish(Sale sale, String seedSha256) {
    List<Encoded> all = new ArrayList<>();
    for (PageFile file : renderer.render(sale, seedSha256)) {
      all.add(
          file.immutable()
              ? assets.computeIfAbsent(file.name(), name -> Encoded.of(file))
              : files.findSame(sale.id(), file).orElseGet(() -> Encoded.of(file)));
    }
    files.put(sale.id(), all);
    all.sort(Comparator.comparing(file -> !file.file().immutable()));
    try {
      Path home = Files.createDirectories(folder.resolve(sale.id()));
      for (Encoded file : all) {
        write(home, file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes a sale's page down; one that is not there is no fault. */
  public synchronized void unpublish(String sale) {
    files.remove(sale);
    Path home = folder.resolve(sale);
    try {
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
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A file as it is published.
   *
   * @param brotli bytes, 0 where this machine can not make that form
   * @param immutable whether its name changes with its content
   * @param firstView whether a browser needs it to show the page
   */
  public record Published(
      String path, int bytes, int gzip, int brotli, boolean immutable, boolean firstView) {
    /** What a browser of today is sent. */
    public int compressed() {
      return brotli > 0 ? brotli : gzip;
    }
  }

  /** A sale's files, the page itself first; none where it is not published. */
  public List<Published> list(String sale) {
    String base = "/s/" + sale + "/";
    return files.list(sale).stream()
        .map(
            file ->
                new Published(
                    base + (file.file().name().equals(PageRenderer.HTML) ? "" : file.file().name()),
                    file.plain().length(),
                    file.gzip().length(),
                    file.brotli().map(Buffer::length).orElse(0),
                    file.file().immutable(),
                    file.file().isOfFirstView()))
        .sorted(Comparator.comparing(Published::path))
        .toList();
  }

  StaticFiles files() {
    return files;
  }

  private static void write(Path home, Encoded encoded) throws IOException {
    String name = encoded.file().name();
    boolean known = encoded.file().immutable() && Files.exists(home.resolve(name));
    if (known) {
      return;
    }
    write(home, name + ".gz", encoded.gzip());
    if (encoded.brotli().isPresent()) {
      write(home, name + ".br", encoded.brotli().get());
    }
    write(home, name, encoded.plain());
  }

  private static void write(Path home, String name, Buffer bytes) throws IOException {
    Path whole = home.resolve(name);
    Path part = home.resolve("." + name + ".part");
    Files.write(part, bytes.getBytes());
    Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
