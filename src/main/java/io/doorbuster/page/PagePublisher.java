package io.doorbuster.page;

import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.Finding;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.ShopFile;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sale in, its page published out: in memory for our own server, and at a target for others. The
 * HTML comes last there, so that what it names is always there. Files of older versions stay until
 * the sale is taken down: a browser may still hold the HTML that names them.
 */
public final class PagePublisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PagePublisher.class);

  private final PageRenderer renderer;
  private final ShopContents contents;
  private final PageWriter writer;
  private final StaticFiles files = new StaticFiles();

  /** The assets are the same for all sales, and compressing them well takes a while. */
  private final Map<String, Encoded> assets = new ConcurrentHashMap<>();

  /** The shops' own pages by sale, since reading one takes a moment that a pause would wait. */
  private final Map<String, OwnTemplate> templates = new ConcurrentHashMap<>();

  private record OwnTemplate(String hash, Template template) {}

  /** Publishes into a folder, which is written when {@link #publish} returns. */
  public PagePublisher(Path folder, PageRenderer renderer, ShopContents contents) {
    this(new FolderTarget(folder), renderer, contents);
  }

  /**
   * @param target is closed by {@link #close}
   */
  public PagePublisher(PageTarget target, PageRenderer renderer, ShopContents contents) {
    this.renderer = renderer;
    this.contents = contents;
    this.writer = new PageWriter(target);
  }

  /**
   * Publishes a sale's page, or publishes it anew. It is served from memory from now on, also while
   * the target does not take it; {@link #target} tells of that.
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
    writer.want(sale.id(), all, false);
  }

  /** Makes the target have what is published once more, or nothing, whatever it has now. */
  public synchronized void writeAnew(String sale) {
    writer.want(sale, List.copyOf(files.list(sale)), true);
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
    writer.want(sale, List.of(), false);
  }

  /**
   * Where the target stands with a sale's page.
   *
   * @param kind folder or bucket; none where others write it
   * @param where its path or address
   * @param written files that are there, of those that are to be
   * @param done whether it is as it was last wanted, also where that is no page at all
   * @param fault why it was last refused, and the mend; it is tried again. Empty where it was not
   */
  public record Target(
      String kind, String where, int written, int of, boolean done, String fault) {}

  public Target target(String sale) {
    return writer.status(sale);
  }

  /** The same, once the target has taken or refused it, or after so long at most. */
  public Target awaitTarget(String sale, Duration most) throws InterruptedException {
    return writer.await(sale, most);
  }

  @Override
  public void close() {
    writer.close();
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

    boolean isPicture() {
      return path.endsWith(".jpg") || path.endsWith(".png");
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

  /**
   * Files of a published sale that its target does not have whole, as it is asked now.
   *
   * @throws IOException where it can not be asked; its message names the mend
   */
  public List<String> listMissing(String sale) throws IOException, InterruptedException {
    return writer.target().listMissing(sale, List.copyOf(files.list(sale)));
  }

  StaticFiles files() {
    return files;
  }
}
