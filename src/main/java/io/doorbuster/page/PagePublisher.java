package io.doorbuster.page;

import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.Finding;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.ShopFile;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sale in, its page published out: in memory for our own server, and as files for any other, each
 * with its gzip and Brotli form beside it. A file appears whole or not at all, and the HTML last,
 * so that what it names is always there. Files of older versions stay until the sale is taken down:
 * a browser may still hold the HTML that names them.
 */
public final class PagePublisher {
  private static final Logger log = LoggerFactory.getLogger(PagePublisher.class);

  private final Path folder;
  private final PageRenderer renderer;
  private final ShopContents contents;
  private final StaticFiles files = new StaticFiles();

  /** The assets are the same for all sales, and compressing them well takes a while. */
  private final Map<String, Encoded> assets = new ConcurrentHashMap<>();

  /** The shops' own pages by sale, since reading one takes a moment that a pause would wait. */
  private final Map<String, OwnTemplate> templates = new ConcurrentHashMap<>();

  private record OwnTemplate(String hash, Template template) {}

  /** Without files of the shop's own. */
  public PagePublisher(Path folder, PageRenderer renderer) {
    this(folder, renderer, (sale, hash) -> Optional.empty());
  }

  /**
   * @param folder gets a folder for each sale
   */
  public PagePublisher(Path folder, PageRenderer renderer, ShopContents contents) {
    this.folder = folder;
    this.renderer = renderer;
    this.contents = contents;
  }

  /**
   * Publishes a sale's page, or publishes it anew. It is served from memory also where the disk
   * does not take it, which is thrown.
   *
   * @param seedSha256 of the draws' seed, in hex
   */
  public void publish(Sale sale, String seedSha256) {
    publish(sale, seedSha256, List.of());
  }

  /**
   * As {@link #publish(Sale, String)}, with files of the shop's own. Only what is new of them is
   * read from the store.
   *
   * @param shop of a kind that the sale does not name, or not yet there: left out
   */
  public synchronized void publish(Sale sale, String seedSha256, List<ShopFile> shop) {
    ShopPage own = read(sale, shop);
    List<Encoded> all = new ArrayList<>();
    for (PageFile file : own.files()) {
      all.add(files.findNamed(sale.id(), file.name()).orElseGet(() -> Encoded.of(file)));
    }
    for (PageFile file : renderer.render(sale, seedSha256, own)) {
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

  private ShopPage read(Sale sale, List<ShopFile> shop) {
    Template template = null;
    PageFile css = null;
    List<ShopPage.Picture> pictures = new ArrayList<>();
    for (ShopFile file : shop) {
      if (sale.files().containsKey(file.kind())) {
        for (ShopFile.Form form : file.forms()) {
          if (file.kind() == FileKind.HTML) {
            template = template(sale, file.name(), form).orElse(null);
            continue;
          }
          Optional<PageFile> found = find(sale.id(), file, form);
          if (found.isPresent() && file.kind() == FileKind.CSS) {
            css = found.get();
          } else if (found.isPresent()) {
            pictures.add(new ShopPage.Picture(found.get(), form.width(), form.height()));
          }
        }
      }
    }
    return new ShopPage(template, css, pictures);
  }

  private Optional<PageFile> find(String sale, ShopFile file, ShopFile.Form form) {
    String name = ShopPage.publishedName(file, form);
    return files
        .findNamed(sale, name)
        .map(Encoded::file)
        .or(() -> contents.find(sale, form.hash()).map(bytes -> new PageFile(name, bytes, true)));
  }

  /** A page that the program as it is now can not fill any more gives way to ours. */
  private Optional<Template> template(Sale sale, String name, ShopFile.Form form) {
    OwnTemplate known = templates.get(sale.id());
    if (known == null || !known.hash.equals(form.hash())) {
      Optional<byte[]> content = contents.find(sale.id(), form.hash());
      if (content.isEmpty()) {
        return Optional.empty();
      }
      String html = new String(content.get(), StandardCharsets.UTF_8);
      List<Finding> mistakes = renderer.findMistakes(sale, name, html);
      if (!mistakes.isEmpty()) {
        log.error("{} has our page, since its own no longer fits: {}", sale.id(), mistakes);
        return Optional.empty();
      }
      known = new OwnTemplate(form.hash(), Template.parse(html));
      templates.put(sale.id(), known);
    }
    return Optional.of(known.template);
  }

  /** Makes an uploaded file ready, or says what is wrong with it; may take seconds. */
  public PreparedFile prepare(Sale sale, FileKind kind, String name, byte[] bytes) {
    return PreparedFile.of(kind, name, bytes, text -> renderer.findMistakes(sale, name, text));
  }

  /** Takes a sale's page down; one that is not there is no fault. */
  public synchronized void unpublish(String sale) {
    files.remove(sale);
    templates.remove(sale);
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
   * @param gzip bytes, 0 where that form would not be smaller
   * @param brotli likewise, or where this machine can not make it
   * @param immutable whether its name changes with its content
   * @param firstView whether a browser needs it to show the page
   */
  public record Published(
      String path, int bytes, int gzip, int brotli, boolean immutable, boolean firstView) {
    /** What a browser of today is sent. */
    public int compressed() {
      return brotli > 0 ? brotli : gzip > 0 ? gzip : bytes;
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
                    file.gzip().map(Buffer::length).orElse(0),
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
    if (encoded.gzip().isPresent()) {
      write(home, name + ".gz", encoded.gzip().get());
    }
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
